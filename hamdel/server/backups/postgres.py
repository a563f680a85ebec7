"""`pg_dump` and `pg_restore` from the wheel, as the owner of the tables."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg

from hamdel.ground.postgres import connection_urls
from hamdel.ground.postgres.place import binaries
from hamdel.server.backups.manifest import LEFT_OUT

# The owner is bound by row level security as well; this setting lets it see every workspace.
EVERY_WORKSPACE = "-c app.workspace=every"
NAMES = {"host": "PGHOST", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
# Twice: what an interrupted restore left behind is cleared by the next one.
EMPTY = """
DROP SCHEMA IF EXISTS public CASCADE;
CREATE SCHEMA public;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""


class ToolFailed(Exception):
    """pg_dump or pg_restore ended with an error; the message is its own."""


def owner() -> psycopg.Connection:
    """Return a connection of the owner of the tables."""
    return psycopg.connect(connection_urls().owner)


def dump(into: Path, *, snapshot: str) -> None:
    """Write the whole database as this snapshot sees it. Raises ToolFailed."""
    left_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
    options = ["--format=custom", "--compress=gzip:4", "--enable-row-security", f"--snapshot={snapshot}"]
    _run("pg_dump", *options, *left_out, f"--file={into}")


def load(dumped: Path) -> None:
    """Put a dump in the place of whatever the database holds. Raises ToolFailed."""
    with owner() as connection:
        connection.execute(EMPTY)
    # In the dump's own order, so one job: keys are checked before row level security would hide what they lead to.
    as_it_is = ["--no-owner", "--no-privileges", "--single-transaction"]
    _run("pg_restore", *as_it_is, f"--dbname={connection_parts()['PGDATABASE']}", str(dumped))


def _run(tool: str, *arguments: str) -> None:
    done = subprocess.run(
        [binaries() / tool, *arguments],
        env={**os.environ, **connection_parts(), "PGOPTIONS": EVERY_WORKSPACE},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ToolFailed(f"{tool}: {done.stderr.strip()[-1500:]}")


def connection_parts() -> Mapping[str, str]:
    """Return how to connect as the variables of libpq: a password has no place in a list of processes."""
    parts = urlsplit(connection_urls().owner)
    said = dict(parse_qsl(parts.query))
    found = {
        "PGHOST": parts.hostname,
        "PGPORT": str(parts.port or ""),
        "PGUSER": parts.username,
        "PGPASSWORD": parts.password,
        "PGDATABASE": parts.path.lstrip("/"),
    }
    plain = {name: unquote(value) for name, value in found.items() if value}
    return plain | {NAMES[name]: value for name, value in said.items() if name in NAMES}
