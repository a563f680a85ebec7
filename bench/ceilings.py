"""What the engines can do at best on this machine: the same rows, none of our code in between."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import orjson
import psycopg

from bench.load import EVENT

BLOCK = 10_000
CHDB = """
import sys, time
import chdb.session, pyarrow as pa
session = chdb.session.Session(sys.argv[1])
session.query("CREATE DATABASE IF NOT EXISTS bench")
session.query("CREATE TABLE bench.events (id FixedString(16), at DateTime64(3), name LowCardinality(String), body String)"
              " ENGINE MergeTree ORDER BY (name, at)")
block = pa.table({"id": [n.to_bytes(16) for n in range(10000)], "at": pa.array([n for n in range(10000)], pa.int64()),
                  "name": ["Order Completed"] * 10000, "body": [sys.argv[2]] * 10000})
session.query("INSERT INTO bench.events SELECT * FROM Python(block)")
began = time.perf_counter()
for _ in range(20):
    session.query("INSERT INTO bench.events SELECT * FROM Python(block)")
print(20 * 10000 / (time.perf_counter() - began))
"""


def urls():
    from hamdel.ground.postgres import connection_urls

    return connection_urls()


def stop_postgres() -> None:
    from hamdel.ground.postgres import embedded

    if (cluster := embedded()) is not None:
        cluster.stop()


def copy_rate(*, rows: int) -> float:
    """Return rows a second of COPY into a table like the log (primary key, unique id), a commit for each block."""
    with psycopg.connect(urls().owner, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS ceiling")
        connection.execute("CREATE TABLE ceiling (LIKE events_log INCLUDING IDENTITY INCLUDING INDEXES)")
        blocks = [copy_text() for _ in range(max(rows // BLOCK, 1))]
        began = time.perf_counter()
        for block in blocks:
            with (
                connection.cursor() as cursor,
                cursor.copy(
                    "COPY ceiling (event_id, workspace_id, source_id, received_at, body) FROM STDIN"
                ) as copy,
            ):
                copy.write(block)
        seconds = time.perf_counter() - began
        connection.execute("DROP TABLE ceiling")
    return len(blocks) * BLOCK / seconds


def copy_text() -> bytes:
    """Return a block of rows in COPY's text form, ids at random like those of real events."""
    body = orjson.dumps(EVENT).replace(b"\\", b"\\\\")
    rest = (
        b"\t00000000000000000000000000000001\t00000000000000000000000000000002\t2026-11-23 08:30:00+00\t"
        + body
        + b"\n"
    )
    text = BytesIO()
    for _ in range(BLOCK):
        text.write(os.urandom(16).hex().encode() + rest)
    return text.getvalue()


def chdb_rate(folder: Path) -> float:
    """Return rows a second of inserts into chDB from Arrow, in a process of its own."""
    body = orjson.dumps(EVENT).decode()
    done = subprocess.run(
        [sys.executable, "-c", CHDB, str(folder), body], capture_output=True, text=True, check=True
    )
    subprocess.run(["rm", "-r", str(folder)], check=False)
    return float(done.stdout)
