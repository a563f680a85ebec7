"""Rows for the tests: small, typed, countable by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

COLUMNS = (
    "workspace_id", "event_id", "customer_id", "source_id", "type", "name", "occurred_at", "received_at",
    "touchpoint", "channel", "properties", "context",
)  # fmt: skip
NOON = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Company:
    """All that a question wants to know of a workspace."""

    id: UUID
    timezone: str = "Asia/Tehran"


CAFE = Company(UUID("0198a000-0000-7000-8000-000000000001"))
CLINIC = Company(UUID("0198a000-0000-7000-8000-000000000002"), "UTC")


@dataclass(frozen=True)
class Tally:
    n: int


def event(
    name="Page Viewed",
    *,
    of=CAFE,
    customer=None,
    at=NOON,
    touchpoint="",
    channel="",
    context="{}",
    **properties,
):
    properties = {key: str(value) for key, value in properties.items()}
    return (
        of.id, uuid4(), customer or uuid4(), uuid4(), "track", name, at, at,
        touchpoint, channel, properties, context,
    )  # fmt: skip


def score(value, *, metric="nps", withdrawn=False, **more):
    name = "Score Withdrawn" if withdrawn else "Score Given"
    return event(name, metric=metric, score=value, **more)


def count(door, table, of=CAFE, where="1"):
    sql = f"SELECT count() AS n FROM {table} WHERE workspace_id = {{workspace_id:UUID}} AND {where}"
    return door.ask_rendered(f"test/count_{table}", sql, Tally, workspace=of, params={})[0].n
