"""What an import would do, as the page tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hamdel.know.customers.timeline import TITLES
from hamdel.listen.events.calls import NAMES, moment_of
from hamdel.listen.events.reasons import said
from hamdel.listen.sources.importing import Rehearsal


@dataclass(frozen=True)
class FirstEvent:
    """One of the first events: what, when, about whom, and what it says beside."""

    title: str
    name: str
    at: datetime | None
    who: list[str]
    details: list[tuple[str, str]]


@dataclass(frozen=True)
class Told:
    """A rehearsal in words; `failure` when the mapping or the file cannot be used at all."""

    rows: int = 0
    events: list[tuple[str, int]] = field(default_factory=list)
    refused: int = 0
    reasons: list[tuple[int, str]] = field(default_factory=list)
    skipped: int = 0
    first: list[FirstEvent] = field(default_factory=list)
    failure: str = ""

    @property
    def total(self) -> int:
        return sum(number for _name, number in self.events)

    @property
    def may_start(self) -> bool:
        return not self.failure and self.total > 0


def told_rehearsal(found: Rehearsal | str, *, zone: ZoneInfo) -> Told:
    """Return a rehearsal, or the reason why there is none, as the page shows it."""
    if isinstance(found, str):
        return Told(failure=said(found))
    return Told(
        rows=found.rows_read,
        events=found.events.most_common(),
        refused=found.rows_rejected,
        reasons=[(row.line, said(row.reason)) for row in found.rejected],
        skipped=found.skipped.total(),
        first=[_first(event, zone) for event in found.first],
        failure=said(found.failure) if found.failure else "",
    )


def _first(event: dict[str, Any], zone: ZoneInfo) -> FirstEvent:
    kind = event.get("type", "track")
    traits = event.get("traits") or (event.get("context") or {}).get("traits") or {}
    who = [
        event.get("userId"),
        traits.get("name"),
        traits.get("email"),
        traits.get("phone"),
        event.get("anonymousId"),
    ]
    moment = moment_of(event.get("timestamp"))
    told = event.get("properties") or (traits if kind in {"identify", "group"} else {})
    name = str(event.get("event") or NAMES.get(kind, kind))
    return FirstEvent(
        title=str(TITLES[name][0]) if name in TITLES else name,
        name=name,
        at=moment.astimezone(zone) if moment else None,
        who=[str(one) for one in who if one],
        details=[(str(name), str(value)[:80]) for name, value in told.items()][:8],
    )
