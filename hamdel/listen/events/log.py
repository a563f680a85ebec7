"""The one way into the log of events.

An append is one statement: its rows travel as arrays in PostgreSQL's binary form, it takes the writers' turn and
leaves out what is there already. One statement is one round trip, and its commit one fsync. It notifies nobody: each
NOTIFY would wake every connection that listens to anything, and the shipper looks twice a second anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from hashlib import blake2b
from struct import Struct
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

# Writers of the log hold this lock from their insert to their commit. So positions become visible in their
# order, and a reader may go by "position > where I was" without ever missing a late commit.
LOG_LOCK = 7401
# Larger arrays cost PostgreSQL more than they save in round trips.
MOST_ROWS_A_STATEMENT = 2_000

APPEND = """
WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock({lock}){binding}),
arriving AS (
    SELECT arrived.* FROM turn, unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[]) AS arrived
),
added AS (
    INSERT INTO events_log (event_id, workspace_id, source_id, received_at, body)
    SELECT * FROM arriving
    ON CONFLICT (event_id) DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM added
"""
# Inside a transaction of somebody who is bound to a workspace (or to all of them) already.
APPEND_BOUND = APPEND.format(lock=LOG_LOCK, binding="")
# On its own: the intake knows the workspace of each row, and row level security lets it write them all.
APPEND_ALONE = APPEND.format(lock=LOG_LOCK, binding=", set_config('app.workspace', 'every', true)")

UUID_OID, TEXT_OID, MOMENT_OID = 2950, 25, 1184
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_array_head = Struct(">iiiii").pack
_length = Struct(">i").pack
_moment = Struct(">q").pack
_NULL, _SIXTEEN = _length(-1), _length(16)


class LogRow(NamedTuple):
    """An event ready for the log: its id as 16 bytes, its body as canonical JSON in UTF-8 without NUL."""

    event_id: bytes
    workspace_id: UUID
    source_id: UUID | None
    received_at: datetime
    body: bytes


def event_id(workspace_id: UUID, source_id: UUID, message_id: str) -> UUID:
    """Return the id of an event: the same for the same message of a source, whenever it is sent again."""
    return UUID(bytes=event_key(seed_of(workspace_id, source_id), message_id))


def seed_of(workspace_id: UUID, source_id: UUID) -> bytes:
    """Return what the ids of all events of a source have in common."""
    return workspace_id.bytes + source_id.bytes


def event_key(seed: bytes, message_id: str) -> bytes:
    """Return `event_id` as 16 bytes, for the many rows of one source."""
    try:
        name = message_id.encode()
    except UnicodeEncodeError:
        name = message_id.encode("utf-8", "surrogatepass")
    return blake2b(seed + name, digest_size=16).digest()


def append_to_log(connection: Any, rows: Sequence[LogRow]) -> int:
    """Write `rows` in the running transaction and return how many were new.

    `connection` is Django's or psycopg's. Rows whose event is there already are left out: a resend changes
    nothing. The caller's commit makes them durable; only then may anybody be told so.
    """
    raw: psycopg.Connection = getattr(connection, "connection", connection)
    # Django's connection raises Django's errors.
    errors = getattr(connection, "wrap_database_errors", nullcontext())
    added = 0
    with errors, psycopg.RawCursor(raw) as cursor:
        # A connection opened before this module was loaded does not know what is registered below.
        register_arrays(cursor)
        for start in range(0, len(rows), MOST_ROWS_A_STATEMENT):
            arrays = pack(rows[start : start + MOST_ROWS_A_STATEMENT])
            cursor.execute(APPEND_BOUND, [kind(array) for kind, array in zip(ARRAYS, arrays, strict=True)])
            added += cursor.fetchone()[0]  # type: ignore[index]
    return added


def pack(rows: Sequence[LogRow]) -> list[bytes]:
    """Return the five columns of `rows` as PostgreSQL's binary arrays, in the order of APPEND's parameters."""
    count = len(rows)
    ids, workspaces, sources, moments, bodies = [], [], [], [], []
    workspace = source = received_at = None
    packed_workspace = packed_source = packed_moment = b""
    for row in rows:
        # Rows of one request share these objects, so each is packed once.
        if row.workspace_id is not workspace:
            workspace = row.workspace_id
            packed_workspace = _SIXTEEN + workspace.bytes
        if row.source_id is not source or not packed_source:
            source = row.source_id
            packed_source = _SIXTEEN + source.bytes if source else _NULL
        if row.received_at is not received_at:
            received_at = row.received_at
            packed_moment = _length(8) + pack_moment(received_at)
        ids.append(_SIXTEEN + row.event_id)
        workspaces.append(packed_workspace)
        sources.append(packed_source)
        moments.append(packed_moment)
        bodies.append(_length(len(row.body)) + row.body)
    return [
        _array(UUID_OID, count, ids),
        _array(UUID_OID, count, workspaces),
        _array(UUID_OID, count, sources, has_nulls=True),
        _array(MOMENT_OID, count, moments),
        _array(TEXT_OID, count, bodies),
    ]


def pack_array(oid: int, elements: Sequence[bytes]) -> bytes:
    """Return `elements`, each in its type's binary form, as a binary array of the type `oid`."""
    return _array(oid, len(elements), [_length(len(element)) + element for element in elements])


def _array(oid: int, count: int, packed: Sequence[bytes], *, has_nulls: bool = False) -> bytes:
    """Return the array of elements that carry their length already."""
    return _array_head(1, has_nulls, oid, count, 1) + b"".join(packed)


def pack_moment(moment: datetime) -> bytes:
    """Return a timestamptz in its binary form: microseconds since 2000."""
    distance = moment - EPOCH
    return _moment((distance.days * 86_400 + distance.seconds) * 1_000_000 + distance.microseconds)


class PackedArray(bytes):
    """An array that is in binary form already; a subclass for each type tells psycopg which."""

    oid = 0


class UuidArray(PackedArray):
    oid = psycopg.adapters.types["uuid"].array_oid


class MomentArray(PackedArray):
    oid = psycopg.adapters.types["timestamptz"].array_oid


class TextArray(PackedArray):
    oid = psycopg.adapters.types["text"].array_oid


ARRAYS = (UuidArray, UuidArray, UuidArray, MomentArray, TextArray)


class _PackedArrayDumper(Dumper):
    format = Format.BINARY

    def __init__(self, kind: type[PackedArray], context: Any = None) -> None:
        super().__init__(kind, context)
        self.oid = kind.oid

    def dump(self, obj: PackedArray) -> bytes:
        return bytes(obj)


def register_arrays(context: Any) -> None:
    """Teach a connection, a cursor or `psycopg` itself to send arrays that are packed already."""
    for kind in (UuidArray, MomentArray, TextArray):
        context.adapters.register_dumper(kind, _PackedArrayDumper)


register_arrays(psycopg)
