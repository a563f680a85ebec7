"""Not the same survey to the same customer again so soon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from hamdel.act.contacts.standing import families_of
from hamdel.listen.invitations.models import Invitation

# Asked, or answered without having been asked: both count. Arrays, not joined tables of values: PostgreSQL then goes
# by the indices on customers, however many are asked about.
LATELY = """
SELECT customer_id, survey_id, max(queued_at) FROM invitations_invitation
WHERE customer_id = ANY(%(customers)s) AND survey_id = ANY(%(surveys)s) AND queued_at > %(since)s AND state <> 'failed'
GROUP BY 1, 2
UNION ALL
SELECT customer_id, survey_id, max(started_at) FROM surveys_response
WHERE customer_id = ANY(%(customers)s) AND survey_id = ANY(%(surveys)s) AND started_at > %(since)s
GROUP BY 1, 2"""


def recently_asked(rows: Sequence[Invitation], *, at: datetime) -> set[UUID]:
    """Return the invitations whose customer was asked their survey lately, or answered it: two statements for all.

    The merged selves of a customer count as the customer.
    """
    guarded = {row.id: _days(row) for row in rows if _days(row)}
    if not guarded:
        return set()
    roots = families_of({row.customer_id for row in rows})
    asked_at: dict[tuple[UUID, UUID], datetime] = {}
    for customer, survey, moment in _asked(
        rows, list(roots), since=at - timedelta(days=max(guarded.values()))
    ):
        key = (roots[customer], survey)
        asked_at[key] = max(moment, asked_at.get(key, moment))
    return {
        row.id
        for row in rows
        if row.id in guarded
        and (last := asked_at.get((row.customer_id, row.survey_id)))
        and last > at - timedelta(days=guarded[row.id])
    }


def _days(row: Invitation) -> int:
    return row.plan.same_survey_days if row.plan else 0


def _asked(
    rows: Sequence[Invitation], customers: Sequence[UUID], *, since: datetime
) -> list[tuple[UUID, UUID, datetime]]:
    surveys = list({row.survey_id for row in rows})
    with connection.cursor() as cursor:
        cursor.execute(LATELY, {"customers": list(customers), "surveys": surveys, "since": since})
        return cursor.fetchall()
