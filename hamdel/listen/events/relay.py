"""From the outbox to the log: facts become events, exactly once."""

from __future__ import annotations

from django.db import connection
from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.events.log import LOG_LOCK

MOST_AT_ONCE = 5_000

# One statement, so that no fact travels to Python and back. The event has the same shape as one from outside. Like
# every writer of the log it takes the writers' turn before its rows get their positions.
MOVE = f"""
WITH moved AS (
    DELETE FROM facts_waitingfact
    WHERE id IN (SELECT id FROM facts_waitingfact ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING *
),
turn AS MATERIALIZED (SELECT pg_advisory_xact_lock({LOG_LOCK})),
logged AS (
    INSERT INTO events_log (event_id, workspace_id, received_at, body)
    SELECT moved.id, moved.workspace_id, %s, json_build_object(
        'type', 'track', 'name', moved.name, 'customerId', moved.customer_id, 'messageId', moved.id,
        'occurredAt', moved.at, 'properties', moved.properties)::text
    FROM turn, moved
    ORDER BY moved.id
    ON CONFLICT (event_id) DO NOTHING
)
SELECT count(*) FROM moved
"""


def relay_once() -> int:
    """Move waiting facts to the log, oldest first, and return how many.

    Deleting them and logging them is one statement, so a fact is never in both or in neither. Relays may run
    side by side: SKIP LOCKED gives each its own facts.
    """
    with across_workspaces(), connection.cursor() as cursor:
        cursor.execute(MOVE, [MOST_AT_ONCE, now()])
        return int(cursor.fetchone()[0])
