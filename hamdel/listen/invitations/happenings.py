"""What the log of events offers to plans: names, properties to compare, and the latest events to try a plan on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from hamdel.ground.analytics import AnalyticsError, ask
from hamdel.ground.facts import KnownEvent
from hamdel.ground.rules import Field, Kind
from hamdel.ground.workspaces.models import Workspace

LATELY = timedelta(days=90)
TRIED = timedelta(days=7)
# Those of Hamdel's own events that lead to no question.
OURS = ("Survey ", "Score ", "Comment ", "Message ", "Case ", "Customer ")
# Offered before a company has sent any event.
USUAL = (
    "Order Delivered",
    "Order Completed",
    "Conversation Resolved",
    "Product Returned",
    "Subscription Cancelled",
)
ALWAYS: dict[str, Field] = {
    "touchpoint": Field(Kind.TEXT, "", _("Touchpoint")),
    "channel": Field(Kind.TEXT, "", _("Channel")),
}


@dataclass(frozen=True)
class Name:
    name: str
    n: int


@dataclass(frozen=True)
class Property:
    property: str
    is_number: bool
    is_truth: bool


@dataclass(frozen=True)
class Happened:
    event_id: UUID
    customer_id: UUID
    occurred_at: datetime
    received_at: datetime
    touchpoint: str
    channel: str
    properties: dict[str, str]


def event_names(workspace: Workspace, *, now: datetime) -> list[str]:
    """Return the events a plan may wait for; the usual ones where none have come, or ClickHouse is away."""
    try:
        found = ask("listen/invitations/event_names", Name, workspace=workspace, since=now - LATELY)
    except AnalyticsError:
        found = []
    names = [row.name for row in found if row.name and not row.name.startswith(OURS)]
    return names + [name for name in USUAL if name not in names]


def event_fields(
    workspace: Workspace, event: str, *, now: datetime, kept: Mapping[str, Any] | None = None
) -> dict[str, Field]:
    """Return what conditions on an event may compare; properties of a `kept` rule are always among them."""
    fields = dict(ALWAYS)
    try:
        found = ask(
            "listen/invitations/event_properties",
            Property,
            workspace=workspace,
            event=event,
            since=now - LATELY,
        )
    except AnalyticsError:
        found = []
    for row in found:
        kind = Kind.BOOLEAN if row.is_truth else Kind.NUMBER if row.is_number else Kind.TEXT
        fields[row.property] = Field(kind, "", row.property)
    for name in _named(kept):
        fields.setdefault(name, Field(Kind.TEXT, "", name))
    return fields


def latest(workspace: Workspace, event: str, *, now: datetime, limit: int) -> list[KnownEvent]:
    """Return the latest events of a name, as reactions would be given them."""
    rows = ask(
        "listen/invitations/recent_events",
        Happened,
        workspace=workspace,
        event=event,
        since=now - TRIED,
        limit=limit,
    )
    return [
        KnownEvent(
            workspace.id, row.event_id, row.customer_id, "track", event, row.occurred_at, row.received_at,
            row.touchpoint, row.channel, row.properties,
        )
        for row in rows
    ]  # fmt: skip


def _named(rule: Any) -> set[str]:
    """Return the fields a rule's JSON names."""
    if isinstance(rule, Mapping):
        own = {rule["field"]} if isinstance(rule.get("field"), str) else set()
        return own.union(*(_named(part) for part in rule.values()))
    return set().union(*(_named(part) for part in rule)) if isinstance(rule, list) else set()
