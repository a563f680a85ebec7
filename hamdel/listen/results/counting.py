"""How often each answer was given, in one question to PostgreSQL whatever the number of responses."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from hamdel.listen.results.asking import ask_settled
from hamdel.listen.results.choosing import Selection
from hamdel.listen.results.protection import Published
from hamdel.listen.results.versions import Asked
from hamdel.listen.surveys.definition import Kind

# Counted, but not told apart: there are as many as people.
IN_OWN_WORDS = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.PHONE, Kind.EMAIL, Kind.FILE})
COUNT = """
SELECT r.version_id, a.question,
       CASE WHEN a.question = ANY(%s) OR a.question LIKE '%%.other' THEN NULL ELSE a.value::text END AS given,
       count(*)
FROM surveys_response r JOIN surveys_answer a ON a.response_id = r.id
WHERE {where} GROUP BY 1, 2, 3
"""
# One pass over the responses for some questions, each in a set of its own: twice as quick as taking the map apart.
SETTLED = """
SELECT version_id, {columns}, count() FROM responses WHERE {where} GROUP BY GROUPING SETS ({sets})
"""
AT_ONCE = 8
SETTLED_TEXTS = """
SELECT version_id, question, count() FROM responses ARRAY JOIN mapKeys(texts) AS question WHERE {where} GROUP BY 1, 2
"""
# A million answers are joined in memory; for this transaction only.
ROOM = "SELECT set_config('work_mem', '128MB', true)"
SIZE = """
SELECT r.version_id, count(*), count(r.completed_at) FROM surveys_response r WHERE {where} GROUP BY 1
"""
SETTLED_SIZE = """
SELECT version_id, count() AS n, countIf(is_finished) AS completed FROM responses WHERE {where} GROUP BY 1
"""


@dataclass
class Counted:
    """The answers to one question: each value given with how often, and how many gave one."""

    asked: Asked
    n: int = 0
    values: list[tuple[Any, int]] = field(default_factory=list)
    others: int = 0
    # Of an anonymous survey: what may be told apart of each part, and up to when the answers of each key are shown.
    parts: dict[str, Published] = field(default_factory=dict)
    until: dict[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Size:
    """How many responses there are, and how many of them are finished."""

    n: int
    completed: int


def size_of(selection: Selection) -> Size:
    where, values = selection.sql()
    rows = [*rows_of(SIZE.format(where=where), values), *ask_settled(selection, "size", SETTLED_SIZE)]
    return Size(sum(row[1] for row in rows), sum(row[2] for row in rows))


def counted(selection: Selection, questions: Iterable[Asked]) -> dict[str, Counted]:
    """Return the counts of each question by its key, over the versions that count together."""
    found = {asked.key: Counted(asked) for asked in questions}
    unread = [key for key, one in found.items() if one.asked.question.kind in IN_OWN_WORDS]
    where, values = selection.sql()
    totals: dict[str, Counter[str]] = {key: Counter() for key in found}
    rows = rows_of(COUNT.format(where=where), [unread, *values])
    rows += _settled_counts(selection, [key for key in found if key not in unread])
    rows += [(v, key, None, n) for v, key, n in ask_settled(selection, "texts", SETTLED_TEXTS)]
    for version, key, given, n in rows:
        name, _dot, part = key.partition(".")
        one = found.get(name)
        if one is None or version not in one.asked.together:
            continue
        if part:
            one.others += n
        else:
            one.n += n
            if given is not None:
                totals[name][given] += n
    for key, one in found.items():
        one.values = [(json.loads(given), n) for given, n in totals[key].items()]
    return found


def _settled_counts(selection: Selection, keys: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return version, question, answer and how often, of what is settled."""
    rows = []
    for first in range(0, len(keys), AT_ONCE):
        some = keys[first : first + AT_ONCE]
        columns = ", ".join(f"answers[{{key_{n}:String}}] AS given_{n}" for n, _key in enumerate(some))
        sets = ", ".join(f"(version_id, given_{n})" for n, _key in enumerate(some))
        sql = SETTLED.replace("{columns}", columns).replace("{sets}", sets)
        params = {f"key_{n}": key for n, key in enumerate(some)}
        for version, *given, times in ask_settled(selection, "counts", sql, **params):
            # A row has the answer of the one question of its set; who did not answer that has the empty text.
            rows += [(version, key, said, times) for key, said in zip(some, given, strict=True) if said]
    return rows


def rows_of(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
