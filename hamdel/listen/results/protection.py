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
from itertools import pairwise
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


def merged_in_order(
    counts: Mapping[Any, int], least: int, bands: Sequence[Iterable[Any]] = ()
) -> list[Group]:
    """Return numbers in groups of neighbours, each of at least `least` answers.

    `bands` are kept apart as far as they are large enough: the promoters of an NPS do not stand with its passives.
    """
    found: list[set[Any]] = []
    for band in bands or [list(counts)]:
        groups: list[set[Any]] = [set()]
        for value in (value for value in band if value in counts):
            if sum(counts[one] for one in groups[-1]) >= least:
                groups.append(set())
            groups[-1].add(value)
        if len(groups) > 1 and sum(counts[one] for one in groups[-1]) < least:
            last = groups.pop()
            groups[-1] |= last
        found += groups
    while len(found) > 1:
        sizes = [sum(counts[one] for one in group) for group in found]
        small = next((place for place, size in enumerate(sizes) if size < least), None)
        if small is None:
            break
        beside = [place for place in (small - 1, small + 1) if 0 <= place < len(found)]
        nearest = min(beside, key=lambda place: sizes[place])
        found[nearest] |= found.pop(small) if nearest < small else found[small]
        if nearest > small:
            found.pop(small)
    return [frozenset(group) for group in found]


@dataclass(frozen=True)
class Published:
    """What is shown of one question since a release: how often each value was given, in which groups that is told.

    `order` is the place of each value where they have one: then groups are of neighbours.
    """

    release: int
    counts: Counter[Any]
    groups: list[Group]
    order: Mapping[Any, int] | None = None

    def n_of(self, group: Group) -> int:
        return sum(self.counts[value] for value in group)


def published(
    steps: Sequence[Counter[Any]],
    known: Iterable[Any],
    least: int,
    *,
    bands: Sequence[Iterable[Any]] | None = None,
) -> list[Published]:
    """Return what is shown of a question after each release, given the newcomers' answers of each.

    What fewer than `least` newcomers answered waits for a later release. `known` are the values there are to give;
    those of a scale stand in `bands` of neighbours, in order.
    """
    places = (
        None if bands is None else {value: n for n, value in enumerate(v for band in bands for v in band)}
    )
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
        counts = {value: total[value] for value in order}
        groups = merged(counts, least) if bands is None else merged_in_order(counts, least, bands)
        told = _told_apart(groups, total, found, least, places)
        if places is not None:
            told = sorted(told, key=lambda group: min(places[value] for value in group))
        found.append(Published(number, total.copy(), told, places))
    return found


def _told_apart(
    groups: list[Group],
    counts: Counter[Any],
    earlier: Sequence[Published],
    least: int,
    places: Mapping[Any, int] | None,
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
        groups = _joined(groups, few, counts, places)
    return groups


def blocks(*partitions: Iterable[Group]) -> list[Group]:
    """Return the smallest sets that are unions of groups in every partition: what two looks have in common."""
    found: list[Group] = []
    for group in (group for partition in partitions for group in partition):
        touching = [one for one in found if one & group]
        found = [one for one in found if not one & group] + [group.union(*touching)]
    return found


def _joined(
    groups: list[Group], block: Group, counts: Counter[Any], places: Mapping[Any, int] | None
) -> list[Group]:
    """Return the groups with those of a block, and the smallest other one, in one; in order, the smallest beside it."""
    inside = [group for group in groups if group & block]
    others = [group for group in groups if not group & block]
    if places is not None:
        ends = [places[value] for group in inside for value in group]
        between = [one for one in others if min(ends) < places[next(iter(one))] < max(ends)]
        inside, others = [*inside, *between], [one for one in others if one not in between]
        edges = {min(ends) - 1, max(ends) + 1}
        others = [one for one in others if edges & {places[value] for value in one}]
    nearest = sorted(others, key=lambda one: _size(one, counts))[:1]
    one = frozenset().union(*inside, *nearest)
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
        pair = _smallest_pair(groups, counts, side.order)
        groups = [*(group for group in groups if group not in pair), pair[0] | pair[1]]
        levels.append(groups)
    return levels or [groups]


def _smallest_pair(
    groups: list[Group], counts: Mapping[Any, int], places: Mapping[Any, int] | None
) -> tuple[Group, Group]:
    """Return the two groups that make the smallest one; of a scale, two that lie side by side."""
    if places is None:
        first, second = sorted(groups, key=lambda one: _size(one, counts))[:2]
        return first, second
    # Who did not answer stands at the end, wherever that is.
    row = sorted(groups, key=lambda one: min((places[v] for v in one if v is not None), default=len(places)))
    return min(pairwise(row), key=lambda pair: _size(pair[0] | pair[1], counts))


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
