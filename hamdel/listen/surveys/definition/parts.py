"""The parts of a survey's definition, as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from hamdel.ground.rules import Rule
from hamdel.listen.surveys.definition.metric import Metric

Texts = Mapping[str, str]
OTHER, NONE = "other", "none"


class Kind(StrEnum):
    """How a question is answered. `Answer.value` is what stands behind each."""

    SCORE = "score"  # a number on the metric's scale
    SINGLE = "single"  # a choice's value, or "other" with the words in KEY.other
    MULTIPLE = "multiple"  # a list of them, or ["none"]
    MATRIX = "matrix"  # {row: choice} or {row: [choices]}
    RANKING = "ranking"  # every choice's value, best first
    SLIDER = "slider"  # a number
    TEXT = "text"  # one line
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"  # "2026-11-23", Gregorian
    PHONE = "phone"  # E.164
    EMAIL = "email"
    FILE = "file"  # [{"file": id, "name", "bytes"}]
    CONSENT = "consent"  # true
    STATEMENT = "statement"  # nothing: it only says something
    HIDDEN = "hidden"  # a text from the link
    CONSTANT_SUM = "constant_sum"  # {choice: number}


WITH_CHOICES = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.MATRIX, Kind.RANKING, Kind.CONSTANT_SUM})
WITHOUT_FIELD = frozenset({Kind.STATEMENT, Kind.HIDDEN})
NUMERIC = frozenset({Kind.SCORE, Kind.SLIDER, Kind.NUMBER})


@dataclass(frozen=True)
class Image:
    """A picture, by the id of its file, with the words that stand for it."""

    file: str
    alt: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """One of the answers to choose from, or a row of a matrix; `shown_if` decides by answers of earlier pages."""

    value: str
    text: Texts
    image: Image | None = None
    shown_if: Rule | None = None
    is_right: bool = False
    points: float = 0

    @property
    def name(self) -> Texts:
        """Return what it is called where only words stand: those of its picture, if it has none of its own."""
        return self.text or (self.image.alt if self.image else {})


@dataclass(frozen=True)
class Question:
    """One question. `shown_if` decides by the answers so far; bounds of a date are Gregorian texts."""

    key: str
    kind: Kind
    text: Texts
    help: Texts = field(default_factory=dict)
    image: Image | None = None
    required: bool = False
    shown_if: Rule | None = None
    metric: Metric | None = None
    # How a score is shown: "numbers", "stars" or "faces".
    look: str = "numbers"
    low_label: Texts = field(default_factory=dict)
    high_label: Texts = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    other: Texts | None = None
    none: Texts | None = None
    random_order: bool = False
    fewest: int | None = None
    most: int | None = None
    rows: tuple[Choice, ...] = ()
    several: bool = False
    low: Any = None
    high: Any = None
    step: float | None = None
    unit: Texts = field(default_factory=dict)
    total: float = 100
    pattern: str = ""
    pattern_text: Texts = field(default_factory=dict)
    right: Any = None
    points: float = 0
    right_feedback: Texts = field(default_factory=dict)
    wrong_feedback: Texts = field(default_factory=dict)

    def scale(self, fallback: Metric | None = None) -> tuple[int, int]:
        """Return the ends of a score; `fallback` is the survey's metric, for questions that name none."""
        return (self.metric or fallback or Metric.NPS).scale

    @property
    def keys(self) -> list[str]:
        """Return the keys its answers are kept under."""
        if self.kind == Kind.STATEMENT:
            return []
        return [self.key, f"{self.key}.{OTHER}"] if self.other is not None else [self.key]


@dataclass(frozen=True)
class Branch:
    """Where to go after a page: `to` is a page's key, "end", or "end:KEY"."""

    rule: Rule
    to: str


@dataclass(frozen=True)
class Page:
    """Questions shown together."""

    key: str
    questions: tuple[Question, ...]
    title: Texts = field(default_factory=dict)
    text: Texts = field(default_factory=dict)
    shown_if: Rule | None = None
    random_order: bool = False
    next: tuple[Branch, ...] = ()

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions)


@dataclass(frozen=True)
class EndLink:
    url: str
    text: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class End:
    """What is said at the end; of several, the first whose rule holds."""

    key: str
    text: Texts
    title: Texts = field(default_factory=dict)
    rule: Rule | None = None
    link: EndLink | None = None


@dataclass(frozen=True)
class Quota:
    """At most `limit` completed responses of whom `rule` is true; whoever comes after is led to the end `to`."""

    key: str
    rule: Rule
    limit: int
    to: str
    name: str = ""


@dataclass(frozen=True)
class Quiz:
    """What makes a survey a test. `seconds` is the time for all of it, `feedback` one of each, end, none."""

    pass_percent: float = 0
    seconds: int | None = None
    feedback: str = "end"
    has_certificate: bool = False
