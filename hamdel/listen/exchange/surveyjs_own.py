"""What SurveyJS has no word for: our export writes it beside, under `hamdel`, and our import reads it there again.

SurveyJS passes over properties it does not know, so the file stays one of SurveyJS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hamdel.listen.exchange.conditions import RuleForm
from hamdel.listen.exchange.making import Asked, Condition, Making
from hamdel.listen.exchange.names import slug
from hamdel.listen.exchange.shapes import Choices, items, mapping, text

if TYPE_CHECKING:
    from hamdel.listen.exchange.surveyjs_questions import Elements

OWN = "hamdel"
Form = dict[str, Any]
# Parts of a question that are taken over as they are; the last look at an import leaves out what does not fit.
PARTS = ("look", "total", "unit", "low_label", "high_label", "points", "feedback", "most", "fewest", "step")
SETTINGS = ("opens_at", "closes_at", "most_responses", "one_per_person", "anonymous", "smallest_group")
QUIZ = ("pass_percent", "seconds", "feedback", "certificate")


def beside(question: Mapping[str, Any]) -> Form:
    """Return what is written beside a question in its JSON form."""
    kept = {name: question[name] for name in ("kind", "metric", *PARTS) if question.get(name) is not None}
    return {OWN: kept}


def beside_survey(draft: Mapping[str, Any], settings: Mapping[str, Any]) -> Form:
    """Return what is written beside the whole survey: quotas, the rules of a quiz, and how it is asked."""
    kept: Form = {name: draft[name] for name in ("quotas", "quiz") if draft.get(name)}
    if how := {name: settings[name] for name in SETTINGS if settings.get(name) is not None}:
        kept["settings"] = how
    return {OWN: kept} if kept else {}


# Reading


def own(form: Mapping[str, Any]) -> Form:
    return mapping(form.get(OWN))


def asked_as_here(elements: Elements, form: Form, place: str) -> Asked | None:
    """Ask a question that is one of ours and not of SurveyJS; None for all others."""
    match text(own(form).get("kind")):
        case "score":
            # Strangers' questions are not called so, because links and rules are; those of our ready surveys are.
            if form.get("name") == "score":
                elements.making.keys.allow("score")
            return elements.ask(form, "score", place, metric=text(own(form).get("metric")))
        case "consent":
            return elements.ask(form, "consent", place)
        case "constant_sum":
            return _sum(elements, form, place)
        case "matrix" if items(form.get("columns")):
            return _matrix(elements, form, place)
    return None


def _sum(elements: Elements, form: Form, place: str) -> Asked | None:
    choices = elements.choices(form.get("items"), place)
    if len(choices.forms) < 1:
        return None
    return elements.ask({**form, "validators": []}, "constant_sum", place, choices=choices.forms)


def _matrix(elements: Elements, form: Form, place: str) -> Asked | None:
    cells = [mapping(one) for one in items(form.get("columns"))]
    several = text(form.get("type")) == "matrixdropdown"
    columns: Choices = elements.choices(cells[0].get("choices") if several else form["columns"], place)
    required = form.get("isRequired") is True
    return elements.matrix(form, columns, place, is_required=required, several=several)


def complete(asked: Asked, form: Form) -> None:
    """Give a question what stands beside it."""
    asked.form |= {name: own(form)[name] for name in PARTS if own(form).get(name) is not None}


def read_quotas(form: Form) -> Iterator[Form]:
    """Yield the quotas that stand beside a survey, their rules as conditions to be settled."""
    for quota in map(mapping, items(own(form).get("quotas"))):
        if isinstance(quota.get("if"), dict) and slug(quota.get("key")):
            yield {**quota, "name": text(quota.get("name")) or quota["key"], "if": as_condition(quota["if"])}


def as_condition(rule: RuleForm) -> Condition:
    return lambda: rule


def read_settings(form: Form, making: Making) -> None:
    """Take over how a survey was asked, and the rules of its quiz."""
    how = mapping(own(form).get("settings"))
    making.settings |= {name: how[name] for name in SETTINGS if how.get(name) is not None}
    if quiz := mapping(own(form).get("quiz")):
        making.quiz = {name: quiz[name] for name in QUIZ if quiz.get(name) is not None}
