"""The tree of a rule: a condition over one customer, one response or one event, written once.

`predicate.py` tells whether it is true, `clickhouse.py` asks for all of whom it is true, `saying.py` says it in
Persian and English, `reading.py` has its JSON form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

Value = str | int | float | bool | tuple[str | int | float, ...] | None


class Kind(StrEnum):
    """What the values of a field are."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"
    BOOLEAN = "boolean"


class Operator(StrEnum):
    """How a field is compared. Every one but `UNSET` is false for a field that has no value."""

    IS = "="
    IS_NOT = "≠"
    BELOW = "<"
    AT_MOST = "≤"
    ABOVE = ">"
    AT_LEAST = "≥"
    BETWEEN = "between"
    CONTAINS = "contains"
    STARTS = "starts with"
    IN = "in"
    SET = "is set"
    UNSET = "is not set"


WITHOUT_VALUE = frozenset({Operator.SET, Operator.UNSET})
ORDERING = frozenset({Operator.BELOW, Operator.AT_MOST, Operator.ABOVE, Operator.AT_LEAST, Operator.BETWEEN})
WITH_LIST = frozenset({Operator.IN, Operator.BETWEEN})
_ALWAYS = {Operator.IS, Operator.IS_NOT, *WITHOUT_VALUE}
FITTING = {
    Kind.TEXT: frozenset({*_ALWAYS, Operator.CONTAINS, Operator.STARTS, Operator.IN}),
    Kind.NUMBER: frozenset({*_ALWAYS, *ORDERING, Operator.IN}),
    Kind.MOMENT: frozenset({*_ALWAYS, *ORDERING}),
    Kind.BOOLEAN: frozenset(_ALWAYS),
}


@dataclass(frozen=True)
class Is:
    """One field compared with one value; `between` (both ends count) and `in` take a tuple of them."""

    field: str
    operator: Operator
    value: Value = None


@dataclass(frozen=True)
class All:
    """True when every part is; an empty one is true."""

    parts: tuple[Rule, ...]


@dataclass(frozen=True)
class AnyOf:
    """True when at least one part is; an empty one is false."""

    parts: tuple[Rule, ...]


@dataclass(frozen=True)
class Not:
    """True when its part is not."""

    part: Rule


class Bound(StrEnum):
    """What a number of times means."""

    AT_LEAST = "at least"
    AT_MOST = "at most"
    EXACTLY = "exactly"


@dataclass(frozen=True)
class Times:
    """How often; `at most` and `exactly 0` are true of those who never did."""

    bound: Bound = Bound.AT_LEAST
    count: int = 1

    def allow(self, found: int) -> bool:
        """Tell whether `found` times is as often as meant."""
        match self.bound:
            case Bound.AT_LEAST:
                return found >= self.count
            case Bound.AT_MOST:
                return found <= self.count
            case _:
                return found == self.count


class Unit(StrEnum):
    """A unit of the time that `Within` reaches back."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"


@dataclass(frozen=True)
class Within:
    """The time up to now. Its beginning does not count, now does."""

    amount: int
    unit: Unit = Unit.DAYS

    @property
    def span(self) -> timedelta:
        return timedelta(**{self.unit.value: self.amount})


@dataclass(frozen=True)
class Did:
    """The customer did `event` that many times. `where` is a rule over the event's own properties."""

    event: str
    where: Rule | None = None
    times: Times = Times()
    within: Within | None = None


@dataclass(frozen=True)
class DidNot:
    """The customer did not do `event`, not once."""

    event: str
    where: Rule | None = None
    within: Within | None = None


Rule = Is | All | AnyOf | Not | Did | DidNot
