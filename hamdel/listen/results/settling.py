"""Copying the responses of large surveys to ClickHouse once nobody has changed them for two hours.

A finished one changes no more. One that was left may be gone on with: then it counts from PostgreSQL again until it is
copied anew, and the earlier copy is listed as withdrawn.

PostgreSQL stays the truth, and the copies may be emptied at any time. A stretch is copied in batches and then listed;
only what is listed counts, so a crash in between leaves rows that nobody sees and the next look clears away.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from hamdel.ground import analytics
from hamdel.ground.rules.values import folded
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.results.asking import CURRENT, HERE, bound_of
from hamdel.listen.results.counting import IN_OWN_WORDS
from hamdel.listen.results.settled import Settled, settled_of, stirred_of
from hamdel.listen.surveys.definition import OTHER
from hamdel.listen.surveys.models import Survey

# Answers may be changed for an hour after the end; what was posted in time is stored long before the second is over.
RIPE = timedelta(hours=2)
# Below this PostgreSQL counts as quickly. A stretch is worth its while from a hundredth of what is there.
MANY, A_PART = 20_000, 100
BATCH = 10_000
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
NOBODY = UUID(int=0)
COPYING_LOCK = 7411
COLUMNS = (
    "workspace_id", "survey_id", "stretch", "response_id", "version_id", "customer_id", "channel", "touchpoint",
    "place", "language", "score", "started_at", "is_finished", "answers", "texts", "folded",
)  # fmt: skip
WITHDRAWN = ("workspace_id", "survey_id", "stretch", "response_id", "customer_id", "by_stretch")
RIPENED = """
FROM surveys_response r
WHERE r.survey_id = %s AND r.quota = '' AND r.changed_at < %s
"""
SINCE = "AND r.changed_at >= %s"
ROWS = f"""
SELECT r.id, r.version_id, r.customer_id, r.channel, r.touchpoint, r.place, r.language, r.score, r.started_at,
       r.completed_at IS NOT NULL, (SELECT json_object_agg(a.question, a.value::text) FROM surveys_answer a WHERE a.response_id = r.id)::text
{RIPENED} {SINCE} AND r.id > %s ORDER BY r.id LIMIT %s
"""


def settle_survey(survey: Survey, *, at: datetime) -> int:
    """Copy what has ripened since the last time, if it is worth while; return how many responses were copied.

    Where the copies are not those there should be, all are made anew: see `_is_whole`. Raises AnalyticsError.
    """
    if survey.how.anonymous:
        return 0
    settled = settled_of(survey)
    if not _is_whole(survey, settled):
        analytics.erase_survey(survey.workspace, survey.id)
        settled = None
    until = at - RIPE
    since = settled.until if settled else BEGINNING
    there = _count(survey, RIPENED, [survey.id, since]) if settled else 0
    new = _count(survey, RIPENED + SINCE, [survey.id, until, since]) if since < until else 0
    if new == 0 or new < max(there // A_PART, 0 if settled else MANY):
        return 0
    stretch = max(time.time_ns() // 1000, *(settled.stretches if settled else [0]))
    if settled:
        _withdraw(survey, settled, stretch, until)
    for batch in _copied(survey, stretch, since, until):
        first, last = batch[0][3], batch[-1][3]
        analytics.append("responses", batch, columns=COLUMNS, token=f"responses-{stretch}-{first}-{last}")
    listed = [[survey.workspace_id, survey.id, stretch, until]]
    names = ("workspace_id", "survey_id", "stretch", "until")
    analytics.append("settled_stretches", listed, columns=names, token=f"stretch-{survey.id}-{stretch}")
    return new


def hold_copying() -> None:
    """Wait until no batch is on its way, and let none begin before this transaction ends.

    For whoever removes responses: else a batch read before would be written after they are gone from everywhere.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [COPYING_LOCK])


def _withdraw(survey: Survey, settled: Settled, stretch: int, until: datetime) -> None:
    """List the copies of responses that somebody has gone on with: from this stretch on they count no more."""
    changed = set(stirred_of(survey, settled.until, until))
    rows = analytics.ask_rendered(
        "results/outdated",
        f"SELECT stretch, response_id, customer_id FROM responses WHERE {HERE} AND {CURRENT}"
        " AND response_id IN {changed:Array(UUID)}",
        None,
        workspace=survey.workspace,
        params={**bound_of(survey, replace(settled, stirred=[])), "changed": sorted(changed)},
    )
    outdated = [
        [survey.workspace_id, survey.id, row["stretch"], row["response_id"], row["customer_id"], stretch]
        for row in rows
    ]
    if outdated:
        analytics.append("withdrawn_responses", outdated, columns=WITHDRAWN, token=f"withdrawn-{stretch}")


def _is_whole(survey: Survey, settled: Settled | None) -> bool:
    """Tell whether what is copied is what PostgreSQL has of that time, and nothing lies there besides."""
    known = settled or Settled([], BEGINNING)
    [size] = analytics.ask_rendered(
        "results/settled_size",
        "SELECT countIf(has({stretches:Array(Int64)}, stretch)) AS listed, count() AS all,"
        f" countIf({HERE} AND {CURRENT}) AS n FROM responses"
        " WHERE workspace_id = {workspace_id:UUID} AND survey_id = {survey:UUID}",
        None,
        workspace=survey.workspace,
        params=bound_of(survey, known),
    )
    if size["listed"] != size["all"]:
        return False
    return settled is None or size["n"] == _count(survey, RIPENED, [survey.id, settled.until])


def _count(survey: Survey, conditions: str, values: list[Any]) -> int:
    with inside(survey.workspace), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {conditions}", values)
        return int(cursor.fetchone()[0])


def _copied(survey: Survey, stretch: int, since: datetime, until: datetime) -> Iterator[list[list[Any]]]:
    """Read batches of rows in the order of ids. While one is written nobody can be forgotten."""
    written = _written_of(survey)
    after = NOBODY
    while True:
        with inside(survey.workspace), transaction.atomic(), connection.cursor() as cursor:
            hold_copying()
            cursor.execute(ROWS, [survey.id, until, since, after, BATCH])
            rows = cursor.fetchall()
            if not rows:
                return
            after = rows[-1][0]
            yield [_row(survey, stretch, row, written) for row in rows]


def _written_of(survey: Survey) -> dict[UUID, set[str]]:
    """Return by version the questions that are answered in people's own words."""
    with inside(survey.workspace):
        return {
            version.id: {question.key for question in version.asks.questions if question.kind in IN_OWN_WORDS}
            for version in survey.versions.all()
        }


def _row(survey: Survey, stretch: int, row: tuple[Any, ...], written: dict[UUID, set[str]]) -> list[Any]:
    response, version, customer, channel, touchpoint, place, language, score, started_at, finished, given = (
        row
    )
    answers, texts = {}, {}
    for key, value in json.loads(given or "{}").items():
        if key in written[version] or key.endswith(f".{OTHER}"):
            read = json.loads(value)
            texts[key] = read if isinstance(read, str) else value
        else:
            answers[key] = value
    searched = {key: folded(text) for key, text in texts.items()}
    return [
        survey.workspace_id, survey.id, stretch, response, version, customer or NOBODY, channel, touchpoint, place,
        language, score, started_at, finished, answers, texts, searched,
    ]  # fmt: skip
