"""The shape of a fact, and how one is announced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

import orjson

from hamdel.ground.ids import new_id
from hamdel.ground.statements import ask

# One JSON text for all rows: half the work of an INSERT with a placeholder for each value.
WAIT = """
INSERT INTO facts_waitingfact (id, workspace_id, name, customer_id, at, properties)
SELECT * FROM json_to_recordset(%s) AS new (id uuid, workspace_id uuid, name text, customer_id uuid,
    at timestamptz, properties jsonb)"""
OWN_COLUMNS = {"workspace_id", "customer_id", "at"}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that became true. Subclasses name it (Title Case, past tense) and add their fields.

    Every further field becomes a property of the event; `touchpoint` and `channel` are also columns of it.
    """

    name: ClassVar[str]
    registered: ClassVar[dict[str, type[Fact]]] = {}

    workspace_id: UUID
    at: datetime
    customer_id: UUID | None = None
    touchpoint: str = ""
    channel: str = ""

    def __init_subclass__(cls) -> None:
        Fact.registered[cls.name] = cls

    @property
    def properties(self) -> dict[str, Any]:
        """Return the fields that describe this fact; empty ones are left out."""
        pairs = ((name, getattr(self, name)) for name in names_of(type(self)))  # type: ignore[arg-type]  # a class has a hash, whatever its instances have
        return {name: value for name, value in pairs if value is not None and value != ""}


class KnownEvent(NamedTuple):
    """An event of the log whose customer has been found: what reactions are given."""

    workspace_id: UUID
    event_id: UUID
    customer_id: UUID
    type: str
    name: str
    occurred_at: datetime
    received_at: datetime
    touchpoint: str
    channel: str
    properties: Mapping[str, Any]


@cache
def names_of(kind: type[Fact]) -> tuple[str, ...]:
    """Return the fields of a fact that are properties of its event."""
    return tuple(field.name for field in fields(kind) if field.name not in OWN_COLUMNS)


def plain(value: Any) -> Any:
    """Return `value` as JSON can carry it."""
    if isinstance(value, str | int | float):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value


def announce(fact: Fact) -> UUID:
    """Write `fact` to the outbox, in the running transaction. Returns the id its event will have."""
    return announce_all([fact])[0]


def announce_all(facts: Iterable[Fact]) -> list[UUID]:
    """Write many facts with one statement. Returns the ids of their events, in order."""
    waiting: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "workspace_id": fact.workspace_id,
            "name": fact.name,
            "customer_id": fact.customer_id,
            "at": fact.at,
            "properties": fact.properties,
        }
        for fact in facts
    ]
    if waiting:
        # Identifiers, moments and members of an enum it writes by itself.
        ask(WAIT, orjson.dumps(waiting, default=plain, option=orjson.OPT_NON_STR_KEYS).decode())
    return [row["id"] for row in waiting]
