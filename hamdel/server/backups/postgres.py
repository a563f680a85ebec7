"""`pg_dump`, `pg_restore` and `psql` from the wheel, as the owner of the tables."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg

from hamdel.ground.postgres import connection_urls
from hamdel.ground.postgres.place import binaries
from hamdel.server.backups.manifest import LEFT_OUT

# The owner is bound by row level security as well; this setting lets it see every workspace.
EVERY_WORKSPACE = "-c app.workspace=every"
NAMES = {"host": "PGHOST", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
EMPTY = """
DROP SCHEMA IF EXISTS public CASCADE;
CREATE SCHEMA public;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""
# The tools are of version 18 and say this to servers of 15 and 16 as well, which do not know it.
UNKNOWN_TO_OLD_SERVERS = b"SET transaction_timeout = 0;\n"
LINES_OF_SETTINGS = 60


class ToolFailed(Exception):
    """pg_dump, pg_restore or psql ended with an error; the message is its own."""


def owner() -> psycopg.Connection:
    """Return a connection of the owner of the tables."""
    return psycopg.connect(connection_urls().owner)


def dump(into: Path, *, snapshot: str) -> None:
    """Write the whole database as this snapshot sees it. Raises ToolFailed."""
    left_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
    options = ["--format=custom", "--compress=gzip:4", "--enable-row-security", f"--snapshot={snapshot}"]
    _run("pg_dump", *options, *left_out, f"--file={into}")


def load(dumped: Path) -> None:
    """Put a dump in the place of whatever the database holds, all of it or nothing. Raises ToolFailed.

    In the dump's own order, so one job: keys are checked before row level security would hide what they lead to.
    """
    with _started(
        "pg_restore", "--no-owner", "--no-privileges", "--file=-", str(dumped), stdout=subprocess.PIPE
    ) as told:
        one_transaction = [
            "--no-psqlrc",
            "--quiet",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            f"--output={os.devnull}",
        ]
        with _started(
            "psql", *one_transaction, f"--command={EMPTY}", "--file=-", stdin=subprocess.PIPE
        ) as taken:
            assert told.stdout is not None
            assert taken.stdin is not None
            try:
                _pass_on(told.stdout, taken.stdin)
                if told.wait():
                    taken.kill()  # or it would commit the half it has got
            except BrokenPipeError:
                told.kill()  # psql has given up, and says why
            refused = taken.communicate()[1]
        broken = told.communicate()[1]
    if told.returncode > 0:
        _check("pg_restore", told.returncode, broken)
    _check("psql", taken.returncode, refused)


def _pass_on(script: IO[bytes], psql: IO[bytes]) -> None:
    """Hand a script over, without what older servers refuse among the settings at its beginning."""
    for _line in range(LINES_OF_SETTINGS):
        if (line := script.readline()) != UNKNOWN_TO_OLD_SERVERS:
            psql.write(line)
    shutil.copyfileobj(script, psql, 1 << 20)


def _started(tool: str, *arguments: str, **streams: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [binaries() / tool, *arguments],
        env={**os.environ, **connection_parts(), "PGOPTIONS": EVERY_WORKSPACE},
        stderr=subprocess.PIPE,
        **streams,  # type: ignore[call-overload]
    )


def _run(tool: str, *arguments: str) -> None:
    with _started(tool, *arguments) as running:
        said = running.communicate()[1]
    _check(tool, running.returncode, said)


def _check(tool: str, code: int, said: bytes) -> None:
    if code:
        raise ToolFailed(f"{tool}: {said.decode(errors='replace').strip()[-1500:]}")


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
