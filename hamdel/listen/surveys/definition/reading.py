"""From the JSON a version keeps to its definition. Format 1 is read as well; what is stored is never rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hamdel.ground.rules import All, AnyOf, Did, DidNot, Not, NotARule, Rule, parse
from hamdel.listen.surveys.definition.form import THANKS, Definition
from hamdel.listen.surveys.definition.metric import Metric
from hamdel.listen.surveys.definition.parts import (
    Branch,
    Choice,
    End,
    EndLink,
    Image,
    Kind,
    Page,
    Question,
    Quiz,
    Quota,
    Texts,
)

_KINDS_OF_FORMAT_1 = {"text": "long_text", "choice": "single"}


class NotADefinition(Exception):
    """The JSON is no definition; `check_definition` says where and what to do."""


def read_definition(form: Mapping[str, Any]) -> Definition:
    """Return the definition of its JSON form. Raises NotADefinition.

    It reads what can be read, so that a draft can be looked at while it is written; `check_definition` is the
    strict one.
    """
    try:
        return _definition(form if form.get("format") == 2 else upgraded(form))
    except (NotARule, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise NotADefinition(str(error)) from error


def upgraded(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return format 1 ({"pages": [{"questions": […]}], "thanks": texts}) as format 2."""
    pages = [
        {"key": f"p{n}", "questions": [_upgraded_question(question) for question in page["questions"]]}
        for n, page in enumerate(form["pages"], 1)
    ]
    texts: dict[str, str] = next(
        (question["text"] for page in form["pages"] for question in page["questions"]), {}
    )
    languages = sorted(texts, key=lambda language: (language != "fa", language)) or ["fa", "en"]
    thanks = form.get("thanks") or {}
    return {
        "format": 2,
        "languages": languages,
        "pages": pages,
        "ends": [{"key": "thanks", "text": thanks}] if thanks else [],
    }


def _upgraded_question(question: Mapping[str, Any]) -> dict[str, Any]:
    return {**question, "kind": _KINDS_OF_FORMAT_1.get(question["kind"], question["kind"])}


def _definition(form: Mapping[str, Any]) -> Definition:
    languages = [str(language) for language in form.get("languages") or ["fa", "en"]]
    quiz = form.get("quiz")
    return Definition(
        languages=languages,
        pages=tuple(_page(page, n) for n, page in enumerate(form["pages"], 1)),
        ends=tuple(_end(end, n) for n, end in enumerate(form.get("ends") or (), 1)) or (THANKS,),
        quotas=tuple(_quota(quota) for quota in form.get("quotas") or ()),
        quiz=_quiz(quiz) if quiz is not None else None,
    )


def _page(form: Mapping[str, Any], number: int) -> Page:
    return Page(
        key=str(form.get("key") or f"p{number}"),
        questions=tuple(map(_question, form.get("questions") or ())),
        title=_texts(form.get("title")),
        text=_texts(form.get("text")),
        shown_if=_rule(form.get("shown_if")),
        random_order=bool(form.get("random_order")),
        next=tuple(Branch(_needed(branch["if"]), str(branch["to"])) for branch in form.get("next") or ()),
    )


def _question(form: Mapping[str, Any]) -> Question:
    feedback = form.get("feedback") or {}
    return Question(
        key=form["key"],
        kind=Kind(form["kind"]),
        text=_texts(form.get("text")),
        help=_texts(form.get("help")),
        image=_image(form.get("image")),
        required=bool(form.get("required")),
        shown_if=_rule(form.get("shown_if")),
        metric=Metric(form["metric"]) if form.get("metric") else None,
        look=form.get("look") or "numbers",
        low_label=_texts(form.get("low_label")),
        high_label=_texts(form.get("high_label")),
        choices=_choices(form.get("choices")),
        other=_texts(form["other"]) if form.get("other") else None,
        none=_texts(form["none"]) if form.get("none") else None,
        random_order=bool(form.get("random_order")),
        fewest=_whole(form.get("fewest")),
        most=_whole(form.get("most")),
        rows=_choices(form.get("rows")),
        several=bool(form.get("several")),
        low=form.get("low"),
        high=form.get("high"),
        step=form.get("step"),
        unit=_texts(form.get("unit")),
        total=100 if form.get("total") is None else form["total"],
        pattern=form.get("pattern") or "",
        pattern_text=_texts(form.get("pattern_text")),
        right=form.get("right"),
        points=form.get("points") or 0,
        right_feedback=_texts(feedback.get("right")),
        wrong_feedback=_texts(feedback.get("wrong")),
    )


def _choices(forms: Any) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            value=str(form["value"]),
            text=_texts(form.get("text")),
            image=_image(form.get("image")),
            shown_if=_rule(form.get("shown_if")),
            is_right=form.get("right") is True,
            points=form.get("points") or 0,
        )
        for form in forms or ()
    )


def _end(form: Mapping[str, Any], number: int) -> End:
    link = form.get("link")
    return End(
        key=str(form.get("key") or f"end{number}"),
        text=_texts(form.get("text")),
        title=_texts(form.get("title")),
        rule=_rule(form.get("if")),
        link=EndLink(str(link["url"]), _texts(link.get("text"))) if link and link.get("url") else None,
    )


def _quota(form: Mapping[str, Any]) -> Quota:
    return Quota(
        key=str(form["key"]),
        rule=_needed(form["if"]),
        limit=int(form["limit"]),
        to=str(form.get("to") or "end"),
        name=str(form.get("name") or form["key"]),
    )


def _quiz(form: Mapping[str, Any]) -> Quiz:
    return Quiz(
        pass_percent=form.get("pass_percent") or 0,
        seconds=_whole(form.get("seconds")),
        feedback=form.get("feedback") or "end",
        has_certificate=bool(form.get("certificate")),
    )


def _image(form: Any) -> Image | None:
    return Image(str(form["file"]), _texts(form.get("alt"))) if form and form.get("file") else None


def _rule(form: Any) -> Rule | None:
    return _needed(form) if form else None


def _needed(form: Any) -> Rule:
    rule = parse(form)
    if looks_at_events(rule):
        raise NotADefinition("Rules of a survey know its answers, not events.")
    return rule


def looks_at_events(rule: Rule) -> bool:
    """Tell whether a rule asks what somebody did, which a survey does not know."""
    match rule:
        case All(parts) | AnyOf(parts):
            return any(map(looks_at_events, parts))
        case Not(part):
            return looks_at_events(part)
    return isinstance(rule, Did | DidNot)


def _texts(form: Any) -> Texts:
    """Return texts by language, empty ones left out."""
    return {language: text for language, text in (form or {}).items() if isinstance(text, str) and text}


def _whole(form: Any) -> int | None:
    return None if form is None else int(form)
