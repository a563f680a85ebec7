"""The SDKs people really use, unchanged, against a real server: they deliver everything, also through failures."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import threading
import time
import urllib.request
from collections import Counter
from pathlib import Path

import pytest
from rudderstack.analytics.client import Client as RudderClient
from segment.analytics.client import Client as SegmentClient

from tests.faults.server import Server

pytestmark = pytest.mark.faults
HERE = Path(__file__).parent
OUTAGES, OUTAGE_SECONDS = 3, 1.2


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("sdks") / "home")
    server.keys = server.found()
    server.start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def logged(server, user):
    with server.connect() as connection:
        rows = connection.execute(
            "SELECT body FROM events_log WHERE body::jsonb->>'userId' = %s ORDER BY position", [user]
        ).fetchall()
    return [json.loads(body) for [body] in rows]


def segment(server, errors):
    return SegmentClient(
        server.keys["write_key"],
        host=server.base,
        on_error=lambda error, _batch: errors.append(error),
        timeout=30,
    )


def zipping_segment(server, errors):
    return SegmentClient(
        server.keys["write_key"],
        host=server.base,
        gzip=True,
        on_error=lambda error, _batch: errors.append(error),
    )


def rudder(server, errors):
    return RudderClient(
        server.keys["write_key"],
        host=server.base,
        on_error=lambda error, _batch: errors.append(error),
        timeout=30,
    )


CLIENTS = pytest.mark.parametrize("make_client", [segment, zipping_segment, rudder])


@CLIENTS
def test_every_kind_of_call_arrives_as_it_was_meant(server, make_client):
    errors, user = [], f"{make_client.__name__}-user"
    client = make_client(server, errors)

    client.identify(user, {"email": "zahra@example.ir", "name": "زهرا"})
    client.track(user, "Order Completed", {"order_id": "o1", "total": 4_850_000, "note": "می‌خواهم"})
    client.page(user, "shop", "سبد خرید", {"url": "/cart"})
    client.screen(user, "app", "Home")
    client.group(user, "company-1", {"city": "شیراز"})
    client.alias("anonymous-1", user)
    client.flush()
    client.join()

    events = {event["type"]: event for event in logged(server, user)}
    assert errors == []
    assert set(events) == {"identify", "track", "page", "screen", "group", "alias"}
    assert events["identify"]["traits"]["name"] == "زهرا"
    assert events["track"]["name"] == "Order Completed"
    assert events["track"]["properties"] == {"order_id": "o1", "total": 4_850_000, "note": "می‌خواهم"}
    assert events["page"]["properties"] == {"name": "سبد خرید", "category": "shop", "url": "/cart"}
    assert events["group"]["groupId"] == "company-1"
    assert events["alias"]["previousId"] == "anonymous-1"


@CLIENTS
def test_everything_is_delivered_once_though_postgresql_is_killed_again_and_again(server, make_client):
    errors, user, count = [], f"{make_client.__name__}-stubborn", 400
    client = make_client(server, errors)

    with outages(server):
        for number in range(count):
            client.track(user, "Sent Through Outages", {"number": number})
            time.sleep(0.01)
        client.flush()
        client.join()

    assert errors == []
    assert Counter(event["properties"]["number"] for event in logged(server, user)) == dict.fromkeys(
        range(count), 1
    )


@pytest.mark.skipif(
    not (HERE / "node_modules").exists() or shutil.which("node") is None,
    reason="needs Node and `npm ci` in tests/sdk_clients, which bin/setup does",
)
def test_the_sdk_for_node_delivers_everything_through_outages(server):
    with outages(server):
        done = subprocess.run(
            ["node", "send.mjs", server.base, server.keys["write_key"], "300"],
            cwd=HERE,
            capture_output=True,
            text=True,
            check=False,
            timeout=150,
        )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"delivered": 305, "failures": []}
    events = logged(server, "node-user")
    assert Counter(event["type"] for event in events) == {
        "track": 300, "identify": 1, "page": 1, "screen": 1, "group": 1, "alias": 1,
    }  # fmt: skip


@contextlib.contextmanager
def outages(server):
    """Kill PostgreSQL (-9) several times while the block runs; the supervisor brings it back each time."""
    before = refused(server)
    thread = threading.Thread(target=_strike, args=(server,))
    thread.start()
    yield
    thread.join()
    assert refused(server) > before, "nobody noticed an outage: the test showed nothing"


def _strike(server):
    for _ in range(OUTAGES):
        time.sleep(OUTAGE_SECONDS)
        postmaster = server.postgres().pid
        if postmaster is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(postmaster, signal.SIGKILL)


def refused(server):
    with urllib.request.urlopen(server.base + "/metrics") as answer:
        [line] = [
            line
            for line in answer.read().decode().splitlines()
            if line.startswith("hamdel_requests_refused ")
        ]
    return float(line.split()[1])
