"""Results as plain values, for programs."""

from __future__ import annotations

from typing import Any

from hamdel.listen.results.figures import Shown
from hamdel.listen.results.page import Results
from hamdel.listen.results.tallies import chosen
from hamdel.listen.surveys.definition import Kind

COUNTED = frozenset({Kind.SCORE, Kind.SINGLE, Kind.MULTIPLE, Kind.CONSENT, Kind.HIDDEN, Kind.DATE})
NUMBERS = frozenset({Kind.SLIDER, Kind.NUMBER})


def plain(found: Results) -> dict[str, Any]:
    """Return what the page shows, without words."""
    return {
        "survey": found.survey.id,
        "responses": None if found.is_too_small else found.size.n,
        "completed": None if found.is_too_small else found.size.completed,
        "anonymous": bool(found.least),
        "smallest_group": found.least or None,
        "waiting": found.release.waiting if found.release else None,
        "questions": [_question(one) for one in found.shown],
    }


def _question(one: Shown) -> dict[str, Any]:
    asked, score = one.counted.asked, one.score
    estimate = score.estimate if score else None
    return {
        "key": one.key,
        "kind": asked.question.kind.value,
        "text": one.title,
        "n": None if one.is_hidden else one.n,
        "score": estimate
        and score
        and {
            "value": estimate.value,
            "low": estimate.low,
            "high": estimate.high,
            "n": estimate.n,
            "unit": score.unit,
        },
        "counts": [] if one.is_hidden else _counts(one),
        "versions_apart": list(asked.apart),
    }


def _counts(one: Shown) -> list[dict[str, Any]]:
    kind = one.counted.asked.question.kind
    if one.least:
        return _told(one)
    if kind in COUNTED or kind in NUMBERS:
        counts = sorted(chosen(one.counted.values).items(), key=lambda pair: str(pair[0]))
        return [{"values": [value], "n": n} for value, n in counts]
    return [{"values": [value], "n": n} for value, n in one.counted.values]


def _told(one: Shown) -> list[dict[str, Any]]:
    """Return what is told apart of an anonymous question: the same as on the page."""
    if one.counted.asked.question.kind == Kind.MULTIPLE:
        return [
            {"values": [choice], "n": told.counts[True]}
            for choice, told in one.counted.parts.items()
            if len(told.groups) == 2
        ]
    told = one.counted.parts.get("")
    if told is None:
        return []
    return [{"values": sorted(group, key=str), "n": told.n_of(group)} for group in told.groups]
