"""From a row of the log to an event: parsed once, then used for identity, reactions and ClickHouse alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from hamdel.ground.facts import KnownEvent
from hamdel.listen.events.models import LoggedEvent

NOBODY = UUID(int=0)
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
EVENT_COLUMNS = (
    "workspace_id", "event_id", "customer_id", "source_id", "type", "name", "occurred_at", "received_at",
    "touchpoint", "channel", "properties", "context",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """One row of the log, its body parsed."""

    position: int
    event_id: UUID
    workspace_id: UUID
    source_id: UUID | None
    received_at: datetime
    occurred_at: datetime
    body: Mapping[str, Any]

    @property
    def properties(self) -> Mapping[str, Any]:
        found = self.body.get("properties")
        return found if isinstance(found, Mapping) else {}

    @property
    def touchpoint(self) -> str:
        return str(self.properties.get("touchpoint") or "")

    @property
    def channel(self) -> str:
        """Return the channel it names, or the one its kind implies."""
        return str(self.properties.get("channel") or self.body.get("channel") or "")

    def known_as(self, customer_id: UUID) -> KnownEvent:
        """Return what reactions are given."""
        return KnownEvent(
            self.workspace_id, self.event_id, customer_id, self.body["type"], self.name, self.occurred_at,
            self.received_at, self.touchpoint, self.channel, self.properties,
        )  # fmt: skip

    @property
    def name(self) -> str:
        return str(self.body.get("name") or "")

    def as_row(self, customer_id: UUID) -> tuple[Any, ...]:
        """Return the row for ClickHouse, in the order of EVENT_COLUMNS."""
        context = self.body.get("context")
        return (
            self.workspace_id, self.event_id, customer_id, self.source_id or NOBODY, self.body["type"], self.name,
            self.occurred_at, self.received_at, self.touchpoint, self.channel,
            {str(key): as_text(value) for key, value in self.described_by.items()},
            orjson.dumps(context).decode() if context else "",
        )  # fmt: skip

    @property
    def described_by(self) -> Mapping[str, Any]:
        """Return properties; for identify and group, whose story is in their traits, the traits."""
        return self.properties or _mapping(self.body.get("traits"))


def read(row: LoggedEvent) -> ReadEvent:
    """Parse a row. The intake wrote it, so its shape is sound."""
    body = orjson.loads(row.body)
    return ReadEvent(
        row.position, row.event_id, row.workspace_id, row.source_id, row.received_at,
        moment_of(body.get("occurredAt"), otherwise=row.received_at), body,
    )  # fmt: skip


def moment_of(text: str | None, *, otherwise: datetime) -> datetime:
    """Return an ISO moment in UTC; a missing one, or one no calendar of ours can show, is `otherwise`."""
    if not text:
        return otherwise
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return otherwise
    moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment if EARLIEST <= moment <= LATEST else otherwise


def as_text(value: Any) -> str:
    """Return a property as ClickHouse keeps it: text as it is, the rest as JSON writes it, nothing as ""."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
