"""Split mode: two `hamdel web`, one `hamdel worker`, a stock PostgreSQL and ClickHouse over HTTP."""

from __future__ import annotations

import hashlib
import random
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from tests.faults.clickhouse import ClickHouse
from tests.faults.load import Load, NoRedirect
from tests.faults.server import COUNTED, Server
from tests.faults.stock_postgres import StockPostgres

pytestmark = pytest.mark.faults


@pytest.fixture
def split(tmp_path):
    with StockPostgres(tmp_path / "postgres") as postgres, ClickHouse(tmp_path / "clickhouse") as clickhouse:
        places = {
            "HAMDEL_POSTGRES_URL": postgres.url("hamdel_app"),
            "HAMDEL_POSTGRES_OWNER_URL": postgres.url("hamdel_owner"),
            "HAMDEL_CLICKHOUSE_URL": clickhouse.url,
            "HAMDEL_SECRET_KEY": "one key for all processes",
        }
        servers = [
            Server(tmp_path / "one", command=("web",), **places),
            Server(tmp_path / "two", command=("web",), **places),
            Server(tmp_path / "worker", command=("worker",), **places),
        ]
        keys = servers[0].found()
        servers[0].start()
        servers[1].start()
        servers[2].start(wait=False)
        try:
            yield servers, keys, postgres
        finally:
            for server in servers:
                server.stop()


def answer(server, keys, score):
    """Answer the open survey; return the secret of the response."""
    opener = urllib.request.build_opener(NoRedirect)
    with pytest.raises(urllib.error.HTTPError) as redirect:
        opener.open(
            f"{server.base}/s/{keys['survey']}/", urllib.parse.urlencode({"page": 0, "score": score}).encode()
        )
    assert redirect.value.code == 303
    return redirect.value.headers["Location"].split("/")[2]


def test_the_loop_runs_across_processes(split):
    (one, two, _worker), keys, _postgres = split
    delivered = {"type": "track", "userId": "42", "event": "Loaded"}
    one.post("/v1/batch", {"batch": [delivered]}, key=keys["write_key"])

    answer(two, keys, 3)
    one.ship()

    with one.connect() as connection:
        assert connection.execute("SELECT metric, score FROM cases_case").fetchall() == [("nps", 3.0)]
    assert one.python(COUNTED, keys["workspace"], "Loaded") == [1, 1]
    assert one.python(COUNTED, keys["workspace"], "Case Opened") == [1, 1]


def test_kills_of_every_part_lose_nothing(split):
    (one, two, worker), keys, postgres = split
    chance = random.Random(1405)

    with (
        Load(one, keys, event_clients=2, answer_clients=1) as load,
        Load(two, keys, event_clients=2, answer_clients=1) as other,
    ):
        for number in range(8):
            time.sleep(chance.uniform(0.2, 1.2))
            victim = (one, worker, two, None)[number % 4]
            if victim is None:
                postgres.kill()
                postgres.start()
            else:
                victim.kill()
                victim.start(wait=victim is not worker)
        time.sleep(2)
    one.ship()

    acknowledged, answered = load.acknowledged | other.acknowledged, load.answered | other.answered
    with one.connect() as connection:
        stored = {
            r[0]
            for r in connection.execute(
                "SELECT body::jsonb->>'messageId' FROM events_log WHERE body::jsonb->>'name' = 'Loaded'"
            )
        }
        digests = {r[0] for r in connection.execute("SELECT resume_digest FROM surveys_response")}
    assert len(acknowledged) > 100
    assert acknowledged <= stored
    assert {
        secret for secret in answered if hashlib.sha256(secret.encode()).hexdigest() not in digests
    } == set()
    assert one.python(COUNTED, keys["workspace"], "Loaded") == [len(stored), len(stored)]
