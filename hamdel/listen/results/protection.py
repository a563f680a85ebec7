"""What may be said of anonymous answers: nothing about fewer people than the survey's smallest group.

Three means, each explained in docs/decisions: answers are *released* in whole past days of enough people, so that
looking twice shows no single newcomer; values and groups that are too small are *merged* until none is; and of a
survey like this nobody chooses responses by a rule, so there are no two choices to subtract.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from hamdel.ground.calendar.days import local_day, start_of_day
from hamdel.listen.surveys.models import Survey

Group = frozenset[Any]


@dataclass(frozen=True)
class Release:
    """Up to when the answers of an anonymous survey are shown, how many these are, and how many wait."""

    until: datetime | None
    n: int
    waiting: int


def release_of(survey: Survey, *, at: datetime) -> Release:
    """Return what is released: whole days before today, together so many that each step has a smallest group."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.completed_at, count(*) FROM surveys_response r WHERE r.survey_id = %s"
            " AND r.completed_at IS NOT NULL AND r.quota = '' GROUP BY 1 ORDER BY 1",
            [survey.id],
        )
        days = cursor.fetchall()
    zone = survey.workspace.timezone
    today = start_of_day(local_day(at, zone), zone)
    until, released, step = None, 0, 0
    for moment, n in days:
        step += n if moment < today else 0
        if step >= survey.how.smallest_group:
            until, released, step = moment, released + step, 0
    return Release(until, released, sum(n for _moment, n in days) - released)


def merged(counts: Mapping[Any, int], least: int) -> list[Group]:
    """Return the values in groups of at least `least` answers; all small ones are in the last group together.

    Values nobody gave join them: that nobody did would say something about everybody. Order is that of `counts`.
    """
    small = [value for value, n in counts.items() if n < least]
    large = [value for value in counts if value not in set(small)]
    while small and large and sum(counts[value] for value in small) < least:
        smallest = min(large, key=lambda value: (counts[value], str(value)))
        large.remove(smallest)
        small.append(smallest)
    return [frozenset([value]) for value in large] + ([frozenset(small)] if small else [])


Cells = Mapping[tuple[Any, Any], int]


def merged_table(cells: Cells, rows: Iterable[Any], columns: Iterable[Any], least: int) -> tuple[list, list]:
    """Return the rows and columns of a table in groups so that each of its cells has at least `least` answers.

    Begins with the groups each would have alone and joins the smallest one that has a small cell to the next smallest,
    until there is no small cell or only one cell.
    """
    sides = [
        merged({row: sum(n for (r, _c), n in cells.items() if r == row) for row in rows}, least),
        merged({column: sum(n for (_r, c), n in cells.items() if c == column) for column in columns}, least),
    ]
    while bad := _small(cells, sides, least):
        side, place = bad
        _join(sides[side], place, cells, side)
    return sides[0], sides[1]


def cell(cells: Cells, row: Group, column: Group) -> int:
    return sum(n for (r, c), n in cells.items() if r in row and c in column)


def _small(cells: Cells, sides: Sequence[list[Group]], least: int) -> tuple[int, int] | None:
    """Return side and place of the smallest group that has a cell below `least`, None when there is none to join."""
    found = []
    for i, row in enumerate(sides[0]):
        for j, column in enumerate(sides[1]):
            if cell(cells, row, column) < least:
                found += [(_total(cells, 0, row), 0, i)] if len(sides[0]) > 1 else []
                found += [(_total(cells, 1, column), 1, j)] if len(sides[1]) > 1 else []
    if not found:
        return None
    _n, side, place = min(found)
    return side, place


def _join(groups: list[Group], place: int, cells: Cells, side: int) -> None:
    gone = groups.pop(place)
    nearest = min(range(len(groups)), key=lambda i: (_total(cells, side, groups[i]), i))
    groups[nearest] |= gone


def _total(cells: Cells, side: int, group: Group) -> int:
    return sum(n for pair, n in cells.items() if pair[side] in group)


def is_safe(
    inside: Mapping[Hashable, Mapping[Any, int]], whole: Mapping[Hashable, Mapping[Any, int]], least: int
) -> bool:
    """Tell whether a group of people differs from what other questions make by nobody, or by enough people.

    `inside` and `whole` count each other question's values in the group and among all. The union of values nearest to
    the group holds those whose majority is in it; what is left over must be 0 or at least `least`.
    """
    for question, counts in whole.items():
        its = inside.get(question, {})
        apart = sum(min(its.get(value, 0), n - its.get(value, 0)) for value, n in counts.items())
        if 0 < apart < least:
            return False
    return True
