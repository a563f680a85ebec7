"""Questions as widgets and kiosks draw them: JSON in one language, or the whole definition for a kiosk without a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from hamdel.listen.surveys.definition import Definition, End, Kind, Metric, Question, piped, upgraded
from hamdel.listen.surveys.links import Place
from hamdel.listen.surveys.models import SurveyVersion
from hamdel.listen.surveys.showing import RTL

# What is drawn by our script; the rest is shown as the respondent page, in a frame.
NATIVE = frozenset(Kind) - {Kind.DATE, Kind.FILE, Kind.RANKING, Kind.CONSTANT_SUM}
NOT_FOR_KIOSKS = frozenset({Kind.DATE, Kind.FILE})


def direction(language: str) -> str:
    return "rtl" if language in RTL else "ltr"


def is_native(questions: Iterable[Question]) -> bool:
    """Tell whether all of these can be drawn on somebody's site, whose rules may allow it no pictures of ours."""
    return all(question.kind in NATIVE and not _has_pictures(question) for question in questions)


def _has_pictures(question: Question) -> bool:
    return bool(question.image) or any(item.image for item in (*question.choices, *question.rows))


def page_of(place: Place, page: int, language: str) -> dict[str, Any] | None:
    """Return a page with the questions its earlier answers call for; None when our script cannot draw it."""
    standing = place.standing
    assert standing is not None
    definition, facts = standing.asks, standing.facts
    shown = definition.shown(page, facts)
    its = definition.pages[page]
    if not is_native(shown) or definition.quiz:
        return None
    say = _Saying(definition, standing.answers, language)
    return {
        "number": page,
        "steps": len(definition.pages),
        "last": definition.next_page(page, facts) is None,
        "title": say(its.title),
        "text": say(its.text),
        "questions": [say.question(question, standing.metric) for question in shown],
    }


def end_of(definition: Definition, end: End, answers: Mapping[str, Any], language: str) -> dict[str, Any]:
    say = _Saying(definition, answers, language)
    link = {"url": end.link.url, "text": say(end.link.text) or end.link.url} if end.link else None
    with translation.override(language):
        return {"title": say(end.title) or _("Received"), "text": say(end.text), "link": link}


class _Saying:
    """Puts the texts of one response in one language."""

    def __init__(self, definition: Definition, answers: Mapping[str, Any], language: str) -> None:
        self.definition, self.answers, self.language = definition, answers, language

    def __call__(self, texts: Mapping[str, str] | None) -> str:
        return piped(self.definition, texts, self.answers, self.language) if texts else ""

    def question(self, question: Question, metric: Metric | None) -> dict[str, Any]:
        low, high = question.low, question.high
        if question.kind == Kind.SCORE:
            low, high = question.scale(metric)
        form = {
            "key": question.key,
            "kind": question.kind.value,
            "text": self(question.text),
            "help": self(question.help),
            "required": question.required,
            "look": question.look,
            "low": low,
            "high": high,
            "step": question.step,
            "unit": self(question.unit),
            "low_label": self(question.low_label),
            "high_label": self(question.high_label),
            "choices": [{"value": c.value, "text": self(c.text)} for c in question.choices],
            "rows": [{"value": row.value, "text": self(row.text)} for row in question.rows],
            "several": question.several,
            "other": self(question.other),
            "none": self(question.none),
            "random_order": question.random_order,
            "most": question.most if question.kind in {Kind.TEXT, Kind.LONG_TEXT} else None,
        }
        # A lowest score of 0 stays, though 0 == False.
        return {
            name: value for name, value in form.items() if value not in (None, "", []) and value is not False
        }


def kiosk_definition(version: SurveyVersion, metric: Metric | None) -> dict[str, Any]:
    """Return the definition as JSON of format 2, the ends of each scale written out."""
    form = version.definition if version.definition.get("format") == 2 else upgraded(version.definition)
    asks = version.asks

    def filled(question: dict[str, Any]) -> dict[str, Any]:
        if question["kind"] != Kind.SCORE:
            return question
        low, high = asks.by_key[question["key"]].scale(metric)
        return {**question, "low": low, "high": high}

    pages = [
        {**page, "questions": [filled(q) for q in page.get("questions") or ()]} for page in form["pages"]
    ]
    ends = form.get("ends") or [{"key": end.key, "text": dict(end.text)} for end in asks.ends]
    return {"languages": asks.languages, "pages": pages, "ends": ends}


def not_for_kiosks(version: SurveyVersion) -> list[Question]:
    """Return the questions a kiosk cannot ask and leaves out."""
    return [question for question in version.asks.questions if question.kind in NOT_FOR_KIOSKS]
