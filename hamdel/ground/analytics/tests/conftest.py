"""Every test of the door runs twice: against chDB in this process, and against a server over HTTP."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from hamdel import environment
from hamdel.ground import analytics

REPOSITORY = Path(__file__).parents[4]


@dataclass
class Server:
    """The test endpoint in a process of its own."""

    folder: Path
    process: subprocess.Popen | None = None
    port: int = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        command = [
            sys.executable,
            "-m",
            "tests.clickhouse_endpoint",
            "--path",
            self.folder,
            "--port",
            str(self.port),
        ]
        self.process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        ready = self.process.stdout.readline()
        assert ready.startswith("ready "), ready
        self.port = int(ready.rsplit(":", 1)[1])

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(20)
        self.process.stdout.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("server") / "clickhouse")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module", params=["embedded", "server"])
def place(request):
    """The folder where ClickHouse keeps its files, with the door pointed at it and the schema applied."""
    analytics.close()
    if request.param == "server":
        running = request.getfixturevalue("server")
        os.environ["HAMDEL_CLICKHOUSE_URL"] = running.url
        folder = running.folder
    else:
        folder = environment.home() / "clickhouse"
    analytics.migrate()
    yield folder
    analytics.truncate_everything()
    analytics.close()
    os.environ.pop("HAMDEL_CLICKHOUSE_URL", None)


@pytest.fixture
def door(place):
    """The door to an empty ClickHouse."""
    analytics.truncate_everything()
    return analytics
