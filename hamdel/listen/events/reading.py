"""From a row of the log to an event: parsed once, then used for identity, reactions and ClickHouse alike."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from hamdel.ground.facts import KnownEvent

NOBODY = UUID(int=0)
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
EVENT_COLUMNS = (
    "workspace_id", "event_id", "customer_id", "source_id", "type", "name", "occurred_at", "received_at",
    "touchpoint", "channel", "properties", "context",
)  # fmt: skip


class ReadEvent(NamedTuple):
    """One row of the log, its body parsed. A tuple: one is made of every event there is."""

    position: int
    event_id: UUID
    workspace_id: UUID
    source_id: UUID | None
    received_at: datetime
    occurred_at: datetime
    body: dict[str, Any]
    name: str
    touchpoint: str
    # The one it names, or the one its kind implies.
    channel: str
    properties: dict[str, Any]

    def known_as(self, customer_id: UUID) -> KnownEvent:
        """Return what reactions are given."""
        return KnownEvent(
            self.workspace_id, self.event_id, customer_id, self.body["type"], self.name, self.occurred_at,
            self.received_at, self.touchpoint, self.channel, self.properties,
        )  # fmt: skip

    def as_row(self, customer_id: UUID) -> tuple[Any, ...]:
        """Return the row for ClickHouse, in the order of EVENT_COLUMNS."""
        context = self.body.get("context")
        return (
            self.workspace_id, self.event_id, customer_id, self.source_id or NOBODY, self.body["type"], self.name,
            self.occurred_at, self.received_at, self.touchpoint, self.channel,
            {key: as_text(value) for key, value in self.described_by.items()},
            orjson.dumps(context).decode() if context else "",
        )  # fmt: skip

    @property
    def described_by(self) -> dict[str, Any]:
        """Return properties; for identify and group, whose story is in their traits, the traits."""
        return self.properties or _mapping(self.body.get("traits"))


def read(
    position: int,
    event_id: UUID,
    workspace_id: UUID,
    source_id: UUID | None,
    received_at: datetime,
    written: str,
) -> ReadEvent:
    """Parse a row of the log. The intake wrote it, so its shape is sound."""
    body = orjson.loads(written)
    properties = _mapping(body.get("properties"))
    return ReadEvent(
        position, event_id, workspace_id, source_id, received_at,
        moment_of(body.get("occurredAt"), otherwise=received_at), body, str(body.get("name") or ""),
        str(properties.get("touchpoint") or ""), str(properties.get("channel") or body.get("channel") or ""),
        properties,
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
    if type(value) is int:  # neither True nor False, which JSON writes its own way
        return str(value)
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
