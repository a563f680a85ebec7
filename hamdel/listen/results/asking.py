"""Asking ClickHouse about the settled responses of a selection: the same conditions as `choosing` writes for PostgreSQL."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from hamdel.ground import analytics
from hamdel.ground.rules import All, AnyOf, Field, Is, Kind, Not, Operator, Rule
from hamdel.ground.rules.clickhouse import fragment
from hamdel.listen.results.choosing import RULED, Selection, asked_in, holds_of, part_of
from hamdel.listen.results.settled import Settled
from hamdel.listen.surveys.models import Survey

HERE = "workspace_id = {workspace_id:UUID} AND survey_id = {survey:UUID} AND has({stretches:Array(Int64)}, stretch)"

# Copies nobody has gone on after: neither before a later stretch was copied nor since.
CURRENT = """(is_finished OR (response_id NOT IN {stirred:Array(UUID)} AND (stretch, response_id) NOT IN (
    SELECT stretch, response_id FROM withdrawn_responses WHERE workspace_id = {workspace_id:UUID}
    AND survey_id = {survey:UUID} AND has({stretches:Array(Int64)}, by_stretch))))"""


def ask_settled(selection: Selection, what: str, sql: str, **params: Any) -> list[tuple[Any, ...]]:
    """Ask a question over the settled responses of a selection; nothing when none are settled.

    `{where}` in it stands for the conditions on the table `responses`. Raises AnalyticsError.
    """
    if selection.settled is None:
        return []
    where, values = selection.settled_sql
    return _asked(selection, what, sql.replace("{where}", where), {**values, **params})


def settled_sql(selection: Selection) -> tuple[str, dict[str, Any]]:
    """Return the conditions on `responses`, with the values of their parameters."""
    writer = _Writer(selection)
    parts = [HERE, CURRENT if selection.has_unfinished else "is_finished"]
    parts += [f"{name} = {writer.bind(value, 'String')}" for name, value in selection.about.items()]
    if selection.versions is not None:
        parts.append(f"has({writer.bind(selection.versions, 'Array(UUID)')}, version_id)")
    for moment, sign in ((selection.start, ">="), (selection.end, "<")):
        if moment:
            bound = writer.bind(moment, "DateTime64(3, 'UTC')")
            parts.append(f"started_at {sign} {bound}")
    if selection.rule:
        parts.append(f"({writer.write(selection.rule)})")
    return " AND ".join(parts), writer.params


def _asked(selection: Selection, what: str, sql: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    assert selection.settled is not None
    bound = {**params, **bound_of(selection.survey, selection.settled)}
    rows = analytics.ask_rendered(
        f"results/{what}", sql, None, workspace=selection.survey.workspace, params=bound
    )
    return [tuple(row.values()) for row in rows]


def bound_of(survey: Survey, settled: Settled) -> dict[str, Any]:
    """Return the values of what `HERE` and `CURRENT` name."""
    return {"survey": survey.id, "stretches": settled.stretches, "stirred": settled.stirred}


@dataclass
class _Writer:
    """Writes a rule as SQL. As in `choosing`, it is asked of each different answer once, in Python."""

    selection: Selection
    params: dict[str, Any] = field(default_factory=dict)

    def bind(self, value: Any, kind: str) -> str:
        name = f"chosen_{len(self.params) + 1}"
        self.params[name] = value
        return f"{{{name}:{kind}}}"

    def write(self, rule: Rule) -> str:
        match rule:
            case All(parts) | AnyOf(parts):
                word = " AND " if isinstance(rule, All) else " OR "
                empty = "1" if isinstance(rule, All) else "0"
                return word.join(f"({self.write(part)})" for part in parts) or empty
            case Not(part):
                return f"NOT ({self.write(part)})"
            case Is():
                return self._is(rule)
        raise ValueError("Answers have no events.")

    def _is(self, rule: Is) -> str:
        if rule.field in RULED:
            known = self._known(f"SELECT DISTINCT {rule.field} FROM responses WHERE {HERE}")
            fitting = [text for text in known if holds_of(rule, text, self.selection.fields)]
            return f"has({self.bind(fitting, 'Array(String)')}, {rule.field})"
        question, part = asked_in(rule)
        is_unset = rule.operator == Operator.UNSET
        asked = Is(rule.field, Operator.SET) if is_unset else rule
        found = self._answered(asked, question, part)
        if not part or part == "other":
            found = f"{found} OR {self._written(asked, question)}"
        return f"NOT ({found})" if is_unset else f"({found})"

    def _answered(self, rule: Is, question: str, part: str) -> str:
        known = self._known(
            f"SELECT DISTINCT answers[{{question:String}}] AS given FROM responses WHERE {HERE} AND given != ''",
            question=question,
        )
        fields = self.selection.fields
        fitting = [
            text for text in known if holds_of(rule, part_of(json.loads(text), part, rule.field), fields)
        ]
        if not fitting:  # an empty list would hold the empty text, which stands for no answer
            return "0"
        # A number may have as many values as there are people: a set is looked up, a list is searched.
        return f"answers[{self.bind(question, 'String')}] IN {self.bind(fitting, 'Array(String)')}"

    def _written(self, rule: Is, question: str) -> str:
        """Return the condition on what was written: of texts there are as many as people, so ClickHouse reads them."""
        known = self.selection.fields.get(rule.field)
        text = Field(known.kind if known else Kind.TEXT, f"texts[{self.bind(question, 'String')}]")
        found = fragment(rule, {rule.field: text}, prefix=f"written_{len(self.params)}")
        self.params |= found.params
        return found.sql

    def _known(self, sql: str, **params: Any) -> list[str]:
        return [row[0] for row in _asked(self.selection, "known", sql, params)]
