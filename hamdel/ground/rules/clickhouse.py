"""The second back end: SQL that is true of the rows a rule is true of. Values are bound, never written into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hamdel.ground.rules.fields import EVENT_FIELDS, Fields
from hamdel.ground.rules.predicate import kind_in
from hamdel.ground.rules.reading import NotARule
from hamdel.ground.rules.rule import (
    All,
    AnyOf,
    Bound,
    Did,
    DidNot,
    Is,
    Kind,
    Not,
    Operator,
    Rule,
    Times,
    Within,
)
from hamdel.ground.rules.values import typed, typed_in_clickhouse

TYPES = {Kind.TEXT: "String", Kind.NUMBER: "Float64", Kind.MOMENT: "Int64", Kind.BOOLEAN: "UInt8"}
COMPARE = {
    Operator.IS: "{} = {}",
    Operator.IS_NOT: "{} != {}",
    Operator.BELOW: "{} < {}",
    Operator.AT_MOST: "{} <= {}",
    Operator.ABOVE: "{} > {}",
    Operator.AT_LEAST: "{} >= {}",
    Operator.CONTAINS: "position({}, {}) > 0",
    Operator.STARTS: "startsWith({}, {})",
}
COUNTED = {Bound.AT_LEAST: ">=", Bound.EXACTLY: "=", Bound.AT_MOST: "<="}


@dataclass(frozen=True)
class Fragment:
    """A condition for WHERE, 0 or 1 and never NULL, and the values of its parameters."""

    sql: str
    params: dict[str, Any]


def fragment(
    rule: Rule,
    fields: Fields,
    *,
    now: datetime | None = None,
    customer: str = "customer_id",
    events: str = "events",
    prefix: str = "rule",
) -> Fragment:
    """Return the rule as SQL over a row that has `customer` and the expressions of `fields`.

    `events` is a table or a subquery in brackets with workspace_id, customer_id, name, occurred_at, touchpoint,
    channel and properties (a subquery, where merged customers are to count as one). `prefix` keeps the parameters
    of two rules in one question apart. The question must bind `{workspace_id:UUID}`. Raises NotARule for a field that
    is not registered, ValueError for a rule that looks back in time without `now`.
    """
    writer = _Writer(fields, now, customer, events, prefix)
    return Fragment(writer.write(rule), writer.params)


@dataclass
class _Writer:
    fields: Fields
    now: datetime | None
    customer: str
    events: str
    prefix: str
    in_event: bool = False
    params: dict[str, Any] = field(default_factory=dict)

    def write(self, rule: Rule) -> str:
        match rule:
            case All(parts):
                return self._joined(parts, " AND ", "1")
            case AnyOf(parts):
                return self._joined(parts, " OR ", "0")
            case Not(part):
                return f"NOT ({self.write(part)})"
            case Did(event, where, times, within):
                return self._did(event, where, times, within)
            case DidNot(event, where, within):
                return self._did(event, where, Times(Bound.EXACTLY, 0), within)
            case Is():
                return self._is(rule)

    def bind(self, value: Any, kind: str) -> str:
        name = f"{self.prefix}_{len(self.params) + 1}"
        self.params[name] = value
        return f"{{{name}:{kind}}}"

    def _joined(self, parts: tuple[Rule, ...], word: str, empty: str) -> str:
        return word.join(f"({self.write(part)})" for part in parts) if parts else empty

    def _is(self, rule: Is) -> str:
        if rule.operator in {Operator.SET, Operator.UNSET}:
            return self._is_set(rule)
        kind = kind_in(rule, self.fields)
        value, bound = self._value(rule, kind), TYPES[kind]
        if rule.operator == Operator.IN:
            items = [typed(item, kind) for item in rule.value]  # type: ignore[union-attr]
            condition = f"has({self.bind(items, f'Array({bound})')}, {value})" if items else "0"
        elif rule.operator == Operator.BETWEEN:
            low, high = (self.bind(typed(end, kind), bound) for end in rule.value)  # type: ignore[union-attr]
            condition = f"({value} >= {low} AND {value} <= {high})"
        else:
            condition = COMPARE[rule.operator].format(value, self.bind(typed(rule.value, kind), bound))
        return f"ifNull({condition}, 0)"

    def _is_set(self, rule: Is) -> str:
        known = self.fields.get(rule.field)
        if known and known.is_native and known.kind != Kind.TEXT:
            found = f"isNotNull({known.sql})"
        else:
            found = f"ifNull({self._text(rule.field)}, '') != ''"
        return found if rule.operator == Operator.SET else f"NOT ({found})"

    def _value(self, rule: Is, kind: Kind) -> str:
        known = self.fields.get(rule.field)
        return known.expression if known else typed_in_clickhouse(self._text(rule.field), kind)

    def _text(self, name: str) -> str:
        """Return the String expression of a field; of an event any property may be asked for, its name bound."""
        if name in self.fields:
            return self.fields[name].sql
        if not self.in_event:
            raise NotARule(f"There is no field {name!r}.")
        return f"properties[{self.bind(name, 'String')}]"

    def _did(self, event: str, where: Rule | None, times: Times, within: Within | None) -> str:
        conditions = ["workspace_id = {workspace_id:UUID}", f"name = {self.bind(event, 'String')}"]
        if within:
            conditions += self._within(within)
        if where:
            conditions.append(f"({self._inside_event(where)})")
        source = (
            f"SELECT customer_id FROM {self.events} WHERE {' AND '.join(conditions)} GROUP BY customer_id"
        )
        # Who never did it is in no group: what allows nought is asked the other way round.
        if times.allow(0):
            opposite = Times(Bound.AT_LEAST, times.count + 1)
            if times.bound == Bound.AT_LEAST:
                return "1"
            return (
                f"{self.customer} NOT IN ({source} HAVING count() >= {self.bind(opposite.count, 'UInt32')})"
            )
        return f"{self.customer} IN ({source} HAVING count() {COUNTED[times.bound]} {self.bind(times.count, 'UInt32')})"

    def _within(self, within: Within) -> list[str]:
        if self.now is None:
            raise ValueError("A rule that looks back in time needs `now`.")
        kind = "DateTime64(3, 'UTC')"
        start, end = self.bind(self.now - within.span, kind), self.bind(self.now, kind)
        return [f"occurred_at > {start}", f"occurred_at <= {end}"]

    def _inside_event(self, where: Rule) -> str:
        outer, self.fields, self.in_event = self.fields, EVENT_FIELDS, True
        try:
            return self.write(where)
        finally:
            self.fields, self.in_event = outer, False
