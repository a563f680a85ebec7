"""Forget in which order anonymous answers came: PostgreSQL keeps rows where they fell, beside what came with them.

A used link and the answers it led to are written by one transaction, so both bear its number (`xmin`) and lie in the
same order. Whoever reads the tables could lay one beside the other. Writing rows anew in random order ends that.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

# Rows leave before they return: the sort waits for all of them, and a unique key sees that the old one is gone.
MIX = """
WITH gone AS (DELETE FROM {table} t WHERE {which} RETURNING t.*)
INSERT INTO {table} SELECT * FROM gone ORDER BY random()"""
ANONYMOUS = "SELECT s.id FROM surveys_survey s WHERE (s.settings ->> 'anonymous')::boolean"
# Answers that can change no more, of the last days; a response of today may be half-finished.
SETTLED = f"""
SELECT r.id FROM surveys_response r WHERE r.survey_id IN ({ANONYMOUS}) AND r.customer_id IS NULL
    AND r.started_at >= %(since)s AND r.started_at < %(until)s"""
A_DAY = timedelta(days=1)
# New are those of which a transaction wrote few: at most as many as one commit of answers. What was mixed before has
# the number of its mixing; some of it goes in again, so that few new ones are not alone among themselves.
NEW_LINKS = """
SELECT unnest(ids) FROM (SELECT array_agg(id) AS ids FROM surveys_burnttoken GROUP BY xmin::text) AS written
WHERE cardinality(ids) <= %(most)s"""
SOME_LINKS = (
    "SELECT id FROM surveys_burnttoken WHERE EXISTS (SELECT FROM new) ORDER BY random() LIMIT %(some)s"
)
MOST_A_COMMIT, SOME = 200, 1000


def mix_used_links() -> None:
    """Write the links that were used lately anew, in random order among earlier ones. Call inside a transaction."""
    which = f"t.id IN (WITH new AS ({NEW_LINKS}) TABLE new UNION ({SOME_LINKS}))"
    with connection.cursor() as cursor:
        cursor.execute(
            MIX.format(table="surveys_burnttoken", which=which), {"most": MOST_A_COMMIT, "some": SOME}
        )


def mix_answers(*, at: datetime) -> None:
    """Write anonymous responses of the last days and their answers anew. Call inside a transaction."""
    moments = {"since": at - 4 * A_DAY, "until": at - 2 * A_DAY}
    with connection.cursor() as cursor:
        for table, column in (("surveys_answer", "response_id"), ("surveys_response", "id")):
            cursor.execute(MIX.format(table=table, which=f"t.{column} IN ({SETTLED})"), moments)
