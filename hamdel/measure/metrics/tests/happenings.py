"""Events for our tests, few enough to count by hand, brought in through the door as the shipper does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from hamdel.ground import analytics

COLUMNS = (
    "workspace_id", "event_id", "customer_id", "source_id", "type", "name", "occurred_at", "received_at",
    "touchpoint", "channel", "properties", "context",
)  # fmt: skip
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Place:
    """A workspace as far as questions know it."""

    id: UUID = field(default_factory=uuid4)
    timezone: str = "Asia/Tehran"
    calendar: str = "jalali"
    hours: dict = field(default_factory=dict)


def moment(text: str) -> datetime:
    """Read a UTC moment: "2024-08-02 10:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def event(
    place: Place,
    name: str,
    at: str,
    *,
    customer: UUID | None = None,
    touchpoint: str = "",
    channel: str = "",
    properties: Mapping[str, object] | None = None,
) -> tuple:
    when = moment(at)
    words = {key: str(value) for key, value in (properties or {}).items()}
    return (
        place.id, uuid4(), customer or uuid4(), NOBODY, "track", name, when, when, touchpoint, channel, words, "{}",
    )  # fmt: skip


def score(
    place: Place,
    metric: str,
    value: float,
    at: str = "2024-08-02 10:00",
    *,
    scale: tuple[int, int] | None = None,
    withdrawn: bool = False,
    touchpoint: str = "",
    channel: str = "",
    **properties: object,
) -> tuple:
    ends = {"scale_min": scale[0], "scale_max": scale[1]} if scale else {}
    name = "Score Withdrawn" if withdrawn else "Score Given"
    properties = {"metric": metric, "score": value, **ends, **properties}
    return event(place, name, at, touchpoint=touchpoint, channel=channel, properties=properties)


def bring(*events: tuple) -> None:
    """Store the events of one batch."""
    analytics.append("events", list(events), columns=COLUMNS, token=str(uuid4()))


def merge(place: Place, customer: UUID, into: UUID, version: int) -> None:
    """Say whom a customer has become."""
    columns = ("workspace_id", "customer_id", "into_id", "version")
    analytics.append("merges", [(place.id, customer, into, version)], columns=columns, token=str(uuid4()))
