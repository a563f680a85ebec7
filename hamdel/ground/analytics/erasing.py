"""Erasing customers so that their bytes leave the disk."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from hamdel.ground.analytics.migrating import changing, tables
from hamdel.ground.analytics.questions import OwnsEvents


def erase_customer(workspace: OwnsEvents, customer_ids: Iterable[UUID]) -> None:
    """Delete everything stored under these customer ids of one workspace, in every table that has customers.

    Give all ids the person ever had: merged customers keep theirs in old events. When this returns, no question
    sees them; the old files go `old_parts_lifetime` (30 s) later, when ClickHouse next tidies up.

    It rewrites the parts that hold the customer: `DELETE FROM` would only hide rows and leave the bytes. Events
    still on their way must be stopped by the caller, in the log.
    """
    ids = ", ".join(f"'{UUID(str(customer))}'" for customer in customer_ids)
    if not ids:
        return
    owner = UUID(str(workspace.id))
    for table in tables():
        columns = ["customer_id", "into_id"] if table == "merges" else ["customer_id"]
        whose = " OR ".join(f"{column} IN ({ids})" for column in columns)
        with changing() as client:
            client.command(
                f"ALTER TABLE {table} DELETE WHERE workspace_id = '{owner}' AND ({whose})",
                settings={"mutations_sync": 2},
            )
