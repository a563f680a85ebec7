"""Writing responses to PostgreSQL, many with a handful of statements. Call in a transaction bound to see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import Cursor
from psycopg.types.json import Jsonb

from hamdel.ground.facts import announce_all
from hamdel.ground.ids import new_id
from hamdel.listen.surveys.standing import Standing

NEW_RESPONSES = """
INSERT INTO surveys_response (id, workspace_id, survey_id, version_id, customer_id, invitation_id, resume_digest,
    channel, touchpoint, language, score, caused_by, started_at, completed_at)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[],
    %s::text[], %s::text[], %s::text[], %s::smallint[], %s::uuid[], %s::timestamptz[], %s::timestamptz[])
ON CONFLICT DO NOTHING
RETURNING id"""
CHANGED_RESPONSES = """
UPDATE surveys_response SET score = new.score, completed_at = new.completed_at
FROM unnest(%s::uuid[], %s::smallint[], %s::timestamptz[]) AS new (id, score, completed_at)
WHERE surveys_response.id = new.id"""
ANSWERS = """
INSERT INTO surveys_answer (id, workspace_id, response_id, question, value, answered_at)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::jsonb[], %s::timestamptz[])
ON CONFLICT (response_id, question) DO UPDATE SET value = excluded.value, answered_at = excluded.answered_at"""
EMPTIED = """
DELETE FROM surveys_answer USING unnest(%s::uuid[], %s::text[]) AS gone (response_id, question)
WHERE surveys_answer.response_id = gone.response_id AND surveys_answer.question = gone.question"""


def store(standings: Sequence[Standing]) -> set[UUID]:
    """Write what changed and announce it. Return the ids of new responses that lost a race.

    Another transaction has made the response of the same invitation meanwhile; of the losers nothing is written.
    """
    touched = [standing for standing in standings if standing.is_touched]
    lost = _add([standing for standing in touched if standing.is_new])
    kept = [standing for standing in touched if standing.id not in lost]
    _change([standing for standing in kept if not standing.is_new and standing.news])
    _write_answers(kept)
    announce_all(fact for standing in kept for fact in standing.news)
    return lost


def cursor() -> Cursor[Any]:
    """Return a cursor that binds on the server and prepares what it repeats; Django's own writes values into the SQL."""
    connection.ensure_connection()
    return Cursor(connection.connection)


def _add(new: list[Standing]) -> set[UUID]:
    if not new:
        return set()
    # In one order everywhere, so that two processes with the same invitations cannot wait for each other.
    new.sort(key=lambda standing: (standing.invitation_id or standing.id).bytes)
    rows = [
        (s.id, s.workspace_id, s.survey_id, s.version_id, s.customer_id, s.invitation_id, s.resume_digest, s.channel,
         s.touchpoint, s.language, s.score, s.caused_by, s.started_at, s.completed_at)
        for s in new
    ]  # fmt: skip
    with cursor() as open_cursor:
        open_cursor.execute(NEW_RESPONSES, _columns(rows), prepare=True)
        stored = {row[0] for row in open_cursor.fetchall()}
    return {standing.id for standing in new} - stored


def _change(changed: list[Standing]) -> None:
    if changed:
        rows = [(standing.id, standing.score, standing.completed_at) for standing in changed]
        with cursor() as open_cursor:
            open_cursor.execute(CHANGED_RESPONSES, _columns(rows), prepare=True)


def _write_answers(standings: list[Standing]) -> None:
    written = [
        (new_id(), s.workspace_id, s.id, key, Jsonb(s.given[key].value), s.given[key].at)
        for s in standings
        for key in s.changed
        if key in s.given
    ]
    emptied = [(s.id, key) for s in standings for key in s.changed if key not in s.given and not s.is_new]
    with cursor() as open_cursor:
        if written:
            open_cursor.execute(ANSWERS, _columns(written), prepare=True)
        if emptied:
            open_cursor.execute(EMPTIED, _columns(emptied), prepare=True)


def _columns(rows: Sequence[tuple]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
