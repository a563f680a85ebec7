"""Writing responses to PostgreSQL, many with two statements. Call in a transaction bound to see them.

Rows travel as one JSON text: packing arrays of eighteen columns in Python took longer than PostgreSQL needs to store
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import orjson

from hamdel.ground.facts import announce_all
from hamdel.ground.ids import new_id
from hamdel.ground.statements import ask
from hamdel.listen.surveys.standing import Standing

# Answers of a response that lost a race are not written: they hang on `stored`.
STORE = """
WITH stored AS (
    INSERT INTO surveys_response (id, workspace_id, survey_id, version_id, customer_id, invitation_id, resume_digest,
        channel, touchpoint, place, language, score, quota, caused_by, started_at, completed_at, changed_at)
    SELECT id, workspace_id, survey_id, version_id, customer_id, invitation_id, resume_digest, channel, touchpoint,
        place, language, score, quota, caused_by, started_at, completed_at,
        CASE WHEN NOT is_anonymous THEN clock_timestamp() END
    FROM json_to_recordset(%s) AS new (id uuid, workspace_id uuid, survey_id uuid, version_id uuid,
        customer_id uuid, invitation_id uuid, resume_digest text, channel text, touchpoint text, place text,
        language text, score smallint, quota text, caused_by uuid, started_at timestamptz, completed_at timestamptz,
        is_anonymous boolean)
    ON CONFLICT DO NOTHING
    RETURNING id
), answered AS (
    INSERT INTO surveys_answer (id, workspace_id, response_id, question, value, answered_at)
    SELECT id, workspace_id, response_id, question, value, answered_at
    FROM json_to_recordset(%s) AS new (id uuid, workspace_id uuid, response_id uuid, question text, value jsonb,
        answered_at timestamptz, is_new boolean)
    WHERE NOT is_new OR response_id IN (SELECT id FROM stored)
    ON CONFLICT (response_id, question) DO UPDATE SET value = excluded.value, answered_at = excluded.answered_at
), changed AS (
    UPDATE surveys_response SET score = new.score, quota = new.quota, completed_at = new.completed_at,
        changed_at = CASE WHEN NOT is_anonymous THEN clock_timestamp() END
    FROM json_to_recordset(%s) AS new (id uuid, score smallint, quota text, completed_at timestamptz,
        is_anonymous boolean)
    WHERE surveys_response.id = new.id
)
SELECT id FROM stored"""
EMPTY = """
DELETE FROM surveys_answer USING json_to_recordset(%s) AS gone (response_id uuid, question text)
WHERE surveys_answer.response_id = gone.response_id AND surveys_answer.question = gone.question"""
RESPONSE = (
    "id", "workspace_id", "survey_id", "version_id", "customer_id", "invitation_id", "resume_digest", "channel",
    "touchpoint", "place", "language", "score", "quota", "caused_by", "started_at", "completed_at",
    "is_anonymous",
)  # fmt: skip
CHANGING = ("id", "score", "quota", "completed_at", "is_anonymous")
# No moment and no day: on a day with one answer it would lead from the link to it. The place of the row in its table
# would as well; `mixing` sees to that.
BURN = """
INSERT INTO surveys_burnttoken (id, workspace_id, survey_id, digest)
SELECT gen_random_uuid(), workspace_id, survey_id, digest
FROM json_to_recordset(%s) AS new (workspace_id uuid, survey_id uuid, digest text) ORDER BY digest
ON CONFLICT DO NOTHING RETURNING digest"""


def store(standings: Sequence[Standing]) -> set[UUID]:
    """Write what changed and announce it. Return the ids of new responses that lost a race.

    Another transaction has made the response of the same invitation meanwhile; of the losers nothing is written.
    """
    touched = [standing for standing in standings if standing.is_touched]
    if not touched:
        return set()
    # In one order everywhere, so that two processes with the same invitations cannot wait for each other.
    touched.sort(key=lambda standing: (standing.invitation_id or standing.id).bytes)
    used_up = _burn(touched)
    lost = used_up | _write([standing for standing in touched if standing.id not in used_up])
    announce_all(fact for standing in touched if standing.id not in lost for fact in standing.news)
    return lost


def _burn(standings: list[Standing]) -> set[UUID]:
    """Use up the links of anonymous responses that begin. Return those responses whose link was used already."""
    burning = [standing for standing in standings if standing.is_new and standing.burns]
    if not burning:
        return set()
    rows = [{"workspace_id": s.workspace_id, "survey_id": s.survey_id, "digest": s.burns} for s in burning]
    burnt = {row[0] for row in ask(BURN, as_json(rows))}
    return {standing.id for standing in burning if standing.burns not in burnt}


def as_json(rows: Any) -> str:
    """Return rows as the text that `json_to_recordset` reads."""
    return orjson.dumps(rows).decode()


def _write(standings: list[Standing]) -> set[UUID]:
    new = [standing for standing in standings if standing.is_new]
    # Of an anonymous one nothing is to be seen of a page that changed only answers.
    changed = [one for one in standings if not one.is_new and (one.news or not one.is_anonymous)]
    rows = (
        [{name: getattr(standing, name) for name in RESPONSE} for standing in new],
        [row for standing in standings for row in _answers(standing)],
        [{name: getattr(standing, name) for name in CHANGING} for standing in changed],
    )
    emptied = [
        {"response_id": standing.id, "question": key}
        for standing in standings
        if not standing.is_new
        for key in standing.changed - standing.given.keys()
    ]
    stored = {row[0] for row in ask(STORE, *map(as_json, rows))}
    if emptied:
        ask(EMPTY, as_json(emptied))
    return {standing.id for standing in new} - stored


def _answers(standing: Standing) -> list[dict[str, Any]]:
    return [
        {
            "id": uuid4() if standing.is_anonymous else new_id(),
            "workspace_id": standing.workspace_id,
            "response_id": standing.id,
            "question": key,
            "value": standing.given[key].value,
            "answered_at": standing.given[key].at,
            "is_new": standing.is_new,
        }
        for key in standing.changed
        if key in standing.given
    ]
