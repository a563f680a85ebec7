"""Where people leave a survey: how far each response came, page by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hamdel.listen.results.asking import ask_settled
from hamdel.listen.results.choosing import Selection
from hamdel.listen.results.counting import rows_of
from hamdel.listen.results.versions import Asked

LAST = """
WITH chosen AS MATERIALIZED (SELECT r.id FROM surveys_response r WHERE {where} AND r.completed_at IS NULL)
SELECT place, count(*) FROM (
    SELECT c.id, max(array_position(%s::text[], split_part(a.question, '.', 1))) AS place
    FROM chosen c LEFT JOIN surveys_answer a ON a.response_id = c.id
    GROUP BY c.id
) AS last GROUP BY 1
"""
SETTLED_LAST = """
SELECT arrayMax(arrayPushBack(arrayMap(key -> indexOf({keys:Array(String)}, splitByChar('.', key)[1]),
    arrayConcat(mapKeys(answers), mapKeys(texts))), 0)) AS place, count()
FROM responses WHERE {where} AND NOT is_finished GROUP BY 1
"""


@dataclass(frozen=True)
class Left:
    """How many gave their last answer on this page and went no further, of how many who came so far."""

    page: int
    left: int
    reached: int

    @property
    def number(self) -> int:
        return self.page + 1

    @property
    def percent(self) -> float | None:
        return 100 * self.left / self.reached if self.reached else None


def leaving(selection: Selection, questions: Sequence[Asked], completed: int) -> list[Left]:
    """Return for each page how many left after answering on it; page −1 is before the first answer."""
    everybody = replace(selection, has_unfinished=True)
    where, values = everybody.sql()
    keys = [asked.key for asked in questions]
    rows = rows_of(LAST.format(where=where), [*values, keys])
    rows += [(place or None, n) for place, n in ask_settled(everybody, "left", SETTLED_LAST, keys=keys)]
    pages = sorted({asked.page for asked in questions})
    gone = dict.fromkeys([-1, *pages], 0)
    for place, n in rows:
        gone[-1 if place is None else questions[place - 1].page] += n
    reached, found = completed + sum(gone.values()), []
    for page, left in gone.items():
        found.append(Left(page, left, reached))
        reached -= left
    return found


@dataclass(frozen=True)
class Overview:
    """How many responses came by each channel, in each language, from each place and touchpoint, on each local day."""

    n: int
    completed: int
    channels: list[tuple[str, int]]
    languages: list[tuple[str, int]]
    places: list[tuple[str, int]]
    touchpoints: list[tuple[str, int]]
    days: list[tuple[str, int]]


OVERVIEW = """
SELECT r.channel, r.language, r.place, r.touchpoint, to_char(r.started_at AT TIME ZONE %s, 'YYYY-MM-DD'),
    count(*), count(r.completed_at)
FROM surveys_response r WHERE {where} GROUP BY 1, 2, 3, 4, 5
"""
SETTLED = """
SELECT channel, language, place, touchpoint, toDate(started_at, {timezone:String}), count() AS n, countIf(is_finished) AS completed
FROM responses WHERE {where} GROUP BY 1, 2, 3, 4, 5
"""


def overview_of(selection: Selection) -> Overview:
    """Count the responses in one pass."""
    where, values = selection.sql()
    rows = rows_of(OVERVIEW.format(where=where), [selection.survey.workspace.timezone, *values])
    settled = ask_settled(selection, "overview", SETTLED)
    rows += [(*names, day.isoformat(), n, completed) for *names, day, n, completed in settled]
    counts: list[Counter[str]] = [Counter() for _what in range(5)]
    for *names, n, _completed in rows:
        for name, counter in zip(names, counts, strict=True):
            counter[name] += n
    channels, languages, places, touchpoints, days = (sorted(counter.items()) for counter in counts)
    n, completed = sum(row[-2] for row in rows), sum(row[-1] for row in rows)
    return Overview(n, completed, channels, languages, places, touchpoints, days)
