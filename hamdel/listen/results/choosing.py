"""Which responses are looked at: what stands in the address, and the SQL that finds them.

A rule is asked of each different answer once, in Python, by the one rule language; SQL then only looks for the answers
it is true of. So there is nothing to keep in step with the language's other back ends.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection

from hamdel.ground.rules import All, AnyOf, Field, Fields, Is, Not, NotARule, Operator, Rule, holds, parse
from hamdel.listen.results.protection import Release
from hamdel.listen.results.settled import Settled
from hamdel.listen.results.unread import Unread
from hamdel.listen.surveys.models import Survey

ABOUT = ("channel", "language", "touchpoint", "place")
# What rules call by the same name as the column of a response.
RULED = frozenset({"channel", "language", "touchpoint"})


@dataclass(frozen=True)
class Selection:
    """Responses of one survey. `release` is of an anonymous one, of which nothing else may choose: see `protection`.

    With `settled`, its SQL finds the others only, and `asking` those: see `settled.quickly`.
    """

    survey: Survey
    rule: Rule | None = None
    fields: Fields = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    versions: frozenset[UUID] | None = None
    start: datetime | None = None
    end: datetime | None = None
    has_unfinished: bool = False
    release: Release | None = None
    settled: Settled | None = None
    # What was asked for and is not chosen by, because it cannot be read.
    unread: tuple[Unread, ...] = field(default=(), compare=False)
    # Values found once, for this selection and what is made of it.
    known: dict[Any, list[tuple[str, ...]]] = field(default_factory=dict, compare=False, repr=False)

    def sql(self) -> tuple[str, list[Any]]:
        """Return the conditions on `surveys_response r`, with their values. A rule is asked of all answers once."""
        text, values = self._sql
        return text, list(values)

    @property
    def is_of_all(self) -> bool:
        """Tell whether everybody who finished is looked at."""
        return not (self.rule or self.about or self.versions or self.start or self.end or self.has_unfinished)

    @cached_property
    def settled_sql(self) -> tuple[str, dict[str, Any]]:
        """Return the conditions on what is settled, with their values: written once, as a rule asks for answers first."""
        from hamdel.listen.results.asking import settled_sql

        return settled_sql(self)

    @cached_property
    def _sql(self) -> tuple[str, list[Any]]:
        parts = ["r.survey_id = %s", "r.quota = ''"]
        values: list[Any] = [self.survey.id]
        if not self.has_unfinished:
            parts.append("r.completed_at IS NOT NULL")
        for name, value in self.about.items():
            parts.append(f"r.{_column(name)} = %s")
            values.append(value)
        if self.versions is not None:
            parts.append("r.version_id = ANY(%s)")
            values.append(list(self.versions))
        for moment, sign in ((self.start, ">="), (self.end, "<")):
            if moment:
                parts.append(f"r.started_at {sign} %s")
                values.append(moment)
        if self.survey.how.anonymous:
            parts.append("r.completed_at <= %s")
            values.append(self.release.until if self.release else None)
        if self.settled:
            text, more = self.settled.rest
            parts.append(text)
            values += more
        if self.rule:
            text, more = _rule_sql(self.rule, self)
            parts.append(f"({text})")
            values += more
        return " AND ".join(parts), values


def read_rule(text: str, fields: Fields) -> Rule | None:
    """Return the rule of an address; None for none and for one that cannot be read."""
    try:
        form = json.loads(text) if text else None
        return parse(form, fields=fields) if form and form != {"all": []} else None
    except (ValueError, NotARule):
        return None


def _column(name: str) -> str:
    if name not in ABOUT:
        raise ValueError(name)
    return name


def _rule_sql(rule: Rule, selection: Selection) -> tuple[str, list[Any]]:
    match rule:
        case All(parts) | AnyOf(parts):
            joined = [_rule_sql(part, selection) for part in parts]
            word = " AND " if isinstance(rule, All) else " OR "
            empty = "TRUE" if isinstance(rule, All) else "FALSE"
            text = word.join(f"({text})" for text, _values in joined) or empty
            return text, [value for _text, values in joined for value in values]
        case Not(part):
            text, values = _rule_sql(part, selection)
            return f"NOT ({text})", values
        case Is():
            return _is_sql(rule, selection)
    raise ValueError("Answers have no events.")


def _is_sql(rule: Is, selection: Selection) -> tuple[str, list[Any]]:
    if rule.field in RULED:
        column = _column(rule.field)
        known = _known_names(selection, column)
        return f"r.{column} = ANY(%s)", [[text for text in known if holds_of(rule, text, selection.fields)]]
    question, part = asked_in(rule)
    known = _known_answers(selection).get(question, [])
    is_unset = rule.operator == Operator.UNSET
    asked = Is(rule.field, Operator.SET) if is_unset else rule
    fitting = [
        text
        for text in known
        if holds_of(asked, part_of(json.loads(text), part, rule.field), selection.fields)
    ]
    found = (
        "r.id IN (SELECT a.response_id FROM surveys_answer a WHERE a.question = %s"
        " AND a.value::text = ANY(%s))"
    )
    return (f"NOT {found}" if is_unset else found), [question, fitting]


def holds_of(rule: Is, value: Any, fields: Fields) -> bool:
    return holds(rule, {rule.field: value}, fields=fields)


def part_of(value: Any, part: str, name: str) -> Any:
    """Return the part of an answer a rule names: see `definition.form.parts_of`."""
    if not part or name.endswith(".other"):
        return value
    if isinstance(value, Mapping):
        return value.get(part)
    return True if isinstance(value, list) and part in value else None


def _among(selection: Selection) -> tuple[str, list[Any]]:
    """Return where answers a rule may be true of are looked for: a value too many does no harm."""
    where, values = "r.survey_id = %s", [selection.survey.id]
    if selection.settled is None:
        return where, values
    rest, more = selection.settled.rest
    return f"{where} AND {rest}", [*values, *more]


def asked_in(rule: Is) -> tuple[str, str]:
    """Return the question whose answers a rule is about, and which part of them."""
    key, _dot, part = rule.field.partition(".")
    return (rule.field if part == "other" else key), part


def _known_names(selection: Selection, column: str) -> list[str]:
    among, bounds = _among(selection)
    # What is joined here are our own words; values are bound.
    rows = _ask(selection, f"SELECT DISTINCT r.{column} FROM surveys_response r WHERE {among}", bounds)
    return [name for (name,) in rows]


def _known_answers(selection: Selection) -> dict[str, list[str]]:
    """Return the different answers to every question a rule is about: found in one pass, however many those are."""
    among, bounds = _among(selection)
    rows = _ask(
        selection,
        "SELECT DISTINCT a.question, a.value::text FROM surveys_answer a JOIN surveys_response r ON r.id = a.response_id"
        f" WHERE {among} AND a.question = ANY(%s)",
        [*bounds, sorted(_questions_in(selection.rule))],
    )
    found: dict[str, list[str]] = {}
    for question, given in rows:
        found.setdefault(question, []).append(given)
    return found


def _questions_in(rule: Rule | None) -> set[str]:
    match rule:
        case All(parts) | AnyOf(parts):
            return set().union(*map(_questions_in, parts))
        case Not(part):
            return _questions_in(part)
        case Is():
            return set() if rule.field in RULED else {asked_in(rule)[0]}
    return set()


def _ask(selection: Selection, sql: str, values: list[Any]) -> list[tuple[str, ...]]:
    key = (sql, str(values))
    if key not in selection.known:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            selection.known[key] = cursor.fetchall()
    return selection.known[key]


def with_choices(fields: Mapping[str, Field]) -> dict[str, Field]:
    """Return the fields without those that need a whole response to reckon."""
    return {name: one for name, one in fields.items() if not name.startswith("score.")}
