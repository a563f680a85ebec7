"""Kinds of questions as the editor offers them: their names, what can be said of each, and how a new one begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from hamdel.ground.calendar.digits import format_number
from hamdel.listen.surveys.definition import Kind

Words = str | Promise


@dataclass(frozen=True)
class Offer:
    """One kind in the palette: `parts` are what its form asks for, besides its text and help."""

    kind: Kind
    label: Words
    says: Words
    parts: frozenset[str]


def _offer(kind: Kind, label: Words, says: Words, *parts: str) -> Offer:
    return Offer(kind, label, says, frozenset(parts))


OFFERS = (
    _offer(Kind.SCORE, _("Score"), _("NPS, CSAT or CES: what the dashboard counts"), "metric", "ends"),
    _offer(Kind.SINGLE, _("One choice"), _("One of several answers"), "choices", "other", "none", "random"),
    _offer(
        Kind.MULTIPLE,
        _("Several choices"),
        _("As many as apply"),
        "choices",
        "other",
        "none",
        "random",
        "amount",
    ),
    _offer(
        Kind.MATRIX,
        _("Matrix"),
        _("The same scale for several things"),
        "choices",
        "rows",
        "several",
        "random",
    ),
    _offer(Kind.RANKING, _("Ranking"), _("Put answers in order"), "choices", "places", "random"),
    _offer(Kind.SLIDER, _("Slider"), _("A number on a line"), "bounds", "ends", "unit"),
    _offer(Kind.TEXT, _("Short text"), _("One line in their own words"), "length", "pattern"),
    _offer(Kind.LONG_TEXT, _("Long text"), _("A comment in their own words"), "length"),
    _offer(Kind.NUMBER, _("Number"), _("An amount, an age, a count"), "bounds", "unit"),
    _offer(Kind.DATE, _("Date"), _("A day, Jalali or Gregorian"), "days"),
    _offer(Kind.PHONE, _("Phone"), _("A telephone number, checked")),
    _offer(Kind.EMAIL, _("E-mail"), _("An e-mail address, checked")),
    _offer(Kind.FILE, _("File"), _("A picture or a document"), "files"),
    _offer(Kind.CONSENT, _("Consent"), _("A box to agree with")),
    _offer(Kind.STATEMENT, _("Statement"), _("Words without a question")),
    _offer(Kind.HIDDEN, _("Hidden field"), _("A value that comes with the link")),
    _offer(Kind.CONSTANT_SUM, _("Share out"), _("A sum shared among answers"), "choices", "total", "unit"),
)
BY_KIND = {offer.kind: offer for offer in OFFERS}


def label_of(kind: str) -> Words:
    """Return what a kind is called."""
    return BY_KIND[Kind(kind)].label


def in_every(languages: Iterable[str], words: Words) -> dict[str, str]:
    """Return a text in each language of a survey, in English where we do not speak it."""
    texts = {}
    for language in languages:
        with override(language if language in {"fa", "en"} else "en"):
            texts[language] = str(words)
    return texts


def new_question(key: str, kind: str, languages: Iterable[str]) -> dict[str, Any]:
    """Return a question of a kind as it begins: valid, with words to be replaced."""
    languages, found = list(languages), Kind(kind)
    parts = BY_KIND[found].parts
    question: dict[str, Any] = {
        "key": key,
        "kind": found.value,
        "text": in_every(languages, _("New question")),
    }
    if found == Kind.SCORE:
        question |= {"metric": "nps", "look": "numbers", "required": True}
        question["low_label"] = in_every(languages, _("Not at all likely"))
        question["high_label"] = in_every(languages, _("Extremely likely"))
    if "choices" in parts:
        question["choices"] = [
            {
                "value": f"c{n}",
                "text": {
                    code: f"{text} {format_number(n, code)}"
                    for code, text in in_every(languages, _("Answer")).items()
                },
            }
            for n in (1, 2, 3)
        ]
    if "rows" in parts:
        question["rows"] = [
            {
                "value": f"r{n}",
                "text": {
                    code: f"{text} {format_number(n, code)}"
                    for code, text in in_every(languages, _("Row")).items()
                },
            }
            for n in (1, 2)
        ]
    if found == Kind.SLIDER:
        question |= {"low": 0, "high": 100, "step": 1}
    if found == Kind.CONSTANT_SUM:
        question["total"] = 100
    if found == Kind.CONSENT:
        question["text"] = in_every(languages, _("I agree that you keep and use my answers."))
    if found == Kind.STATEMENT:
        question["text"] = in_every(languages, _("What you want to say"))
    return question


def new_definition(languages: Iterable[str]) -> dict[str, Any]:
    """Return a survey with one question, ready to be changed."""
    languages = list(languages)
    return {
        "format": 2,
        "languages": languages,
        "pages": [{"key": "p1", "questions": [new_question("q1", Kind.SCORE, languages)]}],
        "ends": [{"key": "thanks", "text": in_every(languages, _("Thank you for your time."))}],
    }
