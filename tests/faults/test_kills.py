"""Kill -9 at random moments, under load. Whatever was acknowledged is there, once, in both stores.

python -m tests.faults.test_kills 200      the long run
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sys
import tempfile
import time

import pytest

from tests.faults.load import Load
from tests.faults.server import COUNTED, Server

pytestmark = pytest.mark.faults
KILLS = 30


def kill_under_load(server, keys, *, kills, seed=1405):
    """Kill the process every second time, between them PostgreSQL's postmaster and a door; return what was acknowledged."""
    chance = random.Random(seed)
    with Load(server, keys) as load:
        for number in range(kills):
            time.sleep(chance.uniform(0.05, 1.2))
            if number % 2 == 0:
                server.kill()
                server.start()
            else:
                pid = server.postgres().pid if number % 4 == 1 else chance.choice(server.doors())
                if pid:
                    os.kill(pid, signal.SIGKILL)
        time.sleep(1)
        server.wait_until_alive("/readyz")
        time.sleep(1)
    return load


def compare(server, keys, load):
    """Compare what clients were told with what both stores hold."""
    server.ship()
    with server.connect() as connection:
        stored = {
            row[0]
            for row in connection.execute(
                "SELECT body::jsonb->>'messageId' FROM events_log WHERE body::jsonb->>'name' = 'Loaded'"
            )
        }
        doubled = connection.execute("SELECT count(*) - count(DISTINCT event_id) FROM events_log").fetchone()[
            0
        ]
        digests = {row[0] for row in connection.execute("SELECT resume_digest FROM surveys_response")}
        answers = connection.execute("SELECT count(*) FROM surveys_answer").fetchone()[0]
    assert load.acknowledged <= stored, f"{len(load.acknowledged - stored)} acknowledged events are missing"
    assert doubled == 0
    missing = {
        secret for secret in load.answered if hashlib.sha256(secret.encode()).hexdigest() not in digests
    }
    assert missing == set()
    server.stop()
    assert server.python(COUNTED, keys["workspace"], "Loaded") == [len(stored), len(stored)]
    assert server.python(COUNTED, keys["workspace"], "Score Given") == [answers, answers]
    return len(load.acknowledged), len(load.answered)


def test_nothing_acknowledged_is_lost_and_nothing_doubled(tmp_path):
    server = Server(tmp_path / "home")
    keys = server.found()
    server.start()
    try:
        load = kill_under_load(server, keys, kills=KILLS)
        events, answers = compare(server, keys, load)
    finally:
        server.stop()

    assert events > 500
    assert answers > 20


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        one = Server(f"{folder}/home")
        its_keys = one.found()
        one.start()
        wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 200
        loaded = kill_under_load(one, its_keys, kills=wanted)
        print(
            "%d kills; %d events and %d answers acknowledged; missing 0, doubled 0"
            % (wanted, *compare(one, its_keys, loaded))
        )
