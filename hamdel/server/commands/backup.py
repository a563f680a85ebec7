"""`hamdel backup [FILE]`: everything in one file, while Hamdel goes on."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, help="default: HAMDEL_HOME/backups/hamdel-DATE.tar")


def run(options: argparse.Namespace) -> int:
    """Write a backup; 0 when it is on the disk."""
    from hamdel.ground.postgres import PostgresError, connection_urls, embedded
    from hamdel.server.backups.making import make_backup, usual_file
    from hamdel.server.backups.postgres import ToolFailed

    began, at = time.monotonic(), datetime.now(UTC)
    file = (options.file or usual_file(at=at)).absolute()
    cluster = embedded()
    ours_to_stop = cluster is not None and not cluster.is_running
    try:
        connection_urls()
        manifest = make_backup(file, at=at)
    except (PostgresError, ToolFailed, OSError) as problem:
        print(f"hamdel: no backup was made: {problem}", file=sys.stderr)
        return 1
    finally:
        if cluster is not None and ours_to_stop:
            cluster.stop()
    size = file.stat().st_size / 1_000_000
    print(f"{file}: {manifest.rows:,} rows, {size:,.1f} MB, {time.monotonic() - began:.0f} s")
    print("It holds your keys as well: keep it where only you can read it.")
    return 0
