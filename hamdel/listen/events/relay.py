"""From the outbox to the log: facts become events, exactly once."""

from __future__ import annotations

import orjson
from django.db import connection
from django.utils.timezone import now

from hamdel.ground.facts.models import WaitingFact
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.events.log import LogRow, append_to_log

MOST_AT_ONCE = 5_000


def relay_once() -> int:
    """Move waiting facts to the log, oldest first, and return how many.

    Deleting them and logging them is one transaction, so a fact is never in both or in neither. Relays may run
    side by side: SKIP LOCKED gives each its own facts.
    """
    with across_workspaces():
        waiting = list(WaitingFact.objects.select_for_update(skip_locked=True).order_by("id")[:MOST_AT_ONCE])
        if not waiting:
            return 0
        WaitingFact.objects.filter(id__in=[fact.id for fact in waiting]).delete()
        received_at = now()
        append_to_log(
            connection,
            [LogRow(fact.id.bytes, fact.workspace_id, None, received_at, body_of(fact)) for fact in waiting],
        )
        return len(waiting)


def body_of(fact: WaitingFact) -> bytes:
    """Return the fact in the same shape as an event from outside."""
    return orjson.dumps(
        {
            "type": "track",
            "name": fact.name,
            "customerId": str(fact.customer_id) if fact.customer_id else None,
            "messageId": str(fact.id),
            "occurredAt": fact.at,
            "properties": fact.properties,
        }
    )
