"""What a question offers to whom: choices and rows with conditions of their own.

Their rules see answers of earlier pages only. What is offered is then settled when a page is shown, and the same when
it is posted: nobody chooses something that disappears meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from hamdel.ground.rules import All, AnyOf, Is, Not, Rule, holds
from hamdel.listen.surveys.definition.parts import NONE, OTHER, WITH_CHOICES, Choice, Kind, Question


def is_narrowed(question: Question) -> bool:
    """Tell whether some of its choices or rows are only for some."""
    return any(item.shown_if is not None for item in (*question.choices, *question.rows))


def asked_for(question: Question) -> set[str]:
    """Return the fields that decide what of it is offered."""
    rules = [item.shown_if for item in (*question.choices, *question.rows) if item.shown_if is not None]
    return {field for rule in rules for field in _fields(rule)}


def _fields(rule: Rule) -> Iterator[str]:
    match rule:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _fields(part)
        case Not(part):
            yield from _fields(part)
        case Is():
            yield rule.field


def offered(question: Question, facts: Mapping[str, Any]) -> Question:
    """Return a question with what these facts call for; it asks for no more choices than are left."""
    choices, rows = _fitting(question.choices, facts), _fitting(question.rows, facts)
    fewest = question.fewest
    if fewest is not None and question.kind in WITH_CHOICES:
        beside = (question.other is not None) + (question.none is not None)
        fewest = min(fewest, len(choices) + beside)
    return replace(question, choices=choices, rows=rows, fewest=fewest)


def offers_something(question: Question) -> bool:
    """Tell whether anything is left to choose; a question without is not asked, whatever stands beside its list."""
    return bool(question.choices) and (question.kind != Kind.MATRIX or bool(question.rows))


def still_fitting(question: Question, value: Any) -> Any:
    """Return an answer without what the question does not offer; None when nothing is left of it."""
    allowed = {choice.value for choice in question.choices}
    allowed |= {OTHER} if question.other is not None else set()
    allowed |= {NONE} if question.none is not None else set()
    match question.kind:
        case Kind.SINGLE:
            return value if value in allowed else None
        case Kind.MULTIPLE | Kind.RANKING:
            return [item for item in value if item in allowed] or None
        case Kind.MATRIX:
            rows = {row.value for row in question.rows}
            left = {row: _in_row(part, allowed) for row, part in value.items() if row in rows}
            return {row: part for row, part in left.items() if part} or None
    # A sum is shared among all of its choices: with one of them gone it is none any more.
    return value if set(value) <= allowed else None


def _in_row(part: Any, allowed: set[str]) -> Any:
    if isinstance(part, list):
        return [item for item in part if item in allowed]
    return part if part in allowed else None


def _fitting(items: tuple[Choice, ...], facts: Mapping[str, Any]) -> tuple[Choice, ...]:
    return tuple(item for item in items if item.shown_if is None or holds(item.shown_if, facts))
