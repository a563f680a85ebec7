"""Fill an empty Hamdel with the shop and its year, and bring everything to ClickHouse."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import connection
from django.db.models import Sum

from hamdel.ground.facts.models import WaitingFact
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.events.intake import SourceKey, take
from hamdel.listen.events.log import append_to_log, event_id
from hamdel.listen.events.models import Cursor, LoggedEvent, Shipment
from hamdel.listen.events.shipping import CURSOR, Shipper
from hamdel.simulator import care, reaching, truths
from hamdel.simulator.replies import keep_responses
from hamdel.simulator.shop import Shop, open_shop
from hamdel.simulator.state import keep, started
from hamdel.simulator.strand import Event
from hamdel.simulator.year import Year, simulate

Watch = Callable[[float, str], None]
LOOK_EVERY = 0.2  # seconds
PATIENCE = 120  # seconds without any progress of the shipper
# Of the time it takes, so much is writing the log; the rest is shipping.
WRITING = 0.25


class NotTaken(Exception):
    """The intake refused an event that the simulator made: a mistake in one of the two."""


class NotShipped(Exception):
    """The shipper makes no progress; its log says why."""


def fill(*, now: datetime, watch: Watch) -> None:
    """Write the demo's data, or complete what was interrupted: it keeps its moment, so every event keeps its id.

    Another process ships meanwhile. Raises NotShipped when it does not.
    """
    began, complete = started(now)
    shop = open_shop(at=began)
    if not complete:
        with without_collector():
            filling = Filling(shop, year_of(shop, began), began, watch)
            filling.run(filling.wait_until_shipped)
        keep(began, is_complete=True)


def year_of(shop: Shop, now: datetime) -> Year:
    workspace, source = shop.workspace.id, shop.past.id
    return simulate(
        now,
        survey_ids=shop.survey_ids,
        event_id=lambda message: str(event_id(workspace, source, message)),
    )


class Filling:
    """One filling in progress."""

    def __init__(self, shop: Shop, year: Year, now: datetime, watch: Watch) -> None:
        self.shop, self.year, self.now, self.watch = shop, year, now, watch
        self.total = len(year)
        self.written = 0

    def run(self, settle: Callable[[], object]) -> None:
        """Write the year. `settle` returns when ClickHouse has all that was written so far.

        Between the past and its last week the cases of the past are opened and worked: those of the last week
        are opened by the reaction to low scores, which knows the older ones by then.
        """
        fresh = care.fresh_since(self.now).astimezone(UTC).isoformat()
        low: list[Event] = []
        scores: list[Event] = []
        reached: list[Event] = []
        last_week: list[list[Event]] = []
        for block in self.year.events():
            past = [event for event in block if event["timestamp"] < fresh]
            self.write(past)
            low += care.low_scores(past, self.shop, now=self.now)
            scores += [event for event in block if event.get("event") == "Score Given"]
            reached += reaching.recent(block, now=self.now)
            last_week.append(block[len(past) :])
        settle()
        care.work_cases(care.some(low), self.shop, now=self.now, seed=truths.SEED)
        for block in last_week:
            self.write(block)
        settle()
        # Only now: a plan that runs would invite for every event of the last days.
        invitations = reaching.reach(reached, self.shop, now=self.now)
        keep_responses(scores, self.shop, invitations)
        settle()
        self.watch(1.0, f"{self.total:,} events")

    def write(self, block: list[Event]) -> None:
        """Append events by the way of every other event: checked by the intake, then into the log."""
        if not block:
            return
        key = SourceKey(self.shop.past.id, self.shop.workspace.id)
        intake = take(block, source=key, received_at=self.now)
        if intake.rejects:
            raise NotTaken(intake.rejects[0].message)
        with inside(self.shop.workspace):
            append_to_log(connection, intake.rows)
        self.written += len(block)
        self.tell()

    def tell(self) -> int:
        """Show how far it is; return how many events have arrived in ClickHouse."""
        shipped = Shipment.objects.exclude(shipped_at=None).aggregate(all=Sum("events"))["all"] or 0
        share = (WRITING * self.written + (1 - WRITING) * shipped) / self.total
        self.watch(min(share, 0.999), f"{self.written:,} events written, {shipped:,} in ClickHouse")
        return shipped

    def wait_until_shipped(self) -> None:
        """Return once ClickHouse has everything that is in the log and in the outbox. Raises NotShipped."""
        best, since = -1, time.monotonic()
        while not everything_is_shipped():
            shipped = self.tell()
            if shipped > best:
                best, since = shipped, time.monotonic()
            if time.monotonic() - since > PATIENCE:
                raise NotShipped
            time.sleep(LOOK_EVERY)


def everything_is_shipped() -> bool:
    with across_workspaces():
        last = LoggedEvent.objects.order_by("-position").values_list("position", flat=True).first() or 0
        seen = Cursor.objects.filter(name=CURSOR).values_list("position", flat=True).first() or 0
        waiting = Shipment.objects.filter(shipped_at=None).exists() or WaitingFact.objects.exists()
        return seen >= last and not waiting


@contextmanager
def shipping() -> Iterator[None]:
    """Ship in a thread beside."""
    shipper = Shipper()
    thread = threading.Thread(target=shipper.run, name="shipper", daemon=True)
    thread.start()
    try:
        yield
    finally:
        shipper.stop()
        thread.join()


@contextmanager
def without_collector() -> Iterator[None]:
    """Leave garbage to reference counts: half a million short-lived dictionaries make cycles of the collector slow."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
