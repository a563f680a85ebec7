"""The first back end: tell whether a rule is true, in Python."""

from __future__ import annotations

import operator as python
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from hamdel.ground.rules.fields import Fields
from hamdel.ground.rules.rule import (
    ORDERING,
    All,
    AnyOf,
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
from hamdel.ground.rules.values import kind_of, text_of, typed


class Happening(Protocol):
    """An event as a rule sees it; `hamdel.ground.facts.KnownEvent` is one."""

    @property
    def name(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def touchpoint(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def properties(self) -> Mapping[str, Any]: ...


def holds(
    rule: Rule,
    values: Mapping[str, Any],
    *,
    events: Iterable[Happening] = (),
    now: datetime | None = None,
    fields: Fields | None = None,
) -> bool:
    """Tell whether `rule` is true of `values` and of the customer's `events` up to `now`.

    `fields` gives the kinds; a field it does not have takes the kind of the value it is compared with. ValueError
    for a rule that looks back in time without `now`.
    """
    match rule:
        case All(parts):
            return all(holds(part, values, events=events, now=now, fields=fields) for part in parts)
        case AnyOf(parts):
            return any(holds(part, values, events=events, now=now, fields=fields) for part in parts)
        case Not(part):
            return not holds(part, values, events=events, now=now, fields=fields)
        case Did(event, where, times, within):
            return times.allow(_count(event, where, within, events, now))
        case DidNot(event, where, within):
            return Times(count=1).allow(_count(event, where, within, events, now)) is False
        case Is():
            return _is(rule, values.get(rule.field), kind_in(rule, fields))


def kind_in(rule: Is, fields: Fields | None) -> Kind:
    """Return the kind in which a comparison is made."""
    if fields and rule.field in fields:
        return fields[rule.field].kind
    return kind_of(rule.value, is_ordered=rule.operator in ORDERING)


COMPARE: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.IS: python.eq,
    Operator.IS_NOT: python.ne,
    Operator.BELOW: python.lt,
    Operator.AT_MOST: python.le,
    Operator.ABOVE: python.gt,
    Operator.AT_LEAST: python.ge,
    Operator.CONTAINS: python.contains,
    Operator.STARTS: str.startswith,
}


def _is(rule: Is, found: Any, kind: Kind) -> bool:
    if rule.operator in {Operator.SET, Operator.UNSET}:
        return (text_of(found) != "") is (rule.operator == Operator.SET)
    value = typed(found, kind)
    if value is None:
        return False
    if rule.operator == Operator.IN:
        return value in [typed(item, kind) for item in _several(rule)]
    if rule.operator == Operator.BETWEEN:
        low, high = (typed(end, kind) for end in _several(rule))
        return low <= value <= high
    return COMPARE[rule.operator](value, typed(rule.value, kind))


def _several(rule: Is) -> tuple[Any, ...]:
    return rule.value if isinstance(rule.value, tuple) else ()


def _count(
    name: str, where: Rule | None, within: Within | None, events: Iterable[Happening], now: datetime | None
) -> int:
    matching = (event for event in events if event.name == name)
    if within:
        if now is None:
            raise ValueError("A rule that looks back in time needs `now`.")
        matching = (event for event in matching if now - within.span < event.occurred_at <= now)
    return sum(1 for event in matching if where is None or holds(where, _properties(event)))


def _properties(event: Happening) -> dict[str, Any]:
    return {**event.properties, "touchpoint": event.touchpoint, "channel": event.channel}
