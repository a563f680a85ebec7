"""What may be said of anonymous answers: nothing about fewer people than the survey's smallest group.

Pure: counts in, groups out. Four means, each explained in docs/decisions: answers are *released* in steps of whole past
days; values that too few gave are *merged* until none is; of two looks at the same figure the *newcomers* of each group
are enough people too; and a table of two questions is cut by the groups its questions have alone, so that no two tables
can be subtracted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Group = frozenset[Any]
Pair = tuple[Any, Any]
# However slowly answers come, enough of them do not wait longer than this.
PATIENCE = timedelta(days=7)
A_DAY = timedelta(days=1)
# A step that is a good part of what is known already can be told in finer groups.
MOST_TIMES, LEAST_PART = 10, 20


@dataclass(frozen=True)
class Release:
    """Up to when the answers of an anonymous survey are shown, how many these are, and how many wait.

    `moments` are the ends of all releases so far, `until` the last of them.
    """

    until: datetime | None
    n: int
    waiting: int
    moments: tuple[datetime, ...] = ()


def released(days: Iterable[tuple[datetime, int]], least: int, *, today: datetime) -> Release:
    """Return what is released of answers counted by day: past days only, by steps of at least `least` people.

    It depends on nothing but past days, so whoever looks later finds the same steps.
    """
    moments: list[datetime] = []
    n = step = total = 0
    last: datetime | None = None

    def release() -> None:
        nonlocal n, step
        assert last is not None
        moments.append(last)
        n, step = n + step, 0

    def is_due(at: datetime) -> bool:
        if step < least:
            return False
        enough = max(least, min(n, MOST_TIMES * least), n // LEAST_PART)
        return step >= enough or at - moments[-1] >= PATIENCE

    for day, count in days:
        total += count
        if day >= today:
            continue
        if is_due(day):
            release()
        step, last = step + count, day
        if is_due(day + A_DAY):
            release()
    if is_due(today):
        release()
    return Release(moments[-1] if moments else None, n, total - n, tuple(moments))


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


@dataclass(frozen=True)
class Published:
    """What is shown of one question since a release: how often each value was given, in which groups that is told."""

    release: int
    counts: Counter[Any]
    groups: list[Group]

    def n_of(self, group: Group) -> int:
        return sum(self.counts[value] for value in group)


def published(steps: Sequence[Counter[Any]], known: Iterable[Any], least: int) -> list[Published]:
    """Return what is shown of a question after each release, given the newcomers' answers of each.

    What fewer than `least` newcomers answered waits for a later release. `known` are the values there are to give.
    """
    found: list[Published] = []
    total: Counter[Any] = Counter()
    pending: Counter[Any] = Counter()
    listed = list(known)
    for number, step in enumerate(steps):
        pending.update(step)
        if pending.total() < least:
            continue
        total.update(pending)
        pending.clear()
        order = [*listed, *sorted((value for value in total if value not in listed), key=str)]
        groups = merged({value: total[value] for value in order}, least)
        found.append(Published(number, total.copy(), _told_apart(groups, total, found, least)))
    return found


def _told_apart(
    groups: list[Group], counts: Counter[Any], earlier: Sequence[Published], least: int
) -> list[Group]:
    """Return the groups, joined until no earlier look can be subtracted down to fewer than `least` newcomers."""
    while len(groups) > 1:
        few = next(
            (
                block
                for past in earlier
                for block in blocks(groups, past.groups)
                if sum(counts[value] - past.counts[value] for value in block) < least
            ),
            None,
        )
        if few is None:
            break
        groups = _joined(groups, few, counts)
    return groups


def blocks(*partitions: Iterable[Group]) -> list[Group]:
    """Return the smallest sets that are unions of groups in every partition: what two looks have in common."""
    found: list[Group] = []
    for group in (group for partition in partitions for group in partition):
        touching = [one for one in found if one & group]
        found = [one for one in found if not one & group] + [group.union(*touching)]
    return found


def _joined(groups: list[Group], block: Group, counts: Counter[Any]) -> list[Group]:
    """Return the groups with those of a block, and the smallest other one, in one."""
    inside = [group for group in groups if group & block]
    others = sorted((group for group in groups if not group & block), key=lambda one: _size(one, counts))
    one = frozenset().union(*inside, *others[:1])
    return [*(group for group in groups if not group & one), one]


def _size(group: Group, counts: Mapping[Any, int]) -> tuple[int, str]:
    return sum(counts.get(value, 0) for value in group), str(sorted(group, key=str))


@dataclass(frozen=True)
class PublishedTable:
    """A table of two questions as it is shown since a release. None stands for no answer."""

    rows: list[Group]
    columns: list[Group]
    cells: Counter[Pair]


def published_table(
    steps: Sequence[Counter[Pair]], rows: Sequence[Published], columns: Sequence[Published], least: int
) -> PublishedTable | None:
    """Return the finest table without a small cell, now or in what newcomers changed; None when there is none.

    Its rows and columns are groups that the questions have alone, or such joined in one order: two tables of one
    question have the same margins, or one has sums of the other's.
    """
    earlier: list[PublishedTable] = []
    last = None
    by_release = {one.release: one for one in columns}
    for row in rows:
        column = by_release.get(row.release)
        if column is None:
            continue
        cells: Counter[Pair] = Counter()
        for step in steps[: row.release + 1]:
            cells.update(step)
        levels = [_levels(side, cells, place, least) for place, side in enumerate((row, column))]
        sizes = sorted(
            ((len(r), len(c)) for r in levels[0] for c in levels[1]),
            key=lambda size: (-size[0] * size[1], size),
        )
        by_size = [{len(groups): groups for groups in side} for side in levels]
        tables = (PublishedTable(by_size[0][r], by_size[1][c], cells) for r, c in sizes)
        last = next((table for table in tables if _is_safe(table, earlier, least)), None)
        earlier += [last] if last else []
    return last if last and (len(last.rows) > 1 or len(last.columns) > 1) else None


def _levels(side: Published, cells: Counter[Pair], place: int, least: int) -> list[list[Group]]:
    """Return the groups of a question, those who did not answer among them, then two joined at a time."""
    counts: Counter[Any] = Counter()
    for pair, n in cells.items():
        counts[pair[place]] += n
    groups = [*side.groups, *([frozenset([None])] if counts[None] else [])]
    levels = [groups] if not 0 < counts[None] < least else []
    while len(groups) > 1:
        smallest = sorted(groups, key=lambda one: _size(one, counts))[:2]
        groups = [*(group for group in groups if group not in smallest), smallest[0] | smallest[1]]
        levels.append(groups)
    return levels or [groups]


def _is_safe(table: PublishedTable, earlier: Sequence[PublishedTable], least: int) -> bool:
    nothing = PublishedTable([], [], Counter())
    return all(
        cell(table.cells, r, c) - cell(past.cells, r, c) >= least
        for past in (nothing, *earlier)
        for r in blocks(table.rows, past.rows)
        for c in blocks(table.columns, past.columns)
    )


def cell(cells: Mapping[Pair, int], row: Group, column: Group) -> int:
    return sum(n for (r, c), n in cells.items() if r in row and c in column)
