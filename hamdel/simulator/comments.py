"""Sentences beside scores: about what went wrong or right, in the tone of the score."""

from __future__ import annotations

from hamdel.simulator.words import sentences as said

GLAD, SO_SO, UPSET = "glad", "so-so", "upset"
SENTENCES: dict[tuple[str, str], tuple[str, ...]] = {
    ("delivery", GLAD): said.GOOD_DELIVERY,
    ("delivery", SO_SO): said.SO_SO_DELIVERY,
    ("delivery", UPSET): said.BAD_GOODS,
    ("late", GLAD): said.GOOD_DELIVERY,
    ("late", SO_SO): said.SO_SO_DELIVERY,
    ("late", UPSET): said.LATE,
    ("support", GLAD): said.GOOD_SUPPORT,
    ("support", SO_SO): said.SO_SO_SUPPORT,
    ("support", UPSET): said.SLOW_SUPPORT,
    ("purchase", GLAD): said.EASY_CHECKOUT,
    ("purchase", SO_SO): said.SO_SO_DELIVERY[:1],
    ("purchase", UPSET): said.HARD_CHECKOUT,
}
# From which score on a customer of this metric is so-so, and from which glad.
TONES = {"nps": (7, 9), "csat": (3, 4), "ces2": (4, 6)}


def tone_of(metric: str, score: int) -> str:
    so_so, glad = TONES[metric]
    return GLAD if score >= glad else SO_SO if score >= so_so else UPSET


def comment(topic: str, tone: str, draw: int) -> str:
    """Return one of the sentences; `draw` chooses it together with how it opens and ends."""
    sentences = SENTENCES[topic, tone]
    openings = said.GLAD_OPENINGS if tone == GLAD else said.OPENINGS
    endings = said.GLAD_ENDINGS if tone == GLAD else said.ENDINGS
    draw, which = divmod(draw, len(sentences))
    draw, opening = divmod(draw, len(openings))
    return openings[opening] + sentences[which] + endings[draw % len(endings)]
