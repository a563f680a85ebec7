"""Batches: stored once, whole, and into every table that follows."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from hamdel.ground.analytics import AnalyticsUnavailable, RowsRefused
from hamdel.ground.analytics.store import store
from hamdel.ground.analytics.tests.conftest import REPOSITORY, Server
from hamdel.ground.analytics.tests.rows import CAFE, CLINIC, COLUMNS, Tally, count, event, score


def test_batch_appended_twice_is_stored_once_everywhere(door):
    batch = [score(9), score(3), event("Order Completed", order_id=1, total=120_000)]

    assert door.append("events", batch, columns=COLUMNS, token="a") == 3
    assert door.append("events", batch, columns=COLUMNS, token="a") == 3

    assert [count(door, table) for table in ("events", "timeline", "scores", "orders")] == [3, 3, 2, 1]


def test_batch_appended_again_after_a_restart_is_stored_once(door):
    batch = [score(9), event()]
    door.append("events", batch, columns=COLUMNS, token="a")

    door.close()
    door.append("events", batch, columns=COLUMNS, token="a")

    assert [count(door, table) for table in ("events", "timeline", "scores")] == [2, 2, 1]


def test_equal_batches_with_two_tokens_are_two(door):
    batch = [score(9)]
    door.append("events", batch, columns=COLUMNS, token="a")
    door.append("events", batch, columns=COLUMNS, token="b")

    assert [count(door, table) for table in ("events", "timeline", "scores")] == [2, 2, 2]


def test_retry_mends_tables_that_a_crash_left_behind(door):
    """A crash between the events and a view leaves the view's table short; the same retry fills it."""
    batch = [score(9), score(3)]
    door.append("events", batch, columns=COLUMNS, token="a")
    with store().changing.lend() as client:
        client.command("TRUNCATE TABLE scores")

    door.append("events", batch, columns=COLUMNS, token="a")

    assert [count(door, table) for table in ("events", "timeline", "scores")] == [2, 2, 2]


def test_same_tokens_may_be_used_again_after_truncating(door):
    batch = [score(9)]
    door.append("events", batch, columns=COLUMNS, token="a")

    door.truncate_everything()
    door.append("events", batch, columns=COLUMNS, token="a")

    assert [count(door, table) for table in ("events", "timeline", "scores")] == [1, 1, 1]


def test_large_batch_becomes_one_part(door):
    batch = [event(text="نظر " * 60, n=n) for n in range(30_000)]

    door.append("events", batch, columns=COLUMNS, token="large")

    with store().asking.lend() as client:
        sql = "SELECT count() FROM system.parts WHERE table = 'events' AND database = currentDatabase() AND active"
        assert client.command(sql) == 1
    assert count(door, "events") == 30_000


def test_values_come_back_as_they_went_in(door):
    row = event(
        customer=CLINIC.id, touchpoint="تحویل", channel="sms", context='{"ip": "::1"}', شهر="تهران\n'\\"
    )
    door.append("events", [row], columns=COLUMNS, token="a")

    sql = f"SELECT {', '.join(COLUMNS)} FROM timeline WHERE workspace_id = {{workspace_id:UUID}}"
    stored = door.ask_rendered("test/all", sql, None, workspace=CAFE, params={})

    assert stored == [dict(zip(COLUMNS, row, strict=True))]


def test_nothing_is_no_batch(door):
    assert door.append("events", [], columns=COLUMNS, token="a") == 0


@pytest.mark.parametrize(
    ("table", "columns", "row"),
    [
        ("absent", ["n"], [1]),
        ("events", ["absent"], [1]),
        ("events", ["event_id"], ["no uuid"]),
        ("events", ["name"], [7]),
        ("events", ["name", "type"], ["only one"]),
    ],
)
def test_rows_that_never_fit_are_refused_and_nothing_is_kept(door, table, columns, row):
    with pytest.raises(RowsRefused):
        door.append(table, [row], columns=columns, token="a")

    assert count(door, "events") == 0


