"""Limits that depend on the answers of others: response limits, quotas, one response a person.

Whoever takes answers of such a survey locks its tallies first, so two who come for the last place do not both get it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import orjson

from hamdel.ground.statements import ask
from hamdel.listen.surveys.definition import Definition
from hamdel.listen.surveys.standing import SurveyFull
from hamdel.listen.surveys.storing import as_json

TOTAL = ""
# A tally that is not there yet begins with what was completed before there was a limit.
BEGIN = """
INSERT INTO surveys_tally (id, workspace_id, survey_id, key, n)
SELECT gen_random_uuid(), s.workspace_id, s.id, new.key, CASE WHEN new.key = '' THEN
    (SELECT count(*) FROM surveys_response r WHERE r.survey_id = s.id AND r.completed_at IS NOT NULL AND r.quota = '')
    ELSE 0 END
FROM json_to_recordset(%s) AS new (survey_id uuid, key text) JOIN surveys_survey s ON s.id = new.survey_id
WHERE NOT EXISTS (SELECT FROM surveys_tally t WHERE t.survey_id = new.survey_id AND t.key = new.key)
ORDER BY s.id, new.key
ON CONFLICT DO NOTHING"""
READ = "SELECT survey_id, key, n FROM surveys_tally WHERE survey_id = ANY(%s) ORDER BY survey_id, key {lock}"
ADD = """
UPDATE surveys_tally SET n = surveys_tally.n + more.n
FROM json_to_recordset(%s) AS more (survey_id uuid, key text, n int)
WHERE surveys_tally.survey_id = more.survey_id AND surveys_tally.key = more.key"""
ANSWERED = """
SELECT DISTINCT survey_id, customer_id FROM surveys_response
WHERE survey_id = ANY(%s) AND customer_id = ANY(%s) AND completed_at IS NOT NULL"""

COMPLETED = """
SELECT r.language, r.channel, r.touchpoint, json_object_agg(a.question, a.value)::text
FROM surveys_response r JOIN surveys_answer a ON a.response_id = r.id
WHERE r.survey_id = %s AND r.completed_at IS NOT NULL AND r.quota = ''
GROUP BY r.id"""


@dataclass
class Tallies:
    """How many have answered one survey, and each quota of it, with those of the running transaction."""

    survey_id: UUID
    most: int | None
    quotas: dict[str, int]
    counts: dict[str, int] = field(default_factory=dict)
    more: dict[str, int] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return self.most is not None and self.counts.get(TOTAL, 0) >= self.most

    def is_full(self, quota: str) -> bool:
        return quota in self.quotas and self.counts.get(quota, 0) >= self.quotas[quota]

    def count(self, quotas: Sequence[str]) -> None:
        """Count one more completed response. Raises SurveyFull."""
        if self.is_over:
            raise SurveyFull
        for key in (TOTAL, *quotas):
            self.counts[key] = self.counts.get(key, 0) + 1
            self.more[key] = self.more.get(key, 0) + 1

    def uncount(self, quotas: Sequence[str]) -> None:
        """Take back one: its response was begun by another process at the same moment."""
        for key in (TOTAL, *quotas):
            self.counts[key] -= 1
            self.more[key] -= 1


def read_tallies(wanted: Iterable[Tallies], *, for_change: bool) -> None:
    """Fill the counts; `for_change` locks them until the transaction ends."""
    by_survey = {tallies.survey_id: tallies for tallies in wanted}
    if not by_survey:
        return
    if for_change:
        rows = [
            {"survey_id": tallies.survey_id, "key": key}
            for tallies in by_survey.values()
            for key in (TOTAL, *tallies.quotas)
        ]
        ask(BEGIN, as_json(rows))
    lock = "FOR UPDATE" if for_change else ""
    for survey_id, key, n in ask(READ.format(lock=lock), list(by_survey)):
        by_survey[survey_id].counts[key] = n


def store_tallies(changed: Iterable[Tallies]) -> None:
    """Add what was counted."""
    rows = [
        {"survey_id": tallies.survey_id, "key": key, "n": n}
        for tallies in changed
        for key, n in tallies.more.items()
    ]
    if rows:
        ask(ADD, as_json(rows))


def count_again(survey_id: UUID, asks: Definition) -> None:
    """Count the completed responses of each quota anew: a new version may ask for others."""
    if not asks.quotas:
        return
    tallies = Tallies(survey_id, None, {quota.key: quota.limit for quota in asks.quotas})
    read_tallies([tallies], for_change=True)
    for language, channel, touchpoint, answers in ask(COMPLETED, survey_id):
        about = {"language": language, "channel": channel, "touchpoint": touchpoint}
        for quota in asks.quotas_met(asks.facts(orjson.loads(answers), about)):
            tallies.more[quota.key] = tallies.more.get(quota.key, 0) + 1
    tallies.more = {key: tallies.more.get(key, 0) - tallies.counts.get(key, 0) for key in tallies.quotas}
    store_tallies([tallies])


def have_answered(pairs: Iterable[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Return those (survey, customer) who have completed it."""
    asked = set(pairs)
    if not asked:
        return set()
    surveys, customers = {survey for survey, _ in asked}, {customer for _, customer in asked}
    return set(ask(ANSWERED, list(surveys), list(customers))) & asked
