"""What a measurement stands on: a folder of its own, PostgreSQL in it, `hamdel serve` before it. All gone afterwards.

Settings read the environment when they are imported, so nothing of Hamdel is imported before these have begun; that is
why the measurements import it inside their functions.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hamdel.ground.postgres import Urls


@contextmanager
def own_home(kept: Path | None = None, **environment: str) -> Iterator[Path]:
    """Make an empty folder HAMDEL_HOME, with further settings if any; remove it at the end, unless it is to be kept."""
    folder = kept or Path(tempfile.mkdtemp(prefix="hamdel-bench-"))
    os.environ |= {"HAMDEL_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "hamdel.settings", **environment}
    try:
        yield folder
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def own_postgres(folder: Path) -> Iterator[Urls]:
    """Run a PostgreSQL in the folder, for us and for every process started meanwhile."""
    from hamdel.ground.postgres import Cluster

    cluster = Cluster(folder / "postgres")
    urls = cluster.start()
    os.environ |= {"HAMDEL_POSTGRES_URL": urls.app, "HAMDEL_POSTGRES_OWNER_URL": urls.owner}
    try:
        yield urls
    finally:
        cluster.stop()


def make_schemas() -> None:
    """Wake Django and bring both databases to their newest schema."""
    import django

    django.setup()
    from django.core.management import call_command

    from hamdel.ground import analytics

    call_command("migrate", database="owner", verbosity=0, interactive=False)
    analytics.migrate()


@contextmanager
def serving() -> Iterator[int]:
    """Run `hamdel serve` as it is delivered; yield its port once it is ready."""
    port = free_port()
    command = [sys.executable, "-m", "hamdel.cli", "serve", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        wait_until_ready(server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=60)


def wait_until_ready(server: subprocess.Popen[bytes]) -> None:
    for line in server.stdout or ():
        if line.startswith(b"ready "):
            # Somebody must go on reading, or the server stops when the pipe is full.
            threading.Thread(target=server.stdout.read, daemon=True).start()  # type: ignore[union-attr]
            return
    raise SystemExit("hamdel serve ended before it was ready.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def stage(what: str) -> Iterator[None]:
    """Say what was done and how long it took."""
    began = time.monotonic()
    yield
    print(f"{time.monotonic() - began:6.1f} s  {what}", flush=True)


def found():  # a Workspace, which cannot be imported yet
    """Return a workspace with an owner and nothing else."""
    from hamdel.ground.access.actions import found_workspace
    from hamdel.ground.access.models import User
    from hamdel.ground.workspaces.tenancy import across_workspaces

    with across_workspaces():
        user = User.objects.create_user("bench@example.ir", name="bench")
        return found_workspace(name="bench", slug="bench", owner=user).workspace
