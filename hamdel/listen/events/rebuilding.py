"""`hamdel rebuild`: make ClickHouse anew from the log of events. Everything in it is derived; this shows it."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from hamdel.cli import wake_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments."""


def run(_options: argparse.Namespace) -> int:
    wake_django()
    from hamdel.server.commands.migrate import migrate

    migrate()
    began = time.monotonic()
    events = rebuild(told=lambda done: print(f"\r{done:,} events", end="", flush=True))
    print(f"\r{events:,} events in {time.monotonic() - began:.0f} s")
    return 0


def rebuild(*, told: Callable[[int], None] = lambda _done: None) -> int:
    """Empty ClickHouse and ship the whole log again; return the number of events.

    Customers are looked up, reactions are not run again. Stop the shipper first: one process holds chDB anyway.
    """
    from hamdel.ground import analytics
    from hamdel.listen.events.models import Cursor, Shipment
    from hamdel.listen.events.shipping import CURSOR, load_again, next_stretch, send

    # A new round of shipments: their ids are new, so no token of the old round is mistaken for them.
    analytics.truncate_everything()
    Shipment.objects.filter(shipped_at=None).delete()
    end = Cursor.objects.filter(name=CURSOR).values_list("position", flat=True).first() or 0
    position = done = 0
    while (reach := next_stretch(after=position, end=end)) is not None:
        first, last, events = reach
        shipment = Shipment.objects.create(first_position=first, last_position=last, events=events)
        send(load_again(shipment))
        position, done = last, done + events
        told(done)
    return done