def test_door_serves_eight_threads_at_once(door):
    def visit(number):
        door.append("events", [score(9), event()], columns=COLUMNS, token=f"thread-{number}")
        return door.ask_rendered(
            "test/own", "SELECT sum(sign) AS n FROM scores WHERE workspace_id = {workspace_id:UUID}", Tally,
            workspace=CAFE, params={},
        )[0].n  # fmt: skip

    with ThreadPoolExecutor(8) as threads:
        seen = list(threads.map(visit, range(64)))

    assert min(seen) >= 1
    assert [count(door, table) for table in ("events", "timeline", "scores")] == [128, 128, 64]


# A process that appends batches of its own until it is killed, saying which it knows to be stored.
WRITER = """
import sys, json
from hamdel.ground import analytics
from hamdel.ground.analytics.tests.rows import COLUMNS, count, event, score
analytics.migrate()
if sys.argv[1] == "count":
    print(json.dumps({table: count(analytics, table) for table in ("events", "timeline", "scores")}), flush=True)
    sys.exit()
print("writing", flush=True)
for number in range(int(sys.argv[1]), 100_000):
    rows = [score(9, n=number, i=i) if i % 4 == 0 else event(n=number, i=i) for i in range(40)]
    analytics.append("events", rows, columns=COLUMNS, token=f"batch-{number}")
    print(number, flush=True)
"""


def run_writer(argument, environment):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(argument)],
        cwd=REPOSITORY, env=os.environ | environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def write_until_killed(first, environment, kill, dice):
    """Let a writer go on from batch `first`; return the first batch that it does not know to be stored."""
    writer = run_writer(first, environment)
    assert writer.stdout.readline() == "writing\n"
    # However busy the machine is, each writer stores one batch before its luck begins to run out.
    said = [writer.stdout.readline()]
    time.sleep(dice.uniform(0.0, 0.5))
    kill(writer)
    said += writer.stdout.read().split()
    writer.stdout.close()
    return int(said[-1]) + 1 if said else first


def kill_writer(writer):
    writer.send_signal(signal.SIGKILL)
    writer.wait(20)


def test_killed_writer_leaves_every_batch_exactly_once(tmp_path):
    dice = random.Random(20261123)
    environment = {"HAMDEL_HOME": str(tmp_path), "HAMDEL_CLICKHOUSE_URL": ""}
    next_batch = 0
    for _ in range(5):
        next_batch = write_until_killed(next_batch, environment, kill_writer, dice)
    # The last one may have been stored without its writer learning of it: sent once more, as the shipper would.
    last = run_writer(next_batch, environment)
    assert last.stdout.readline() == "writing\n"
    assert int(last.stdout.readline()) == next_batch
    kill_writer(last)
    last.stdout.close()

    counting = run_writer("count", environment)
    found = json.loads(counting.communicate(timeout=60)[0])

    batches = found["events"] // 40
    assert batches >= next_batch + 1 > 5
    assert found == {"events": batches * 40, "timeline": batches * 40, "scores": batches * 10}


def test_killed_server_leaves_every_batch_exactly_once(tmp_path, monkeypatch):
    from hamdel.ground import analytics

    dice = random.Random(1405)
    server = Server(tmp_path / "clickhouse")
    server.start()
    analytics.close()
    monkeypatch.setenv("HAMDEL_CLICKHOUSE_URL", server.url)
    analytics.migrate()
    batches, rounds = 0, 0
    try:
        while rounds < 3:
            deadline = time.monotonic() + dice.uniform(0.05, 0.5)
            killer = ThreadPoolExecutor(1).submit(_kill_at, server, deadline)
            stored = True
            while stored:
                rows = [score(9, n=batches)] * 10 + [event(n=batches)] * 30
                stored = _try(analytics, rows, batches)
                batches += stored
            killer.result()
            server.start()
            assert _try(analytics, rows, batches)
            batches += 1
            rounds += 1
        found = [count(analytics, table) for table in ("events", "timeline", "scores")]
    finally:
        server.stop()
        analytics.close()

    assert found == [batches * 40, batches * 40, batches * 10]


def _kill_at(server, deadline):
    time.sleep(max(deadline - time.monotonic(), 0))
    server.stop(signal.SIGKILL)


def _try(door, rows, number):
    try:
        door.append("events", rows, columns=COLUMNS, token=f"batch-{number}")
    except AnalyticsUnavailable:
        return False
    return True
