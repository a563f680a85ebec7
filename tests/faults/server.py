"""A real `hamdel serve` that tests start, load, kill and start again."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import psycopg

ROOT = Path(__file__).parents[2]
# Patience, not a measure: a crowded machine takes its time.
START_SECONDS = 240
# Names the folder, given by the root's conftest.py, where one founded installation waits to be copied.
FOUNDED = "TESTS_FOUNDED"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """One installation: its data folder, its port, its process."""

    def __init__(self, home, *, command=("serve",), port=None, **environment):
        self.home, self.port = Path(home), port or free_port()
        self.command, self.process = command, None
        self.environment = {name: str(value) for name, value in environment.items()}
        self.base = f"http://127.0.0.1:{self.port}"

    # Life

    def start(self, *, wait=True):
        self.home.mkdir(parents=True, exist_ok=True)
        self.log = (self.home / "serve.log").open("ab")
        where = ["--port", str(self.port)] if self.command[0] in {"serve", "web"} else []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hamdel.cli", *self.command, *where],
            cwd=ROOT, env=self.env(), stdout=self.log, stderr=self.log, start_new_session=True,
        )  # fmt: skip
        if wait:
            self.wait_until_alive()
        return self

    def env(self):
        plain = {k: v for k, v in os.environ.items() if not k.startswith("HAMDEL_")}
        return {**plain, "HAMDEL_HOME": str(self.home), "PYTHONUNBUFFERED": "1", **self.environment}

    def run(self, *arguments, check=True):
        """Run another command of the same installation and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "hamdel.cli", *arguments],
            cwd=ROOT,
            env=self.env(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def python(self, program, *arguments):
        """Run a program inside the product and return the JSON it prints last."""
        start = "import sys, json; from hamdel.cli import wake_django; wake_django()\n"
        done = subprocess.run(
            [sys.executable, "-c", start + program, *map(str, arguments)],
            cwd=ROOT,
            env=self.env(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.strip().splitlines()[-1])

    def wait_until_alive(self, path="/livez"):
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError, urllib.error.URLError):
                if urllib.request.urlopen(self.base + path, timeout=2).status == 200:
                    return
            assert self.process.poll() is None, self.tail()
            assert time.monotonic() < deadline, self.tail()
            time.sleep(0.05)

    def doors(self):
        """Return the process ids of its doors, waiting for the first if all have just been killed."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            children = psutil.Process(self.process.pid).children()
            found = [child.pid for child in children if "hamdel.server.door" in _words_of(child)]
            if found or time.monotonic() > deadline:
                return found
            time.sleep(0.05)

    def family(self):
        """Return its processes, PostgreSQL apart."""
        return [psutil.Process(pid) for pid in (self.process.pid, *self.doors())]

    def kill(self):
        """Kill -9: no handler runs, nothing is flushed."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Stop as an administrator would, and the embedded PostgreSQL with it."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.kill()
        if "HAMDEL_POSTGRES_URL" not in self.environment:
            from hamdel.ground.postgres import Cluster

            Cluster(self.home / "postgres").stop()

    def tail(self):
        return (self.home / "serve.log").read_text(errors="replace")[-4000:]

    # Facts

    def postgres(self):
        from hamdel.ground.postgres import Cluster

        return Cluster(self.home / "postgres")

    def connect(self):
        connection = psycopg.connect(
            self.environment.get("HAMDEL_POSTGRES_URL") or self.postgres().urls().app, autocommit=True
        )
        connection.execute("SELECT set_config('app.workspace', 'every', false)")
        return connection

    def found(self):
        """Make a workspace with a source and an open survey; return ids and keys.

        Within pytest, databases of its own come as a copy of those that were founded first in this run: initdb and
        all migrations are nine seconds of a processor.
        """
        founded = os.environ.get(FOUNDED)
        if founded and not {"HAMDEL_POSTGRES_URL", "HAMDEL_SECRET_KEY"} & self.environment.keys():
            return copy_of_founded(Path(founded), self.home)
        return self.python(FOUND)

    def post(self, path, body, *, key=None, timeout=30):
        import base64

        request = urllib.request.Request(
            self.base + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        if key:
            request.add_header("Authorization", "Basic " + base64.b64encode(f"{key}:".encode()).decode())
        return urllib.request.urlopen(request, timeout=timeout)

    def ship(self, seconds=START_SECONDS):
        """Wait until everything in the log has reached ClickHouse."""
        deadline = time.monotonic() + seconds
        while True:
            with contextlib.suppress(psycopg.Error), self.connect() as connection:
                row = connection.execute(LAG).fetchone()
                if row == (0, 0, 0):
                    return
            assert time.monotonic() < deadline, f"not shipped: {row}\n{self.tail()}"
            time.sleep(0.1)


def copy_of_founded(folder, home):
    """Copy the founded installation of this run, made by whoever comes first; return its ids and keys."""
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "keys.json").exists():
            first = Server(folder / "home")
            keys = first.python(FOUND)
            first.stop()
            (folder / "keys.json").write_text(json.dumps(keys))
    home.parent.mkdir(parents=True, exist_ok=True)
    # With owners: PostgreSQL runs as a user of its own when we are root.
    subprocess.run(["cp", "-a", folder / "home", home], check=True)
    return json.loads((folder / "keys.json").read_text())


def _words_of(process):
    with contextlib.suppress(psutil.Error):
        return process.cmdline()
    return []


LAG = """
SELECT (SELECT count(*) FROM facts_waitingfact), (SELECT count(*) FROM events_shipment WHERE shipped_at IS NULL),
       (SELECT coalesce(max(position), 0) FROM events_log)
           - coalesce((SELECT position FROM events_cursor WHERE name = 'shipper'), 0)
"""

FOUND = """
from django.utils.timezone import now
from hamdel.server.commands.migrate import migrate; migrate()
from hamdel.ground.access.actions import found_workspace, issue_token, make_login_link
from hamdel.ground.access.models import User
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.events.models import Source
from hamdel.listen.surveys.actions import create_survey, publish_survey
from hamdel.listen.surveys.ready_made import READY_MADE
user = User.objects.create_user("owner@shop.example", name="مریم")
owner = found_workspace(name="فروشگاه", slug="shop", owner=user)
token = issue_token(owner, name="test", by=owner)
with inside(owner.workspace_id):
    source = Source.objects.create(workspace=owner.workspace, name="shop")
    ready = READY_MADE["nps-after-delivery"]
    survey = create_survey(owner.workspace, name="NPS", metric=ready.metric, touchpoint="delivery", definition=ready.definition(), by=owner)
    publish_survey(survey, by=owner, at=now())
print(json.dumps({"workspace": str(owner.workspace_id), "write_key": source.write_key, "survey": survey.public_id,
                  "api_token": token, "login": make_login_link(user, at=now())}))
"""

# Every event of ClickHouse: how many there are and how many are different.
COUNTED = """
from dataclasses import dataclass
from hamdel.ground import analytics
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import across_workspaces
@dataclass(frozen=True)
class Row:
    events: int
    different: int
with across_workspaces():
    workspace = Workspace.objects.get(id=sys.argv[1])
sql = "SELECT count() AS events, uniqExact(event_id) AS different FROM events WHERE workspace_id = {workspace_id:UUID} AND name = {name:String}"
[row] = analytics.ask_rendered("faults", sql, Row, workspace=workspace, params={"name": sys.argv[2]})
print(json.dumps([row.events, row.different]))
analytics.close()
"""
