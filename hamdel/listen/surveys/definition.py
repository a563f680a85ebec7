"""What a survey asks: pages of questions, in several languages, frozen when published.

{"pages": [{"questions": [{"key": "score", "kind": "score", "text": {"fa": "…", "en": "…"}, …}]}],
"thanks": {"fa": "…", "en": "…"}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hamdel.ground.calendar.digits import to_latin
from hamdel.ground.rules import Rule, holds, parse

LONGEST_TEXT = 4_000


class Metric(StrEnum):
    """What the score of a survey counts towards; the registry of metrics knows the formulas."""

    NPS = "nps"
    CSAT = "csat"
    CES1 = "ces1"
    CES2 = "ces2"

    @property
    def scale(self) -> tuple[int, int]:
        return SCALES[self]

    def is_low(self, score: float) -> bool:
        """Tell whether somebody should call back: a detractor, dissatisfied, or much effort."""
        return score >= 4 if self == Metric.CES1 else score <= LOW[self]


SCALES = {Metric.NPS: (0, 10), Metric.CSAT: (1, 5), Metric.CES1: (1, 5), Metric.CES2: (1, 7)}
LOW = {Metric.NPS: 6, Metric.CSAT: 2, Metric.CES2: 3}


class Kind(StrEnum):
    """How a question is answered."""

    SCORE = "score"
    TEXT = "text"
    CHOICE = "choice"


class WrongAnswer(Exception):
    """An answer does not fit its question; `code` names the message shown beside it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Question:
    """One question. `choices` are (value, texts) pairs; `shown_if` decides by the answers so far."""

    key: str
    kind: Kind
    text: Mapping[str, str]
    required: bool = False
    shown_if: Rule | None = None
    choices: tuple[tuple[str, Mapping[str, str]], ...] = ()
    low_label: Mapping[str, str] | None = None
    high_label: Mapping[str, str] | None = None
    # How a score is shown: "numbers", "stars" or "faces".
    look: str = "numbers"

    def read(self, given: str, metric: Metric) -> Any:
        """Return the answer as it is stored, None for an empty one. Raises WrongAnswer."""
        text = given.replace("\x00", "").strip()
        if not text:
            if self.required:
                raise WrongAnswer("required")
            return None
        if self.kind == Kind.SCORE:
            return self._score(text, metric)
        if self.kind == Kind.CHOICE and text not in dict(self.choices):
            raise WrongAnswer("not_a_choice")
        if len(text) > LONGEST_TEXT:
            raise WrongAnswer("too_long")
        return text

    def _score(self, text: str, metric: Metric) -> int:
        """Read a score however its digits are typed."""
        low, high = metric.scale
        try:
            score = int(to_latin(text))
        except ValueError:
            raise WrongAnswer("not_a_score") from None
        if not low <= score <= high:
            raise WrongAnswer("not_a_score")
        return score


@dataclass(frozen=True)
class Definition:
    """The questions of one version, by page."""

    pages: tuple[tuple[Question, ...], ...]
    thanks: Mapping[str, str]

    @property
    def questions(self) -> Iterator[Question]:
        for page in self.pages:
            yield from page

    @property
    def languages(self) -> list[str]:
        return sorted(next(self.questions).text, key=lambda language: (language != "fa", language))

    def shown(self, page: int, answers: Mapping[str, Any]) -> list[Question]:
        """Return the questions of a page that these answers call for."""
        return [q for q in self.pages[page] if q.shown_if is None or holds(q.shown_if, answers)]

    def next_page(self, after: int, answers: Mapping[str, Any]) -> int | None:
        """Return the next page with something to ask; None when the survey is done."""
        return next((n for n in range(after + 1, len(self.pages)) if self.shown(n, answers)), None)


def read_definition(form: Mapping[str, Any]) -> Definition:
    """Return the definition of its JSON form, as `models.SurveyVersion` keeps it."""
    pages = tuple(tuple(map(_question, page["questions"])) for page in form["pages"])
    return Definition(pages, form.get("thanks", {}))


def _question(form: Mapping[str, Any]) -> Question:
    return Question(
        key=form["key"],
        kind=Kind(form["kind"]),
        text=form["text"],
        required=form.get("required", False),
        shown_if=parse(form["shown_if"]) if form.get("shown_if") else None,
        choices=tuple((choice["value"], choice["text"]) for choice in form.get("choices", ())),
        low_label=form.get("low_label"),
        high_label=form.get("high_label"),
        look=form.get("look", "numbers"),
    )
