"""Which workspace the database answers for.

PostgreSQL row level security reads `app.workspace`, and only a transaction-local value is ever set, so a
pooled connection cannot carry it into somebody else's request. Unset means: no rows at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction

if TYPE_CHECKING:
    from hamdel.ground.workspaces.models import Workspace

EVERY = "every"


def bind(scope: str) -> None:
    """Bind the running transaction to one workspace id, or to `EVERY`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.workspace', %s, true)", [scope])


def bound() -> str:
    """Return what the running transaction is bound to; empty when nothing is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.workspace', true), '')")
        return cursor.fetchone()[0]


@contextmanager
def _scope(scope: str) -> Iterator[None]:
    # The setting ends with the transaction: only inside another one is there something to restore.
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        before = "" if is_outermost else bound()
        bind(scope)
        # An error rolls back to here, and the setting with it; a broken transaction takes no more commands.
        yield
        # The outermost setting ends with its transaction.
        if not is_outermost and not connection.needs_rollback:
            bind(before)


@contextmanager
def inside(workspace: Workspace | UUID) -> Iterator[None]:
    """Open a transaction that sees the rows of one workspace and nothing else."""
    with _scope(str(getattr(workspace, "id", workspace))):
        yield


@contextmanager
def across_workspaces() -> Iterator[None]:
    """Open a transaction that sees every workspace: for logins, the shipper and other work without a member.

    `tests/conventions` holds the short list of modules that may call it.
    """
    with _scope(EVERY):
        yield
