"""Not the same survey to the same customer again so soon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from hamdel.listen.invitations.models import Invitation

# Asked, or answered without having been asked: both count. A customer's merged selves count as the customer.
LATELY = """
WITH RECURSIVE wanted AS (
    SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::int[]) AS w(id, survey_id, customer_id, days)
    WHERE days > 0),
family AS (
    SELECT DISTINCT customer_id AS root, customer_id AS id FROM wanted
    UNION
    SELECT family.root, c.id FROM family JOIN customers_customer c ON c.merged_into_id = family.id)
SELECT w.id FROM wanted w WHERE EXISTS (
    SELECT 1 FROM family f JOIN invitations_invitation i ON i.customer_id = f.id
    WHERE f.root = w.customer_id AND i.survey_id = w.survey_id AND i.id <> w.id
    AND i.queued_at > %s - make_interval(days => w.days) AND i.state <> 'failed')
OR EXISTS (
    SELECT 1 FROM family f JOIN surveys_response r ON r.customer_id = f.id
    WHERE f.root = w.customer_id AND r.survey_id = w.survey_id
    AND r.started_at > %s - make_interval(days => w.days))"""


def recently_asked(rows: Sequence[Invitation], *, at: datetime) -> set[UUID]:
    """Return the invitations whose customer was asked their survey lately, or answered it: one statement for all."""
    wanted = [
        (row.id, row.survey_id, row.customer_id, row.plan.same_survey_days if row.plan else 0) for row in rows
    ]
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(LATELY, [*(list(column) for column in zip(*wanted, strict=True)), at, at])
        return {row[0] for row in cursor.fetchall()}
