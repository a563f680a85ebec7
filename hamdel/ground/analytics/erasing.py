"""Erasing customers so that their bytes leave the disk."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from hamdel.ground.analytics.errors import SchemaConflict
from hamdel.ground.analytics.migrating import changing, tables
from hamdel.ground.analytics.questions import OwnsEvents

TIDY_SECONDS = 20
SETTLED = "settled_days"


def erase_customer(workspace: OwnsEvents, customer_ids: Iterable[UUID]) -> None:
    """Delete everything stored under these customer ids of one workspace, in every table that has customers.

    Give all ids the person ever had: merged customers keep theirs in old events. When this returns no question
    sees them and their bytes have left the disk, but for files that a running question still reads: those go
    with it. Takes seconds, minutes for very large tables: work for a job.

    It rewrites the parts that hold the customer: `DELETE FROM` would only hide rows and leave the bytes. Events
    still on their way must be stopped by the caller, in the log: a batch of which nothing is left is forgotten
    together with its token, and would be taken in anew.
    """
    ids = ", ".join(f"'{UUID(str(customer))}'" for customer in customer_ids)
    if not ids:
        return
    owner = UUID(str(workspace.id))
    changed = tables(having="customer_id")
    for table in changed:
        columns = ["customer_id", "into_id"] if table == "merges" else ["customer_id"]
        whose = " OR ".join(f"{column} IN ({ids})" for column in columns)
        _delete(table, f"workspace_id = '{owner}' AND ({whose})")
    # Sums over a day name nobody, but they still count whoever is gone: let every day be settled anew.
    _delete(SETTLED, f"workspace_id = '{owner}'")
    _tidy([*changed, SETTLED])


def erase_survey(workspace: OwnsEvents, survey_id: UUID) -> None:
    """Delete the copied responses of a survey, which are then no longer settled."""
    owner, survey = UUID(str(workspace.id)), UUID(str(survey_id))
    # What is listed goes first: nobody is to count half of the rows.
    for table in ("settled_stretches", "responses", "withdrawn_responses"):
        _delete(table, f"workspace_id = '{owner}' AND survey_id = '{survey}'")


def drop_settlings(table: str, workspace: OwnsEvents, *, before: datetime) -> None:
    """Delete the rows of settlings that no longer count, when ClickHouse finds the time."""
    owner, moment = UUID(str(workspace.id)), int(before.timestamp() * 1000)
    with changing() as client:
        client.command(
            f"ALTER TABLE {table} DELETE WHERE workspace_id = '{owner}'"
            f" AND settling < fromUnixTimestamp64Milli(toInt64({moment}), 'UTC')"
        )


def _delete(table: str, whose: str) -> None:
    with changing() as client:
        client.command(f"ALTER TABLE {table} DELETE WHERE {whose}", settings={"mutations_sync": 2})


def _tidy(changed: Iterable[str]) -> None:
    """Have the replaced files removed now. An idle ClickHouse looks for them only every ten minutes."""
    deadline = time.monotonic() + TIDY_SECONDS
    waiting = list(changed)
    while waiting and time.monotonic() < deadline:
        time.sleep(1)
        waiting = [table for table in waiting if not _is_tidy(table)]


def _is_tidy(table: str) -> bool:
    try:
        with changing() as client:
            client.command(f"SYSTEM START CLEANUP {table}")
            left = client.command(
                "SELECT count() FROM system.parts"
                f" WHERE database = currentDatabase() AND table = '{table}' AND NOT active"
            )
    except SchemaConflict:
        # A server may keep SYSTEM commands from us; then it tidies up in its own time.
        return True
    return left == 0
