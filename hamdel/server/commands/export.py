"""`hamdel export CUSTOMER`: everything that is known of one customer, as JSON."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("customer", help="id, user id, system:id, e-mail or phone")
    parser.add_argument("--workspace", help="slug of the workspace; not needed when there is only one")
    parser.add_argument("--out", type=Path, help="file to write, for its owner only; default: print it")


def run(options: argparse.Namespace) -> int:
    """Write the document; 0 when it is whole."""
    from hamdel.ground.analytics import AnalyticsError
    from hamdel.ground.beside import a_server_runs
    from hamdel.ground.postgres import PostgresError, embedded
    from hamdel.ground.turns import TurnTaken
    from hamdel.know.forgetting.errors import NobodyMeant

    cluster = embedded()
    ours_to_stop = cluster is not None and not cluster.is_running
    try:
        from hamdel.cli import wake_django

        wake_django()
        if a_server_runs():
            print(
                "hamdel: the running server holds the events. Take the file from the customer’s page"
                " (More, Everything we know), or stop the server first.",
                file=sys.stderr,
            )
            return 1
        write(document(options), options.out)
    except (PostgresError, NobodyMeant, TurnTaken, AnalyticsError) as problem:
        print(f"hamdel: {problem}", file=sys.stderr)
        return 1
    else:
        return 0
    finally:
        if cluster is not None and ours_to_stop:
            cluster.stop()


def document(options: argparse.Namespace) -> bytes:
    import orjson

    from hamdel.ground import analytics
    from hamdel.ground.audit.actions import record
    from hamdel.ground.workspaces.tenancy import inside
    from hamdel.know.forgetting.choosing import customer_named, workspace_named
    from hamdel.know.forgetting.erasing import let_events_arrive
    from hamdel.know.forgetting.exporting import everything_of

    workspace = workspace_named(options.workspace)
    try:
        let_events_arrive()
        customer = customer_named(workspace, options.customer)
        with inside(workspace):
            told = everything_of(workspace, customer, at=datetime.now(UTC))
            record("customer exported", workspace=workspace, by=None, subject=str(customer.id))
    finally:
        analytics.close()
    return orjson.dumps(told, option=orjson.OPT_INDENT_2)


def write(text: bytes, file: Path | None) -> None:
    if file is None:
        sys.stdout.buffer.write(text + b"\n")
        return
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(text)
