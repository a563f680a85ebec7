"""Two questions against each other: a table with shares, intervals, and whether there is any connection to be seen."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hamdel.listen.results.asking import ask_settled
from hamdel.listen.results.choosing import Selection
from hamdel.listen.results.counting import rows_of
from hamdel.listen.results.protection import Group, cell
from hamdel.listen.results.releasing import crossed_safely
from hamdel.listen.results.versions import Asked
from hamdel.listen.surveys.definition import RECOMMENDING, Kind, values_of
from hamdel.measure.metrics.scores import Estimate, share

CROSSABLE = frozenset({Kind.SCORE, Kind.SINGLE, Kind.MULTIPLE, Kind.CONSENT, Kind.HIDDEN})
BESIDE = ("channel", "touchpoint", "place", "language", "version")
VERSION = "(SELECT v.number FROM surveys_surveyversion v WHERE v.id = r.version_id)"
# Of what links answer there may be as many values as people: more than these make no table.
MOST_VALUES = 60
# Expected answers a cell needs for the chi-square to be trusted (Cochran 1954).
LEAST_EXPECTED = 5
EVIDENCE = 0.05


@dataclass(frozen=True)
class Crossed:
    """One cell: how many, and which part of its row and column that is."""

    n: int
    row: Estimate | None
    column: Estimate | None


@dataclass(frozen=True)
class Table:
    """A cross-tab. Rows and columns are groups of values: of one each unless small ones had to be joined."""

    rows: list[Group]
    columns: list[Group]
    cells: list[list[Crossed]]
    n: int
    chi_square: float | None
    p: float | None
    least: int = 0
    is_too_wide: bool = False

    @property
    def verdict(self) -> str:
        """Return `connected`, `no_evidence`, or `too_few` for the test to be trusted."""
        if self.p is None:
            return "too_few"
        return "connected" if self.p < EVIDENCE else "no_evidence"

    @property
    def is_merged(self) -> bool:
        return self.least > 0 and any(len(group) > 1 for group in (*self.rows, *self.columns))


def crossed(selection: Selection, row: Asked | str, column: Asked | str) -> Table:
    """Return the table of two questions, or of one and something of `BESIDE`."""
    cells = _counts(selection, row, column)
    rows, columns = _order(row, (r for r, _c in cells)), _order(column, (c for _r, c in cells))
    if max(len(rows), len(columns)) > MOST_VALUES:
        return Table([], [], [], 0, None, None, is_too_wide=True)
    people = None if not _has_several(row, column) else _people(selection, row, column)
    return table_of(
        cells, _apart(row, rows), _apart(column, columns), is_tested=people is None, people=people
    )


def crossed_in_groups(selection: Selection, row: Asked | str, column: Asked | str) -> Table | None:
    """Return the table of two questions of an anonymous survey, None where every table would say too much."""
    found = crossed_safely(selection, row, column)
    if found is None:
        return None
    rows, columns = (_in_order(one, side) for one, side in ((found.rows, row), (found.columns, column)))
    table = table_of(found.cells, rows, columns)
    return replace(table, least=selection.survey.how.smallest_group)


def _in_order(groups: list[Group], side: Asked | str) -> list[Group]:
    order = _order(side, (value for group in groups for value in group if value is not None))
    places = {value: n for n, value in enumerate([*order, None])}
    return sorted(groups, key=lambda group: min(places[value] for value in group))


@dataclass(frozen=True)
class People:
    """How many people stand in each row, in each column and in all, where one may stand in several."""

    rows: Mapping[Any, int]
    columns: Mapping[Any, int]
    n: int


def table_of(
    cells: Mapping[tuple[Any, Any], int],
    rows: list[Group],
    columns: list[Group],
    *,
    is_tested: bool = True,
    people: People | None = None,
) -> Table:
    """Return the table of these groups with Wilson intervals and Pearson's chi-square.

    Shares are of people: with several choices a person counts once in a row, however many of its cells they stand in.
    """
    counts = [[cell(cells, r, c) for c in columns] for r in rows]
    by_row, by_column = [sum(line) for line in counts], [sum(line) for line in zip(*counts, strict=True)]
    total = sum(by_row)
    if people is not None:
        by_row = [sum(people.rows.get(value, 0) for value in group) for group in rows]
        by_column = [sum(people.columns.get(value, 0) for value in group) for group in columns]
        total = people.n
    chi, p = chi_square(counts) if is_tested else (None, None)
    shown = [
        [Crossed(n, share(n, by_row[i]), share(n, by_column[j])) for j, n in enumerate(line)]
        for i, line in enumerate(counts)
    ]
    return Table(rows, columns, shown, total, chi, p)


def chi_square(counts: list[list[int]]) -> tuple[float | None, float | None]:
    """Return Pearson's chi-square and its p; None where it cannot be trusted.

    Rows and columns without answers are left out. Trusted when four of five cells expect at least 5 answers and all at
    least 1 (Cochran 1954).
    """
    lines = [line for line in counts if sum(line)]
    lines = [list(line) for line in zip(*[c for c in zip(*lines, strict=True) if sum(c)], strict=True)]
    if len(lines) < 2 or len(lines[0]) < 2:
        return None, None
    rows, columns = [sum(line) for line in lines], [sum(line) for line in zip(*lines, strict=True)]
    total = sum(rows)
    expected = [[r * c / total for c in columns] for r in rows]
    flat = [e for line in expected for e in line]
    if min(flat) < 1 or sum(e < LEAST_EXPECTED for e in flat) > len(flat) / 5:
        return None, None
    chi = sum(
        (n - e) ** 2 / e
        for line, wanted in zip(lines, expected, strict=True)
        for n, e in zip(line, wanted, strict=True)
    )
    return chi, chi_square_tail(chi, (len(rows) - 1) * (len(columns) - 1))


def chi_square_tail(chi: float, freedom: int) -> float:
    """Return P(X > chi): the regularised upper incomplete gamma function (DLMF 8.7.1 and 8.9.2)."""
    a, x = freedom / 2, chi / 2
    if x <= 0:
        return 1.0
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        for n in range(1, 1000):
            term *= x / (a + n)
            total += term
        return max(0.0, 1 - front * total)
    b, c = x + 1 - a, 1e300
    d = 1 / b
    value = d
    for n in range(1, 1000):
        step = -n * (n - a)
        b += 2
        d = 1 / (step * d + b)
        c = b + step / c
        value *= c * d
    return front * value


def _counts(selection: Selection, row: Asked | str, column: Asked | str) -> Counter[tuple[Any, Any]]:
    found: Counter[tuple[Any, Any]] = Counter()
    for x, y, n in _pairs(selection, row, column):
        for left in _values(x):
            for right in _values(y):
                found[left, right] += n
    return found


def _people(selection: Selection, row: Asked | str, column: Asked | str) -> People:
    rows: Counter[Any] = Counter()
    columns: Counter[Any] = Counter()
    total = 0
    for x, y, n in _pairs(selection, row, column):
        rows.update(dict.fromkeys(_values(x), n))
        columns.update(dict.fromkeys(_values(y), n))
        total += n
    return People(rows, columns, total)


def _pairs(selection: Selection, row: Asked | str, column: Asked | str) -> list[tuple[Any, Any, int]]:
    where, values = selection.sql()
    joins, more, names = [], [], []
    for alias, side in (("x", row), ("y", column)):
        if isinstance(side, str):
            if side not in BESIDE:
                raise ValueError(side)
            names.append(f"to_json({VERSION if side == 'version' else f'r.{side}'})::text")
        else:
            joins.append(
                f"JOIN surveys_answer {alias} ON {alias}.response_id = r.id AND {alias}.question = %s"
            )
            more.append(side.key)
            names.append(f"{alias}.value::text")
            where += " AND r.version_id = ANY(%s)"
            values = [*values, list(side.together)]
    sql = f"SELECT {', '.join(names)}, count(*) FROM surveys_response r {' '.join(joins)} WHERE {where} GROUP BY 1, 2"
    rows = [*rows_of(sql, [*more, *values]), *_settled_pairs(selection, row, column)]
    return [(json.loads(x), json.loads(y), n) for x, y, n in rows]


def _settled_pairs(selection: Selection, row: Asked | str, column: Asked | str) -> list[tuple[Any, ...]]:
    if selection.settled is None:
        return []
    names, conditions = [], ["{where}"]
    bound: dict[str, Any] = {}
    for alias, side in (("x", row), ("y", column)):
        if isinstance(side, str):
            names.append("toString(version_id)" if side == "version" else f"toJSONString(toString({side}))")
            continue
        names.append(f"answers[{{{alias}:String}}]")
        conditions.append(f"{names[-1]} != '' AND has({{{alias}_in:Array(UUID)}}, version_id)")
        bound |= {alias: side.key, f"{alias}_in": side.together}
    where = " AND ".join(conditions)
    sql = f"SELECT {', '.join(names)}, count() FROM responses WHERE {where} GROUP BY 1, 2"
    rows = ask_settled(selection, "pairs", sql, **bound)
    if "version" not in (row, column):
        return rows
    numbers = {str(version.id): str(version.number) for version in selection.survey.versions.all()}
    at = 0 if row == "version" else 1
    return [(*found[:at], numbers[found[at]], *found[at + 1 :]) for found in rows]


def _values(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _order(side: Asked | str, seen: Any) -> list[Any]:
    found = list(dict.fromkeys(seen))
    if isinstance(side, str):
        return sorted(found, key=lambda value: (isinstance(value, str), value))
    known: list[Any] = list(values_of(side.question))
    if side.question.kind == Kind.SCORE:
        low, high = side.question.scale(side.metric)
        known = [n for n in range(low, high + 1) if n in found]
    return [*known, *sorted((value for value in found if value not in known), key=str)]


def _apart(side: Asked | str, values: list[Any]) -> list[Group]:
    """Return each value as a group of its own; of an NPS detractors, passives and promoters."""
    if not isinstance(side, str) and side.metric in RECOMMENDING:
        bands = (range(7), range(7, 9), range(9, 11))
        groups = [frozenset(value for value in values if value in band) for band in bands]
        return [group for group in groups if group]
    return [frozenset([value]) for value in values]


def _has_several(*sides: Asked | str) -> bool:
    """Tell whether somebody may stand in several cells, which the test does not allow."""
    return any(not isinstance(side, str) and side.question.kind == Kind.MULTIPLE for side in sides)
