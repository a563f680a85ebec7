"""The one way into the log of events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID

# Writers of the log hold this lock from their insert to their commit. So positions become visible in their
# order, and a reader may go by "position > where I was" without ever missing a late commit.
LOG_LOCK = 7401
CHANNEL = "hamdel_logged"


class LogRow(NamedTuple):
    """An event ready for the log; `body` is canonical JSON without the character NUL."""

    event_id: UUID
    workspace_id: UUID
    source_id: UUID | None
    received_at: datetime
    body: bytes


def event_id(workspace_id: UUID, source_id: UUID, message_id: str) -> UUID:
    """Return the id of an event: the same for the same message of a source, whenever it is sent again."""
    seed = workspace_id.bytes + source_id.bytes + message_id.encode("utf-8", "surrogatepass")
    return UUID(bytes=blake2b(seed, digest_size=16).digest())


def append_to_log(connection: Any, rows: Sequence[LogRow]) -> int:
    """Write `rows` in the running transaction and return how many were new.

    `connection` is Django's or psycopg's. Rows whose event is there already are left out: a resend changes
    nothing. The caller's commit makes them durable; only then may anybody be told so.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOG_LOCK])
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS arriving (place int, event_id uuid, workspace_id uuid,"
            " source_id uuid, received_at timestamptz, body text) ON COMMIT DELETE ROWS"
        )
        with cursor.copy("COPY arriving FROM STDIN") as copy:
            copy.write(b"".join(_lines(rows)))
        cursor.execute(
            "INSERT INTO events_log (event_id, workspace_id, source_id, received_at, body)"
            " SELECT event_id, workspace_id, source_id, received_at, body FROM arriving ORDER BY place"
            " ON CONFLICT (event_id) DO NOTHING"
        )
        added = cursor.rowcount
        cursor.execute("TRUNCATE arriving")
        if added:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    return added


def _lines(rows: Sequence[LogRow]) -> list[bytes]:
    """Return the rows in COPY's text format. JSON has no raw tab or newline, only backslashes to double."""
    return [
        b"%d\t%b\t%b\t%b\t%b\t%b\n"
        % (
            place,
            row.event_id.hex.encode(),
            row.workspace_id.hex.encode(),
            row.source_id.hex.encode() if row.source_id else b"\\N",
            row.received_at.isoformat().encode(),
            row.body.replace(b"\\", b"\\\\"),
        )
        for place, row in enumerate(rows)
    ]
