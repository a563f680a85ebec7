"""`hamdel erase CUSTOMER`: forget one customer everywhere."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hamdel.ground.workspaces.models import Workspace
    from hamdel.know.forgetting.models import Erasure

PATIENCE_SECONDS, SHREDDING_SECONDS = 600, 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("customer", help="id, user id, system:id, e-mail or phone")
    parser.add_argument("--workspace", help="slug of the workspace; not needed when there is only one")
    parser.add_argument("--yes", action="store_true", help="do not ask whether you are sure")


def run(options: argparse.Namespace) -> int:
    """Erase; 0 when nothing of the customer is left, 1 otherwise."""
    from hamdel.ground.analytics import AnalyticsError
    from hamdel.ground.postgres import PostgresError, embedded
    from hamdel.ground.turns import TurnTaken
    from hamdel.know.forgetting.errors import NobodyMeant

    cluster = embedded()
    ours_to_stop = cluster is not None and not cluster.is_running
    try:
        from hamdel.cli import wake_django

        wake_django()
        return erase(options)
    except (PostgresError, NobodyMeant, TurnTaken, AnalyticsError) as problem:
        print(f"hamdel: {problem}", file=sys.stderr)
        return 1
    finally:
        if cluster is not None and ours_to_stop:
            cluster.stop()


def erase(options: argparse.Namespace) -> int:
    from hamdel.ground.beside import a_server_runs
    from hamdel.ground.workspaces.tenancy import inside
    from hamdel.know.forgetting.choosing import customer_named, workspace_named
    from hamdel.know.forgetting.erasing import ask_to_erase, let_events_arrive

    workspace = workspace_named(options.workspace)
    if not a_server_runs():
        let_events_arrive()
    customer = customer_named(workspace, options.customer)
    if not options.yes and input(f"Erase {customer} for ever? Type yes: ").strip().lower() != "yes":
        print("Nothing was erased.")
        return 1
    with inside(workspace):
        erasure = ask_to_erase(customer, by=None, at=datetime.now(UTC))
    done = by_the_server(erasure) if a_server_runs() else here(erasure, workspace)
    if done.gone_at is None:
        print(
            "hamdel: the server has not done it yet; it goes on trying. See Settings, Erased customers.",
            file=sys.stderr,
        )
        return 1
    print(
        f"{done.rows:,} rows and {done.events:,} events are gone"
        + (", off the disk too." if done.shredded_at else "; the disk follows by night.")
    )
    print("Backups made before still hold them.")
    return 0


def by_the_server(erasure: Erasure) -> Erasure:
    """Let the running server do it, and wait."""
    from hamdel.ground.workspaces.tenancy import inside
    from hamdel.know.forgetting.jobs import wake

    wake()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while erasure.shredded_at is None and time.monotonic() < deadline:
        time.sleep(0.5)
        was_gone = erasure.gone_at is not None
        with inside(erasure.workspace_id):
            erasure.refresh_from_db()
        if not was_gone and erasure.gone_at is not None:
            # The disk follows at once, or, where the tables are large, by night.
            deadline = min(deadline, time.monotonic() + SHREDDING_SECONDS)
    return erasure


def here(erasure: Erasure, workspace: Workspace) -> Erasure:
    """Do it in this process."""
    from hamdel.ground import analytics
    from hamdel.know.forgetting.erasing import erase as forget
    from hamdel.know.forgetting.erasing import shred

    try:
        forget(erasure, workspace, at=datetime.now(UTC))
        shred([erasure], also_large=True)
    finally:
        analytics.close()
    return erasure
