"""Each panel of the overview through HTTP, over millions of events: the time from the request to the last byte.

    .venv/bin/python -m bench.panels [--events 10000000] [--rounds 30] [--home FOLDER]

One tenth of the events are scores. The panels are asked for one after another by one reader, over a month and over
the whole year. With `--home` the filled folder is kept and used again.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import time
from pathlib import Path

from bench.dashboard import COMPANY, fill_clickhouse, settle_days
from bench.grounds import own_home, serving, stage

PERIODS = {"month": "from=2026-01-21&to=2026-02-19", "year": "from=2025-03-21&to=2026-03-20"}
PANELS = ("headline", "nps", "spread", "touchpoints", "channels", "comments", "cases", "loyalty", "replies")


def main():
    parser = argparse.ArgumentParser(prog="python -m bench.panels", description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--home", type=Path, help="folder to fill once and keep")
    options = parser.parse_args()
    with own_home(options.home) as folder:
        session = prepared(folder, options.events)
        with serving() as port:
            measure(http.client.HTTPConnection("127.0.0.1", port, timeout=60), session, options.rounds)


def prepared(folder, events):
    """Fill the folder if it is new; return the session of a member who is logged in."""
    session = folder / "session"
    if session.exists():
        return session.read_text()
    from hamdel.cli import wake_django

    wake_django()
    from django.test import Client

    from hamdel.ground import analytics
    from hamdel.ground.access.actions import found_workspace
    from hamdel.ground.access.models import User
    from hamdel.ground.postgres import embedded
    from hamdel.server.commands.migrate import migrate

    migrate()
    user = User.objects.create_user("bench@example.ir", name="Bench")
    found_workspace(name="Bench", slug="bench", owner=user, id=COMPANY.id)
    client = Client()
    client.force_login(user)
    with stage(f"{events:,} events into ClickHouse, all views on"):
        fill_clickhouse(events)
    with stage("days that are over settled, as the job does each minute"):
        settle_days()
    analytics.close()
    embedded().stop()
    session.write_text(client.cookies["session"].value)
    return session.read_text()


def measure(connection, session, rounds):
    print(f"{'panel':14}" + "".join(f"{f'{period}: p50 / p95':>24}" for period in PERIODS))
    addresses = {name: f"/panels/{name}/" for name in PANELS} | {"whole page": "/"}
    for name, address in addresses.items():
        shown = []
        for query in PERIODS.values():
            whole = "&whole=1" if address == "/" else ""
            took = [asked(connection, session, f"{address}?{query}{whole}") for _ in range(rounds + 2)][2:]
            shown.append(f"{statistics.median(took):.0f} / {statistics.quantiles(took, n=20)[-1]:.0f} ms")
        print(f"{name:14}" + "".join(f"{words:>24}" for words in shown), flush=True)


def asked(connection, session, address):
    """Return the milliseconds a request takes; fail unless it is answered."""
    headers = {"Cookie": f"session={session}", "HX-Request": "true"}
    if address.startswith("/?"):
        del headers["HX-Request"]
    began = time.perf_counter()
    connection.request("GET", address, headers=headers)
    response = connection.getresponse()
    body = response.read()
    took = 1000 * (time.perf_counter() - began)
    if response.status != 200:
        raise SystemExit(f"{address} answered {response.status}: {body[:200]!r}")
    return took


if __name__ == "__main__":
    main()
