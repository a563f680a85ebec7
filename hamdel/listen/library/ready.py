"""A ready survey, and the words it is written with: small functions that make questions in Persian and English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

Pair = tuple[str, str]
Question = dict[str, Any]
LANGUAGES = ("fa", "en")
SECONDS_A_QUESTION = {"score": 6, "single": 7, "multiple": 10, "matrix": 25, "ranking": 20, "long_text": 25}
USUAL_SECONDS = 10


class Moment(StrEnum):
    """When in the customer's journey a survey is asked."""

    BUYING = "buying"
    DELIVERY = "delivery"
    USE = "use"
    SUPPORT = "support"
    RELATIONSHIP = "relationship"
    LEAVING = "leaving"
    STORE = "store"
    WEBSITE = "website"
    BUSINESS = "business"
    TEAM = "team"
    LEARNING = "learning"


MOMENTS = {
    Moment.BUYING: _("Buying"),
    Moment.DELIVERY: _("Delivery"),
    Moment.USE: _("Use"),
    Moment.SUPPORT: _("Support"),
    Moment.RELATIONSHIP: _("Relationship"),
    Moment.LEAVING: _("Leaving"),
    Moment.STORE: _("Store"),
    Moment.WEBSITE: _("Website"),
    Moment.BUSINESS: _("Business customers"),
    Moment.TEAM: _("Our own team"),
    Moment.LEARNING: _("Learning"),
}


@dataclass(frozen=True)
class Ready:
    """A survey ready to be used. `metric` is what its first score feeds, "" for none; texts are (Persian, English)."""

    key: str
    moment: Moment
    metric: str
    touchpoint: str
    name: Pair
    about: Pair
    pages: tuple[tuple[Question, ...], ...]
    thanks: Pair = (
        "سپاس! پاسخ شما را می‌خوانیم و به کار می‌بندیم.",
        "Thank you! We read your answer and act on it.",
    )
    quiz: dict[str, Any] | None = None
    # What it promises the people it asks holds from the first answer on.
    anonymous: bool = False

    @property
    def questions(self) -> list[Question]:
        return [question for page in self.pages for question in page]

    @property
    def seconds(self) -> int:
        """Return how long answering takes, roughly: pages that only some see count half."""
        return sum(
            SECONDS_A_QUESTION.get(question["kind"], USUAL_SECONDS) // (2 if "shown_if" in question else 1)
            for question in self.questions
        )

    def definition(self) -> dict[str, Any]:
        """Return its definition in format 2, a copy of one's own."""
        import copy

        form: dict[str, Any] = {
            "format": 2,
            "languages": list(LANGUAGES),
            "pages": [
                {"key": f"p{number}", "questions": copy.deepcopy(list(page))}
                for number, page in enumerate(self.pages, 1)
            ],
            "ends": [{"key": "thanks", "text": texts(self.thanks)}],
        }
        return form | ({"quiz": copy.deepcopy(self.quiz)} if self.quiz else {})


def texts(pair: Pair) -> dict[str, str]:
    return dict(zip(LANGUAGES, pair, strict=True))


def _score(metric: str, text: Pair, low: Pair, high: Pair, *, key: str, look: str = "numbers") -> Question:
    return {
        "key": key, "kind": "score", "metric": metric, "look": look, "required": True, "text": texts(text),
        "low_label": texts(low), "high_label": texts(high),
    }  # fmt: skip


def nps(text: Pair, *, key: str = "score") -> Question:
    return _score("nps", text, ("اصلاً", "Not at all"), ("حتماً", "Certainly"), key=key)


def enps(text: Pair, *, key: str = "score") -> Question:
    return _score("enps", text, ("اصلاً", "Not at all"), ("حتماً", "Certainly"), key=key)


def csat(text: Pair, *, key: str = "score", look: str = "faces") -> Question:
    return _score(
        "csat",
        text,
        ("خیلی ناراضی", "Very dissatisfied"),
        ("خیلی راضی", "Very satisfied"),
        key=key,
        look=look,
    )


def ces(text: Pair, *, key: str = "score") -> Question:
    return _score(
        "ces2", text, ("کاملاً مخالف", "Strongly disagree"), ("کاملاً موافق", "Strongly agree"), key=key
    )


def comment(
    key: str, text: Pair, *, up_to: int | None = None, above: int | None = None, of: str = "score"
) -> Question:
    """Return a comment, for those whose score is at most `up_to` or at least `above` if one is given."""
    question: Question = {"key": key, "kind": "long_text", "text": texts(text)}
    return question | _if(up_to, above, of)


def one(
    key: str,
    text: Pair,
    *choices: tuple[str, str, str],
    other: bool = False,
    up_to: int | None = None,
    above: int | None = None,
    of: str = "score",
    right: str = "",
    points: int = 0,
) -> Question:
    """Return a question with one of several answers; a choice is (value, Persian, English)."""
    question: Question = {
        "key": key,
        "kind": "single",
        "text": texts(text),
        "choices": _choices(choices, right),
    }
    if other:
        question["other"] = texts(("چیز دیگر", "Something else"))
    if points:
        question |= {"points": points, "required": True}
    return question | _if(up_to, above, of)


def many(
    key: str,
    text: Pair,
    *choices: tuple[str, str, str],
    most: int | None = None,
    up_to: int | None = None,
    above: int | None = None,
    of: str = "score",
) -> Question:
    """Return a question with as many answers as apply, "something else" among them."""
    question: Question = {
        "key": key, "kind": "multiple", "text": texts(text), "choices": _choices(choices, ""),
        "other": texts(("چیز دیگر", "Something else")), "random_order": True,
    }  # fmt: skip
    return question | ({"most": most} if most else {}) | _if(up_to, above, of)


def grid(key: str, text: Pair, rows: Sequence[tuple[str, str, str]]) -> Question:
    """Return a matrix from disagreement to agreement in five steps."""
    scale = (
        ("1", "کاملاً مخالف", "Strongly disagree"), ("2", "مخالف", "Disagree"), ("3", "نه این نه آن", "Neither"),
        ("4", "موافق", "Agree"), ("5", "کاملاً موافق", "Strongly agree"),
    )  # fmt: skip
    return {
        "key": key,
        "kind": "matrix",
        "text": texts(text),
        "rows": _choices(rows, ""),
        "choices": _choices(scale, ""),
    }


def yes_no(key: str, text: Pair) -> Question:
    return one(key, text, ("yes", "بله", "Yes"), ("no", "نه", "No"))


def _choices(choices: Sequence[tuple[str, str, str]], right: str) -> list[dict[str, Any]]:
    return [
        {"value": value, "text": texts((fa, en))} | ({"right": True} if value == right and right else {})
        for value, fa, en in choices
    ]


def _if(up_to: int | None, above: int | None, of: str) -> dict[str, Any]:
    if up_to is not None:
        return {"shown_if": {"field": of, "operator": "≤", "value": up_to}}
    if above is not None:
        return {"shown_if": {"field": of, "operator": "≥", "value": above}}
    return {}
