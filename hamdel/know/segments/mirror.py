"""Customers of PostgreSQL, mirrored to ClickHouse: what changed since the last look, read before every question.

PostgreSQL stays the truth. The mirror can be emptied at any time; the next question fills it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import uuid4

from django.db import connection

from hamdel.ground.analytics import append, ask
from hamdel.ground.rules.values import text_of
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Customer

BATCH = 20_000
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
COLUMNS = (
    "workspace_id", "customer_id", "is_whole", "is_anonymous", "has_user_id", "name", "email", "phone", "language",
    "first_seen_at", "last_seen_at", "traits", "changed_at", "read_until",
)  # fmt: skip
READ = (
    "id", "merged_into_id", "is_anonymous", "has_user_id", "name", "email", "phone", "language", "first_seen_at",
    "last_seen_at", "traits", "changed_at",
)  # fmt: skip
# Who has changed a customer and not committed yet shows later, with a time of change after their transaction began.
OLDEST = """
SELECT coalesce(min(xact_start), clock_timestamp()) FROM pg_stat_activity
WHERE datname = current_database() AND xact_start IS NOT NULL AND pid != pg_backend_pid()"""


@dataclass(frozen=True)
class Until:
    """Up to when the mirror is complete."""

    read_until: datetime


def refresh(workspace: Workspace) -> int:
    """Bring the mirror up to date and return how many customers were written.

    A workspace's first look copies everybody, some 50,000 a second; later ones only who changed.
    """
    [since] = ask("know/segments/mirrored_until", Until, workspace=workspace)
    with connection.cursor() as cursor:
        cursor.execute(OLDEST)
        until = cursor.fetchone()[0]
    changed = Customer.objects.in_workspace(workspace).filter(changed_at__gte=since.read_until)
    rows = changed.order_by("changed_at").values_list(*READ).iterator(chunk_size=BATCH)
    written = 0
    for batch, is_last in _told_apart(_batches(rows)):
        copied = [_row(workspace, row, NEVER) for row in batch]
        if is_last:
            # Only now: had an earlier batch said so and the last one failed, those would be missed for ever.
            copied[-1][-1] = until
        written += append("customers", copied, columns=COLUMNS, token=f"customers-{uuid4()}")
    return written


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _told_apart(batches: Iterator[Any]) -> Iterator[tuple[Any, bool]]:
    waiting = next(batches, None)
    while waiting is not None:
        following = next(batches, None)
        yield waiting, following is None
        waiting = following


def _row(workspace: Workspace, row: tuple[Any, ...], until: datetime) -> list[Any]:
    (
        customer,
        merged_into,
        is_anonymous,
        has_user_id,
        name,
        email,
        phone,
        language,
        first,
        last,
        traits,
        changed,
    ) = row
    kept = {str(key): text_of(value) for key, value in traits.items()}
    return [
        workspace.id, customer, int(merged_into is None), int(is_anonymous), int(has_user_id), name, email, phone,
        language, first, last, kept, changed, until,
    ]  # fmt: skip
