"""`hamdel web`: pages and intake only, as many processes as you like. Needs PostgreSQL and ClickHouse by URL."""

from __future__ import annotations

import argparse
import sys

from hamdel import environment
from hamdel.cli import wake_django
from hamdel.server.commands.serve import add_arguments, serve

__all__ = ["add_arguments", "run"]


def run(options: argparse.Namespace) -> int:
    return run_part(options.host, options.port, pages=True, background=False)


def run_part(host: str, port: int, *, pages: bool, background: bool) -> int:
    """Run one part of a split installation."""
    missing = [
        name for name in ("HAMDEL_POSTGRES_URL", "HAMDEL_CLICKHOUSE_URL") if not environment.value(name)
    ]
    if missing:
        print(
            f"hamdel: several processes need databases of their own; set {' and '.join(missing)},"
            " or run the whole product with `hamdel serve`.",
            file=sys.stderr,
        )
        return 2
    wake_django()
    return serve(host, port, pages=pages, background=background)
