"""Fields a rule may speak of, registered by the slice that has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hamdel.ground.rules.rule import Kind
from hamdel.ground.rules.values import typed_in_clickhouse


@dataclass(frozen=True)
class Field:
    """One field. `sql` is written by us, never by a user.

    A native one is a column of its kind (String, a number, DateTime64, UInt8); any other is a String expression, where
    "" means no value. `label` names the field in sentences. With `choices`, pairs of a value and its label, a builder
    offers these instead of an empty field; `group` is the heading it stands under there.
    """

    kind: Kind
    sql: str
    label: Any = ""
    is_native: bool = False
    choices: tuple[tuple[str, Any], ...] = ()
    group: Any = ""

    @property
    def expression(self) -> str:
        """Return SQL of the value as rules compare it; NULL for none."""
        if not self.is_native or self.kind == Kind.TEXT:
            return typed_in_clickhouse(self.sql, self.kind)
        if self.kind == Kind.NUMBER:
            return f"toFloat64({self.sql})"
        if self.kind == Kind.MOMENT:
            return f"toUnixTimestamp64Milli(toDateTime64({self.sql}, 3, 'UTC'))"
        return self.sql


Fields = Mapping[str, Field]

# Of an event, besides its properties, whose names are bound and not written into SQL.
EVENT_FIELDS: Fields = {
    "touchpoint": Field(Kind.TEXT, "touchpoint", is_native=True),
    "channel": Field(Kind.TEXT, "channel", is_native=True),
}
