"""From the log to customers, reactions and ClickHouse: every event exactly once.

Two steps, each safe to be killed in:

1. *take_in*: the next stretch of the log is read, its customers found, reactions run, a Shipment recorded and the
   cursor moved, all in one PostgreSQL transaction.
2. *send*: recorded shipments go to ClickHouse in order, each under its own deduplication token. Killed in
   between, the same stretch is sent again and ClickHouse drops what it has.

When ClickHouse is away shipments wait; step 1 goes on, so cases still open and profiles still fill.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction
from django.utils.timezone import now

from hamdel.ground import analytics
from hamdel.ground.facts import KnownEvent
from hamdel.ground.facts.failures import keep_failure
from hamdel.ground.facts.reactions import Reaction, reactions
from hamdel.ground.statements import ask
from hamdel.ground.turns import turn
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.know.customers.identity import look_up, recognise
from hamdel.know.customers.sightings import Sighting, sighting_of
from hamdel.listen.events.models import Cursor, LoggedEvent, Shipment
from hamdel.listen.events.reading import EVENT_COLUMNS, ReadEvent, read
from hamdel.listen.events.relay import relay_once

log = logging.getLogger(__name__)

Row = tuple[Any, ...]
CURSOR = "shipper"
# Sending must not run twice side by side: order keeps tokens few.
SHIPPER_LOCK = 7403
STRETCH = 10_000
# In a crowd short ones, so that others soon have their turn.
SHORT_STRETCH = 1_000
STRETCH_OF_LOG = """
SELECT position, event_id, workspace_id, source_id, received_at, body FROM events_log
WHERE position > %s AND position <= coalesce(%s, 9223372036854775807) ORDER BY position LIMIT %s"""
REST_SECONDS = 0.5
# While the intake is at its limit, shipping waits for it to be done, but not for longer than this;
LONGEST_WAIT_SECONDS = 10
# and once so far behind it takes half of the time: a crowd that stays must not leave the figures behind for ever.
MOST_LAG_SECONDS = 10


@dataclass(frozen=True)
class Load:
    """A recorded shipment and the rows it holds."""

    shipment: Shipment
    rows: list[Row]

    @property
    def last_received_at(self) -> datetime:
        return self.rows[-1][EVENT_COLUMNS.index("received_at")]


def take_in(*, most: int = STRETCH) -> Load | None:
    """Take in the next events of the log. None when there is nothing new, or another process is at it."""
    with across_workspaces():
        Cursor.objects.get_or_create(name=CURSOR)
        cursor = Cursor.objects.select_for_update(skip_locked=True).filter(name=CURSOR).first()
        if cursor is None:
            return None
        events = stretch(after=cursor.position, most=most)
        if not events:
            return None
        customers = recognise(sightings(events))
        known = [event.known_as(customer) for event, customer in zip(events, customers, strict=True)]
        react(known)
        cursor.position = events[-1].position
        cursor.save()
        shipment = Shipment.objects.create(
            first_position=events[0].position, last_position=events[-1].position, events=len(events)
        )
        return Load(shipment, rows_of(events, customers))


def load_again(shipment: Shipment) -> Load:
    """Read a recorded shipment back from the log, after a crash or while ClickHouse was away.

    Every identifier in it is known by now, so customers are only looked up: the block is the same each time.
    """
    with across_workspaces():
        events = stretch(after=shipment.first_position - 1, last=shipment.last_position)
        return Load(shipment, rows_of(events, look_up(sightings(events))))


def rows_of(events: Sequence[ReadEvent], customers: Sequence[UUID]) -> list[Row]:
    return [event.as_row(customer) for event, customer in zip(events, customers, strict=True)]


def stretch(*, after: int, last: int | None = None, most: int = STRETCH) -> list[ReadEvent]:
    """Return the events after a position: up to `last`, or `most` of them."""
    # An erased event has no body any more.
    found = ask(STRETCH_OF_LOG, after, last, most if last is None else None)
    return [read(*row) for row in found if row[-1]]


def next_stretch(*, after: int, end: int) -> tuple[int, int, int] | None:
    """Return first position, last position and number of the next events up to `end`; None when there are none."""
    with across_workspaces():
        rows = LoggedEvent.objects.filter(position__gt=after, position__lte=end).order_by("position")
        positions = list(rows.values_list("position", flat=True)[:STRETCH])
    return (positions[0], positions[-1], len(positions)) if positions else None


def sightings(events: Sequence[ReadEvent]) -> list[Sighting]:
    return [
        sighting_of(event.body, workspace_id=event.workspace_id, at=event.occurred_at) for event in events
    ]


def react(events: Sequence[KnownEvent]) -> None:
    """Let everyone who waits for these events have what concerns them."""
    for reaction, names in reactions():
        concerned = events if names is None else [event for event in events if event.name in names]
        if concerned:
            react_together(reaction, concerned)


def react_together(reaction: Reaction, events: Sequence[KnownEvent]) -> None:
    """Run a reaction once for all events; if that fails, for each half, down to the one that is kept as failed."""
    try:
        with transaction.atomic():
            reaction(events)
    except (InterfaceError, OperationalError):
        raise  # PostgreSQL itself is away: nothing was taken in, the stretch comes again
    except Exception as error:
        if len(events) > 1:
            half = len(events) // 2
            react_together(reaction, events[:half])
            react_together(reaction, events[half:])
            return
        log.exception("A reaction to %s failed; it is kept to be tried again", events[0].name)
        keep_failure(events[0], reaction, error)


def send(load: Load) -> None:
    """Bring one shipment to ClickHouse. Raises AnalyticsUnavailable; the shipment then waits, recorded."""
    analytics.append("events", load.rows, columns=EVENT_COLUMNS, token=f"shipment-{load.shipment.id}")
    touched = {row[0] for row in load.rows}
    with transaction.atomic(), connection.cursor() as cursor:
        Shipment.objects.filter(id=load.shipment.id).update(shipped_at=now())
        # pg_notify takes 8,000 bytes; with more workspaces than fit, everybody looks again.
        names = ",".join(map(str, touched)) if len(touched) <= 200 else "*"
        cursor.execute("SELECT pg_notify('hamdel_shipped', %s)", [names])


def send_waiting() -> int:
    """Send the shipments an earlier run left behind, oldest first, and return how many."""
    waiting = list(Shipment.objects.filter(shipped_at=None).order_by("id"))
    for shipment in waiting:
        send(load_again(shipment))
    return len(waiting)


def ship_everything() -> int:
    """Relay, take in and send until nothing is left; return how many events were taken in.

    Raises AnalyticsUnavailable when ClickHouse is away.
    """
    events = 0
    send_waiting()
    while True:
        relayed = relay_once()
        load = take_in()
        if load:
            events += load.shipment.events
            send(load)
        elif not relayed:
            return events


class Shipper:
    """Ships for as long as the process lives. One of them works at a time, however many processes there are."""

    def __init__(self, *, makes_way: Callable[[], bool] = lambda: False) -> None:
        """`makes_way` tells whether the intake is at its limit: then shipping leaves it the interpreter's time."""
        self.makes_way = makes_way
        self.stopping = threading.Event()
        self.news = threading.Event()
        self.behind = True
        self.lag_seconds = 0.0
        self.beat_at = now()

    def wake(self) -> None:
        """Tell it that the log or the outbox has grown: it looks at once instead of after its rest."""
        self.news.set()

    def stop(self) -> None:
        self.stopping.set()
        self.news.set()

    def run(self) -> None:
        """Work until stopped. Errors of the databases are waited out, everything else is logged and retried."""
        pause, worked = REST_SECONDS, 0.0
        while not self.stopping.is_set():
            self.news.clear()
            self.let_others(worked)
            began = time.monotonic()
            try:
                with turn(SHIPPER_LOCK) as alone:
                    moved = alone and self.round()
                pause = 0 if moved else REST_SECONDS
                worked = time.monotonic() - began
            except (InterfaceError, OperationalError):
                log.warning("PostgreSQL is away; shipping waits")
                close_old_connections()
                pause = min(pause * 2 or REST_SECONDS, 10)
            except Exception:
                log.exception("Shipping stumbled and will try again")
                pause = min(pause * 2 or REST_SECONDS, 10)
            self.beat_at = now()
            if pause:
                self.news.wait(pause)
        connection.close()

    def let_others(self, worked_seconds: float) -> None:
        """Wait while the intake is at its limit, but not without end: acknowledging comes first."""
        pause = LONGEST_WAIT_SECONDS if self.lag_seconds < MOST_LAG_SECONDS else worked_seconds
        until = time.monotonic() + pause
        while self.makes_way() and time.monotonic() < until:
            if self.stopping.wait(0.1):
                return

    def round(self) -> bool:
        """Move what there is once; tell whether there may be more."""
        relayed = relay_once()
        try:
            if self.behind:
                send_waiting()
                self.behind = False
            load = take_in(most=SHORT_STRETCH if self.makes_way() else STRETCH)
            if load:
                self.lag_seconds = (now() - load.last_received_at).total_seconds()
                self.behind = True
                send(load)
                self.behind = False
        except analytics.AnalyticsUnavailable as away:
            if not self.behind:
                raise
            log.warning("ClickHouse is away; shipments wait: %s", away)
            load = take_in()
        return bool(relayed or load)
