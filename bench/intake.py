"""Events per second, acknowledged and durable, beside what this machine can do at best in the same minutes.

    .venv/bin/python -m bench.intake [--rounds 3] [--seconds 4]

Ours: `hamdel web` (intake and pages; jobs and shipping elsewhere) and `hamdel serve` (everything in one process,
shipping to chDB meanwhile), on the embedded PostgreSQL with its durable settings. Ceilings: COPY of the same rows
into a table with the same two indexes; an ASGI server that parses a body, appends it to a file and answers after
fdatasync; chDB inserts from Arrow. Every round measures all of them in turn; medians and their ratios are printed.
After each run the log must hold exactly what was acknowledged, or the run fails.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench import ceilings, load

ROOT = Path(__file__).parents[1]
SHAPES = {"100 a request, 8 clients": (100, 8), "1 a request, 64 clients": (1, 64)}
BEST_RIVAL = {"100 a request, 8 clients": 390, "1 a request, 64 clients": 196}
# A first guess of each rate, to choose how many requests fill the time; corrected after the first round.
GUESS = {100: 20_000, 1: 4_000}
PORT = 8211
BEHIND = """
SELECT coalesce((SELECT max(position) FROM events_log), 0)
     - coalesce((SELECT position FROM events_cursor WHERE name = 'shipper'), 0)
     + (SELECT count(*) FROM events_shipment WHERE shipped_at IS NULL)
"""


class Run:
    """What all measurements share: where, how long, and a number that makes message ids unlike any before."""

    def __init__(self, home: Path, seconds: float) -> None:
        self.home, self.seconds, self.series = home, seconds, 0
        self.rates: dict[str, list[float]] = defaultdict(list)

    def note(self, name: str, rate: float, remark: str = "") -> None:
        self.rates[name].append(rate)
        print(f"  {name:62} {rate:>10,.0f} /s  {remark}", flush=True)

    def median(self, name: str) -> float:
        return statistics.median(self.rates[name])

    def count(self, name: str, size: int) -> int:
        """Return how many requests of `size` events should take about `seconds`."""
        rate = self.rates[name][-1] if self.rates[name] else GUESS[size]
        return max(int(rate * self.seconds / size), 100)

    def send(self, name: str, shape: str, *, key: str = "") -> load.Outcome:
        size, clients = SHAPES[shape]
        self.series += 1
        outcome = load.run(
            PORT, clients=clients, size=size, count=self.count(name, size), key=key, series=self.series
        )
        if outcome.refused:
            raise SystemExit(f"{name}: {outcome.refused} requests were refused")
        percentiles = (
            f"p50 {outcome.percentile(0.5) * 1e3:.1f} ms, p99 {outcome.percentile(0.99) * 1e3:.1f} ms"
        )
        self.note(name, outcome.events_per_second, percentiles)
        return outcome


@contextmanager
def serving(arguments: list[str], *, ready: Callable[[str], bool], **environment: str) -> Iterator[None]:
    """Run a server in a process of its own until the block ends."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if ready(line):
                break
        else:
            raise SystemExit(f"{arguments} ended with {process.wait()}")
        yield
    finally:
        process.terminate()
        process.wait(60)


def install(home: Path) -> str:
    """Make databases, a workspace and a source in `home`; return the source's write key."""
    os.environ["HAMDEL_HOME"] = str(home)
    from hamdel.cli import wake_django

    wake_django()
    from hamdel.ground import analytics
    from hamdel.ground.access.actions import found_workspace
    from hamdel.ground.access.models import User
    from hamdel.ground.workspaces.tenancy import inside
    from hamdel.listen.events.models import Source
    from hamdel.server.commands.migrate import migrate

    migrate()
    analytics.close()  # chDB belongs to the server from here on
    owner = User.objects.create_user("bench@example.ir", name="bench")
    workspace = found_workspace(name="bench", slug="bench", owner=owner).workspace
    with inside(workspace):
        return Source.objects.create(workspace=workspace, name="bench").write_key


def logged() -> int:
    """Return how many events the log holds; `hamdel serve` takes PostgreSQL down with it, so it may have to start."""
    with psycopg.connect(ceilings.urls().app) as connection:
        connection.execute("SELECT set_config('app.workspace', 'every', true)")
        return connection.execute("SELECT count(*) FROM events_log").fetchone()[0]  # type: ignore[index]


def wait_until_shipped() -> None:
    """Let the server finish what earlier rounds left: ours is the load of now, not the backlog of before."""
    while behind():
        time.sleep(0.5)


def behind() -> int:
    with psycopg.connect(ceilings.urls().app, autocommit=True) as connection:
        connection.execute("SELECT set_config('app.workspace', 'every', false)")
        return connection.execute(BEHIND).fetchone()[0]  # type: ignore[index]


def measure_ours(run: Run, mode: str, key: str) -> None:
    urls = {"HAMDEL_POSTGRES_URL": ceilings.urls().app, "HAMDEL_CLICKHOUSE_URL": "http://127.0.0.1:9"}
    environment = urls if mode == "web" else {}
    arguments = ["-m", "hamdel.cli", mode, "--port", str(PORT)]
    with serving(arguments, ready=lambda line: line.startswith("ready"), **environment):
        for shape in SHAPES:
            if mode == "serve":
                wait_until_shipped()
            before = logged()
            outcome = run.send(f"hamdel {mode}: {shape}", shape, key=key)
            if mode == "serve":
                print(f"  {'':62} {behind():>10,.0f} of them not shipped yet")
            if logged() - before != outcome.events:
                raise SystemExit(f"{outcome.events} acknowledged, {logged() - before} in the log")


def measure_ceilings(run: Run) -> None:
    run.note("ceiling: COPY, two indexes", ceilings.copy_rate(rows=int(20_000 * run.seconds)))
    with tempfile.TemporaryDirectory(dir=run.home) as folder:
        spool = ["-m", "bench.spool", str(PORT), folder]
        with serving(spool, ready=lambda line: line.startswith("ready")):
            for shape in SHAPES:
                run.send(f"ceiling: fdatasync spool, {shape}", shape)
    run.note("ceiling: chDB insert, blocks of 10,000", ceilings.chdb_rate(run.home / "chdb-ceiling"))


def report(run: Run, modes: list[str]) -> None:
    print("\nMedians, and what they come to:")
    for mode in modes:
        for shape in SHAPES:
            ours = run.median(f"hamdel {mode}: {shape}")
            copy = run.median("ceiling: COPY, two indexes")
            spool = run.median(f"ceiling: fdatasync spool, {shape}")
            print(
                f"  hamdel {mode:6} {shape:26} {ours:>9,.0f} events/s = {ours / copy:5.0%} of COPY,"
                f" {ours / spool:5.0%} of the spool, {ours / BEST_RIVAL[shape]:4.0f} x the best rival's figure"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["web", "serve"], help="measure one of the two ways of running")
    parser.add_argument("--seconds", type=float, default=4, help="how long each measurement should take")
    options = parser.parse_args()
    modes = [options.only] if options.only else ["web", "serve"]
    with tempfile.TemporaryDirectory(prefix="hamdel-bench-") as folder:
        run = Run(Path(folder), options.seconds)
        key = install(run.home)
        try:
            for number in range(options.rounds):
                print(f"round {number + 1}, load {os.getloadavg()[0]:.1f}", flush=True)
                measure_ceilings(run)
                for mode in modes:
                    measure_ours(run, mode, key)
                time.sleep(1)
        finally:
            ceilings.stop_postgres()
        report(run, modes)


if __name__ == "__main__":
    main()
