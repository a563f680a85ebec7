"""`hamdel import` killed with -9 at random moments: afterwards every row is there exactly once."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS, BAD, KILLS = 60_000, 300, 8

pytestmark = pytest.mark.faults

PREPARE = """
from hamdel.cli import wake_django
wake_django()
from hamdel.server.commands.migrate import migrate
migrate()
from hamdel.ground.access.actions import found_workspace
from hamdel.ground.access.models import User
found_workspace(name="shop", slug="shop", owner=User.objects.create_user("a@shop.example"))
from hamdel.ground import analytics
analytics.close()
"""
COUNT = """
import json
from hamdel.cli import wake_django
wake_django()
from django.db import connection
from hamdel.ground.workspaces.tenancy import across_workspaces
with across_workspaces(), connection.cursor() as cursor:
    cursor.execute("SELECT count(*), count(DISTINCT body::json->>'messageId') FROM events_log")
    events, distinct = cursor.fetchone()
    cursor.execute("SELECT count(*), count(DISTINCT reason) FROM events_quarantinedevent")
    kept, reasons = cursor.fetchone()
    cursor.execute("SELECT rows_read, events_added, events_known, rows_rejected, rejects_path FROM sources_importrun")
    runs = cursor.fetchall()
print(json.dumps({"events": events, "distinct": distinct, "kept": kept, "reasons": reasons, "runs": runs}))
"""
STOP = """
from hamdel.ground.postgres import embedded
embedded().stop()
"""


@pytest.fixture
def home(tmp_path):
    """A Hamdel of its own, with a workspace and a running PostgreSQL."""
    home = tmp_path / "home"
    python(home, PREPARE)
    yield home
    python(home, STOP)


def python(home: Path, code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "HAMDEL_HOME": str(home)}


def start_import(home: Path, path: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "hamdel.cli", "import", str(path), "--json"]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_an_import_killed_again_and_again_loses_and_doubles_nothing(home, tmp_path):
    path = tmp_path / "events.csv"
    chosen = random.Random(7)
    bad = set(chosen.sample(range(ROWS), BAD))
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "event", "userId", "timestamp"])
        writer.writerows(
            (n, "Order Completed", f"u{n % 500}", "someday" if n in bad else "2026-11-01T10:00:00Z")
            for n in range(ROWS)
        )
    killed = 0
    for _ in range(KILLS):
        importing = start_import(home, path)
        time.sleep(chosen.uniform(1.5, 5.0))
        if importing.poll() is None:
            importing.send_signal(signal.SIGKILL)
            killed += 1
        importing.wait()

    last = start_import(home, path)
    output, said = last.communicate(timeout=300)
    assert killed >= KILLS // 2
    assert last.returncode == 1, said[-2000:]  # rows were refused, and it says so
    counted = json.loads(python(home, COUNT))
    assert output, said[-2000:]
    assert json.loads(output)["rows"] == ROWS
    assert counted["events"] == counted["distinct"] == ROWS - BAD
    finished = [run for run in counted["runs"] if run[0] == ROWS]
    assert all(run[1] + run[2] + run[3] == ROWS for run in finished)
    with Path(finished[0][4]).open(encoding="utf-8-sig", newline="") as file:
        lines = [int(row["line"]) for row in csv.DictReader(file)]
    assert sorted(lines) == sorted(n + 2 for n in bad)
