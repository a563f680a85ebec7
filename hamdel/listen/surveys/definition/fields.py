"""The answers of a survey as fields of the one rule language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hamdel.ground.rules import Field
from hamdel.ground.rules import Kind as FieldKind
from hamdel.listen.surveys.definition.form import ABOUT, Definition
from hamdel.listen.surveys.definition.parts import NONE, NUMERIC, OTHER, Choice, Kind, Question
from hamdel.listen.surveys.definition.words import NAMES


def rule_fields(definition: Definition, language: str, *, until: str = "") -> dict[str, Field]:
    """Return what a rule may speak of, with labels in `language`; with `until`, only what is asked before that page.

    There is no SQL behind them: `holds` looks at `definition.facts(answers, about)`.
    """
    found: dict[str, Field] = {}
    for page in definition.pages:
        if until and page.key == until:
            break
        for question in page:
            found |= _fields_of(definition, question, language)
    spoken = tuple((code, NAMES.get(code, code)) for code in definition.languages)
    labels = {"language": _("Language"), "channel": _("Channel"), "touchpoint": _("Touchpoint")}
    found |= {name: Field(FieldKind.TEXT, "", labels[name]) for name in ABOUT}
    found["language"] = Field(FieldKind.TEXT, "", labels["language"], choices=spoken)
    if definition.quiz:
        found["score.points"] = Field(FieldKind.NUMBER, "", _("Points"))
        found["score.percent"] = Field(FieldKind.NUMBER, "", _("Points in percent"))
    return found


def _fields_of(definition: Definition, question: Question, language: str) -> dict[str, Field]:
    label, key = definition.local(question.text, language) or question.key, question.key

    offered = tuple((choice.value, definition.local(choice.name, language)) for choice in _offered(question))

    def part(texts: object) -> str:
        return f"{label}: {definition.local(texts, language)}"  # type: ignore[arg-type]

    match question.kind:
        case Kind.STATEMENT:
            return {}
        case Kind.MULTIPLE:
            found = {f"{key}.{c.value}": Field(FieldKind.BOOLEAN, "", part(c.name)) for c in question.choices}
        case Kind.MATRIX:
            found = {
                # Several answers in a row are a list, which is asked for what it contains.
                f"{key}.{row.value}": Field(
                    FieldKind.TEXT, "", part(row.name), choices=() if question.several else offered
                )
                for row in question.rows
            }
        case Kind.CONSTANT_SUM:
            found = {f"{key}.{c.value}": Field(FieldKind.NUMBER, "", part(c.name)) for c in question.choices}
        case Kind.SINGLE:
            found = {key: Field(FieldKind.TEXT, "", label, choices=offered)}
        case kind:
            fitting = {Kind.DATE: FieldKind.MOMENT, Kind.CONSENT: FieldKind.BOOLEAN}
            number = FieldKind.NUMBER if kind in NUMERIC else FieldKind.TEXT
            found = {key: Field(fitting.get(kind, number), "", label)}
    if question.none is not None and question.kind == Kind.MULTIPLE:
        found[f"{key}.{NONE}"] = Field(FieldKind.BOOLEAN, "", part(question.none))
    if question.other is not None:
        found[f"{key}.{OTHER}"] = Field(FieldKind.TEXT, "", part(question.other))
    return found


def _offered(question: Question) -> list[Choice]:
    """Return what may be chosen, with the choices that stand beside the list."""
    beside = ((OTHER, question.other), (NONE, question.none))
    return [*question.choices, *(Choice(value, texts) for value, texts in beside if texts is not None)]
