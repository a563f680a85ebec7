"""The two ways to reach ClickHouse, and what is said when there is none."""

import os
import subprocess
import sys

import pytest

from hamdel import environment
from hamdel.ground import analytics
from hamdel.ground.analytics import AnalyticsUnavailable
from hamdel.ground.analytics.store import store
from hamdel.ground.analytics.tests.conftest import REPOSITORY
from hamdel.ground.analytics.tests.rows import CAFE, COLUMNS, event


@pytest.fixture
def away(monkeypatch):
    """The door pointed at a port where nobody listens."""
    analytics.close()
    monkeypatch.setenv("HAMDEL_CLICKHOUSE_URL", "http://shop:s3cret@127.0.0.1:9/hamdel")
    yield
    analytics.close()


def test_health_tells_what_answers(door, place):
    found = door.health()

    assert found
    assert found.is_embedded == door.is_embedded() == ("HAMDEL_CLICKHOUSE_URL" not in os.environ)
    assert found.version.split(".")[0].isdigit()
    assert found.trouble == ""


def test_server_that_is_away_is_unavailable_for_everything(away):
    sql = "SELECT 1 AS n, {workspace_id:UUID} AS w"
    attempts = [
        lambda: analytics.append("events", [event()], columns=COLUMNS, token="a"),
        lambda: analytics.ask_rendered("test", sql, None, workspace=CAFE, params={}),
        lambda: analytics.erase_customer(CAFE, [CAFE.id]),
        analytics.migrate,
        analytics.truncate_everything,
    ]

    for attempt in attempts:
        with pytest.raises(AnalyticsUnavailable, match=r"127\.0\.0\.1 does not answer. Check") as unavailable:
            attempt()
        assert "s3cret" not in str(unavailable.value)


def test_server_that_is_away_is_unwell(away):
    found = analytics.health()

    assert not found
    assert "does not answer" in found.trouble
    assert "s3cret" not in found.trouble


def test_server_that_comes_back_is_used_again(server, monkeypatch):
    analytics.close()
    monkeypatch.setenv("HAMDEL_CLICKHOUSE_URL", server.url)
    analytics.migrate()
    server.stop()
    try:
        with pytest.raises(AnalyticsUnavailable):
            analytics.append("events", [event()], columns=COLUMNS, token="back")
        assert not analytics.health()
    finally:
        server.start()

    assert analytics.append("events", [event()], columns=COLUMNS, token="back") == 1
    assert analytics.health()
    analytics.truncate_everything()
    analytics.close()


def test_second_process_on_one_folder_is_told_what_to_do(monkeypatch):
    monkeypatch.delenv("HAMDEL_CLICKHOUSE_URL", raising=False)
    analytics.migrate()
    assert store().is_embedded
    second = subprocess.run(
        [sys.executable, "-c", "from hamdel.ground import analytics; print(analytics.health().trouble); analytics.migrate()"],
        cwd=REPOSITORY, check=False, env=os.environ | {"HAMDEL_HOME": str(environment.home())}, capture_output=True, text=True,
    )  # fmt: skip

    assert "Only one process may hold it" in second.stdout
    assert "AnalyticsUnavailable" in second.stderr


def test_asking_costs_no_import_before_it_is_needed():
    """The driver and chDB take a second and 250 MB: a command that never asks must not pay for them."""
    code = "import sys; from hamdel.ground import analytics; print([m for m in sys.modules if m.startswith(('chdb', 'clickhouse', 'pyarrow'))])"

    said = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout

    assert said.strip() == "[]"
