"""`hamdel restore FILE`: an installation from a backup, compared with it row by row."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="what `hamdel backup` wrote")
    parser.add_argument(
        "--replace", action="store_true", help="end what is here and put the backup in its place"
    )


def run(options: argparse.Namespace) -> int:
    """Restore; 0 when every table holds what the backup says."""
    from hamdel.ground.postgres import PostgresError, connection_urls, embedded
    from hamdel.server.backups.manifest import NotABackup
    from hamdel.server.backups.postgres import ToolFailed
    from hamdel.server.backups.restoring import WillNotReplace

    cluster = embedded()
    try:
        connection_urls()
        return restore(options.file, may_replace=options.replace)
    except (PostgresError, NotABackup, WillNotReplace, ToolFailed, OSError) as problem:
        print(f"hamdel: nothing was restored: {problem}", file=sys.stderr)
        return 1
    finally:
        if cluster is not None:
            cluster.stop()


def restore(file: Path, *, may_replace: bool) -> int:
    """Bring back files and tables, compare them, and derive ClickHouse from them."""
    from hamdel.server.backups.restoring import (
        differences,
        put_database_back,
        put_files_back,
        read_manifest,
        refuse_to_replace,
    )

    began = time.monotonic()
    manifest = read_manifest(file)
    refuse_to_replace(may_replace=may_replace)
    # Before Django wakes: its settings read the signing key.
    put_files_back(file, at=datetime.now(UTC))
    found = put_database_back(file)
    print(f"{manifest.rows:,} rows of {len(manifest.tables)} tables are back, as of {manifest.made_at}")
    different = differences(manifest, found)
    for table in different:
        print(f"hamdel: {table} is not what it was", file=sys.stderr)
    events = derive()
    print(f"{events:,} events are in ClickHouse again; {time.monotonic() - began:.0f} s in all")
    return 1 if different else 0


def derive() -> int:
    """Bring the database to this version and make ClickHouse anew; return the number of events."""
    from hamdel.cli import wake_django
    from hamdel.ground import analytics
    from hamdel.server.commands.migrate import migrate

    wake_django()
    migrate()
    from hamdel.listen.events.rebuilding import rebuild

    try:
        return rebuild(told=lambda done: print(f"\r{done:,} events", end="", file=sys.stderr, flush=True))
    finally:
        analytics.close()
