"""ClickHouse away, PostgreSQL away, the disk full: nothing acknowledged is lost, and it recovers by itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.error
import uuid

import pytest

from tests.faults.clickhouse import ClickHouse
from tests.faults.server import COUNTED, Server

pytestmark = pytest.mark.faults


def batch(n=50):
    return {
        "batch": [
            {"type": "track", "event": "Loaded", "userId": "u1", "messageId": str(uuid.uuid4())}
            for _ in range(n)
        ]
    }


def log_size(server):
    with server.connect() as connection:
        return connection.execute(
            "SELECT count(*) FROM events_log WHERE body::jsonb->>'name' = 'Loaded'"
        ).fetchone()[0]


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path / "home")
    yield server
    server.stop()


def test_postgres_away_is_told_with_503_and_retry_after_and_comes_back(server):
    keys = server.found()
    server.start()
    server.post("/v1/batch", batch(), key=keys["write_key"])

    postmaster = server.postgres().pid
    os.kill(postmaster, signal.SIGSTOP)  # no restart by the supervisor: it lives, but answers nobody
    os.kill(postmaster, signal.SIGKILL)
    seen, deadline = set(), time.monotonic() + 60
    while not {200, 503} <= seen and time.monotonic() < deadline:
        try:
            server.post("/v1/batch", batch(1), key=keys["write_key"], timeout=20)
            seen.add(200)
        except urllib.error.HTTPError as error:
            seen.add(error.code)
            assert error.code in {429, 503}
            assert 1 <= int(error.headers["Retry-After"]) <= 300
            assert set(json.load(error)) == {"code", "message"}
        time.sleep(0.05)

    assert seen >= {200, 503}, "it was never away, or did not come back"


def test_clickhouse_away_intake_goes_on_and_then_the_counts_are_equal(tmp_path):
    with ClickHouse(tmp_path / "clickhouse") as clickhouse:
        server = Server(tmp_path / "home", HAMDEL_CLICKHOUSE_URL=clickhouse.url)
        try:
            keys = server.found()
            server.start()
            server.post("/v1/batch", batch(), key=keys["write_key"])
            server.ship()

            clickhouse.kill()
            for _ in range(20):
                assert server.post("/v1/batch", batch(), key=keys["write_key"]).status == 200
            assert log_size(server) == 21 * 50
            with pytest.raises(urllib.error.HTTPError) as not_ready:
                server.post("/readyz", {})
            assert "analytics" in json.load(not_ready.value)["problems"]

            clickhouse.start()
            server.ship()
            assert server.python(COUNTED, keys["workspace"], "Loaded") == [21 * 50, 21 * 50]
        finally:
            server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_acknowledges_nothing_it_cannot_keep_and_recovers(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=320m", "tmpfs", str(disk)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"a tmpfs cannot be mounted here: {mounted.stderr.strip()}")
    server = Server(disk / "home")
    ballast = disk / "ballast"
    try:
        keys = server.found()
        server.start()
        acknowledged, refused = 0, set()
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        ballast.write_bytes(b"x" * max(free - 12_000_000, 0))
        for _ in range(120):
            big = [
                {**event, "properties": {"filler": os.urandom(10_000).hex()}} for event in batch(20)["batch"]
            ]
            try:
                server.post("/v1/batch", {"batch": big}, key=keys["write_key"], timeout=20)
                acknowledged += 20
            except urllib.error.HTTPError as error:
                refused.add(error.code)
                break
        assert refused, "the disk never became full"
        assert refused <= {429, 503, 507}

        ballast.unlink()
        deadline = time.monotonic() + 120
        while True:
            try:
                server.post("/v1/batch", batch(1), key=keys["write_key"])
                break
            except (urllib.error.URLError, OSError):
                assert time.monotonic() < deadline, server.tail()
                time.sleep(0.5)
        assert log_size(server) >= acknowledged + 1
    finally:
        server.stop()
        subprocess.run(["umount", "-l", str(disk)], check=False)


def test_an_acknowledgement_means_a_sync(server):
    keys = server.found()
    server.start()

    def syncs():
        with server.connect() as connection:
            row = connection.execute("SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'").fetchone()
            return int(row[0])

    # A connection that rests hands its statistics in after ten seconds.
    time.sleep(11)
    before = syncs()
    for _ in range(30):  # one after the other: no two can share a commit
        server.post("/v1/batch", batch(1), key=keys["write_key"])
    deadline = time.monotonic() + 30
    while syncs() - before < 30 and time.monotonic() < deadline:
        time.sleep(0.5)

    assert syncs() - before >= 30
