"""`hamdel demo`: a shop's year to look at, served at once."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from hamdel import environment
from hamdel.simulator.state import is_complete

if TYPE_CHECKING:
    from hamdel.simulator.shop import Shop

TOKEN_NAME = "demo"  # noqa: S105 - a name, not a token


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=environment.value("HAMDEL_HOST"))
    parser.add_argument("--port", type=int, default=environment.port())
    parser.add_argument("--prepare", action="store_true", help="make the data and stop")
    # The half of --prepare that needs no ClickHouse, in a process of its own: two cores make it twice as fast.
    parser.add_argument("--write-log", action="store_true", help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Fill an empty Hamdel, write demo.json and serve. A filled one is served as it is."""
    from hamdel.cli import wake_django
    from hamdel.ground.postgres import PostgresError, connection_urls, embedded

    cluster = embedded()
    ours_to_stop = cluster is not None and not cluster.is_running
    try:
        if options.write_log:
            end_with_parent()
            wake_django()
            write_log()
            return 0
        if options.prepare:
            wake_django()
            return prepare()
        if not is_complete():
            connection_urls()  # PostgreSQL starts here, so that the child finds it and leaves it running
            if failed := in_a_child("--prepare"):
                return failed
        # Links in messages name the port that is really served.
        os.environ["PORT"] = str(options.port)
        wake_django()
        return serve_demo(options.host, options.port)
    except PostgresError as error:
        print(f"hamdel: {error}", file=sys.stderr)
        return 1
    finally:
        if cluster is not None and ours_to_stop:
            cluster.stop()


def in_a_child(part: str) -> int:
    """Do one part in a process of its own and return its exit code.

    The memory it takes is then not the server's for ever.
    """
    # A polite end of this process ends the child as well: SystemExit passes through `with` and `finally`.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    with subprocess.Popen([sys.executable, "-m", "hamdel.cli", "demo", part]) as child:
        try:
            return child.wait()
        finally:
            child.terminate()


def end_with_parent() -> None:
    """Stop working when the parent was killed: nobody waits for this, and the next demo needs ClickHouse."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def prepare() -> int:
    """Bring both databases to this version and ship what a child writes to the log; return its exit code."""
    from hamdel.ground import analytics
    from hamdel.server.commands.migrate import migrate
    from hamdel.simulator.filling import shipping, without_collector

    end_with_parent()
    print("Preparing the databases", file=sys.stderr)
    migrate()
    try:
        with without_collector(), shipping():
            return in_a_child("--write-log")
    finally:
        analytics.close()


def write_log() -> None:
    """Write the year to the log, with a bar that follows it to ClickHouse."""
    from django.utils.timezone import now

    from hamdel.listen.sources.progress import Progress
    from hamdel.simulator.filling import fill

    progress = Progress("A year of a shop")
    fill(now=now(), watch=progress.show)
    progress.end()


def serve_demo(host: str, port: int) -> int:
    """Serve the shop that is there, telling the way in as soon as it answers."""
    from django.db import close_old_connections
    from django.utils.timezone import now

    from hamdel.server.commands.migrate import migrate
    from hamdel.server.commands.serve import doors_wanted, serve
    from hamdel.simulator.shop import open_shop

    migrate()
    shop = open_shop(at=now())
    close_old_connections()
    return serve(host, port, doors=doors_wanted(), ready=lambda: announce(shop, f"http://{host}:{port}"))


def announce(shop: Shop, url: str) -> None:
    """Write demo.json and print the way in."""
    told = contract(shop, url)
    path = demo_file()
    new = path.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(told, file, ensure_ascii=False, indent=2)
    new.replace(path)
    print(f"{shop.workspace.name}: log in once with\n  {told['login_url']}", flush=True)


def contract(shop: Shop, url: str) -> dict[str, str]:
    """Return what a program needs to look at the demo from outside."""
    from django.db import close_old_connections
    from django.utils.timezone import now

    from hamdel.ground.access.actions import make_login_link

    try:
        return {
            "url": url,
            "login_url": f"{url}{login_path(make_login_link(shop.owner.user, at=now()))}",
            "write_key": shop.site.write_key,
            "api_token": api_token(shop),
            "workspace": shop.workspace.slug,
            "survey_url": f"{url}/s/{shop.surveys['nps'].public_id}/",
        }
    finally:
        close_old_connections()


def login_path(secret: str) -> str:
    from django.urls import reverse

    return reverse("access:login_link", args=[secret])


def api_token(shop: Shop) -> str:
    """Return the token handed out before, if it still works, else a new one: we keep only digests."""
    from hamdel.ground.access.actions import issue_token
    from hamdel.ground.access.models import ApiToken, digest
    from hamdel.ground.workspaces.tenancy import inside

    known = remembered().get("api_token", "")
    with inside(shop.workspace):
        if known and ApiToken.objects.filter(digest=digest(known), revoked_at=None).exists():
            return known
    return issue_token(shop.owner, name=TOKEN_NAME, by=shop.owner)


def remembered() -> dict[str, str]:
    try:
        return json.loads(demo_file().read_text())
    except (OSError, ValueError):
        return {}


def demo_file() -> Path:
    return environment.home() / "demo.json"
