"""Two questions against each other: a table with shares, intervals, and whether there is any connection to be seen."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hamdel.listen.results.choosing import Selection
from hamdel.listen.results.counting import ask
from hamdel.listen.results.protection import Group, cell, merged_table
from hamdel.listen.results.versions import Asked
from hamdel.listen.surveys.definition import Kind, Metric, values_of
from hamdel.measure.metrics.scores import Estimate, share

CROSSABLE = frozenset({Kind.SCORE, Kind.SINGLE, Kind.MULTIPLE, Kind.CONSENT, Kind.HIDDEN})
BESIDE = ("channel", "touchpoint", "language", "version")
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

    @property
    def verdict(self) -> str:
        """Return `connected`, `no_evidence`, or `too_few` for the test to be trusted."""
        if self.p is None:
            return "too_few"
        return "connected" if self.p < EVIDENCE else "no_evidence"

    @property
    def is_merged(self) -> bool:
        return self.least > 0 and any(len(group) > 1 for group in (*self.rows, *self.columns))


def crossed(selection: Selection, row: Asked | str, column: Asked | str, *, least: int = 0) -> Table:
    """Return the table of two questions, or of one and `channel`, `touchpoint`, `language` or `version`."""
    cells = _counts(selection, row, column)
    rows, columns = _order(row, (r for r, _c in cells)), _order(column, (c for _r, c in cells))
    if least:
        # One way round whatever is asked for, so that a table and the same one lying down say the same.
        if _name(row) > _name(column):
            turned = {(c, r): n for (r, c), n in cells.items()}
            column_groups, row_groups = merged_table(turned, columns, rows, least)
        else:
            row_groups, column_groups = merged_table(cells, rows, columns, least)
    else:
        row_groups, column_groups = _apart(row, rows), _apart(column, columns)
    table = table_of(cells, row_groups, column_groups, is_tested=not _has_several(row, column))
    return replace(table, least=least)


def table_of(
    cells: Mapping[tuple[Any, Any], int], rows: list[Group], columns: list[Group], *, is_tested: bool = True
) -> Table:
    """Return the table of these groups with Wilson intervals and Pearson's chi-square."""
    counts = [[cell(cells, r, c) for c in columns] for r in rows]
    by_row, by_column = [sum(line) for line in counts], [sum(line) for line in zip(*counts, strict=True)]
    total = sum(by_row)
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
    where, values = selection.sql()
    joins, more, names = [], [], []
    for alias, side in (("x", row), ("y", column)):
        if isinstance(side, str):
            if side not in BESIDE:
                raise ValueError(side)
            names.append("r.version_id::text" if side == "version" else f"r.{side}")
        else:
            joins.append(
                f"JOIN surveys_answer {alias} ON {alias}.response_id = r.id AND {alias}.question = %s"
            )
            more.append(side.key)
            names.append(f"{alias}.value::text")
            where += " AND r.version_id = ANY(%s)"
            values = [*values, list(side.together)]
    sql = f"SELECT {', '.join(names)}, count(*) FROM surveys_response r {' '.join(joins)} WHERE {where} GROUP BY 1, 2"
    found: Counter[tuple[Any, Any]] = Counter()
    for x, y, n in ask(sql, [*more, *values]):
        for left in _values(row, x):
            for right in _values(column, y):
                found[left, right] += n
    return found


def _values(side: Asked | str, text: str) -> list[Any]:
    value = text if isinstance(side, str) else json.loads(text)
    return value if isinstance(value, list) else [value]


def _order(side: Asked | str, seen: Any) -> list[Any]:
    found = list(dict.fromkeys(seen))
    if isinstance(side, str):
        return sorted(found)
    known: list[Any] = list(values_of(side.question))
    if side.question.kind == Kind.SCORE:
        low, high = side.question.scale()
        known = [n for n in range(low, high + 1) if n in found]
    return [*known, *sorted((value for value in found if value not in known), key=str)]


def _apart(side: Asked | str, values: list[Any]) -> list[Group]:
    """Return each value as a group of its own; of an NPS detractors, passives and promoters."""
    if not isinstance(side, str) and side.question.metric == Metric.NPS:
        bands = (range(7), range(7, 9), range(9, 11))
        groups = [frozenset(value for value in values if value in band) for band in bands]
        return [group for group in groups if group]
    return [frozenset([value]) for value in values]


def _name(side: Asked | str) -> str:
    return side if isinstance(side, str) else side.key


def _has_several(*sides: Asked | str) -> bool:
    """Tell whether somebody may stand in several cells, which the test does not allow."""
    return any(not isinstance(side, str) and side.question.kind == Kind.MULTIPLE for side in sides)
