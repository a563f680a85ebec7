"""ClickHouse over HTTP for tests: a small server over chDB in its own process."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
import urllib.request

from tests.faults.server import ROOT, free_port


class ClickHouse:
    """May be killed and started again on the same folder."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        self.start()
        return self

    def start(self):
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.clickhouse_endpoint",
                "--path",
                str(self.folder),
                "--port",
                str(self.port),
            ],
            cwd=ROOT,
            start_new_session=True,
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/ping", timeout=2)
                return
            time.sleep(0.1)
        raise AssertionError("the endpoint did not start")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __exit__(self, *_problem):
        self.kill()
