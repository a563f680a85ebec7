"""Asking ClickHouse for the statistics of metrics: from figures by day as far as they hold, from rows after that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hamdel.ground import analytics
from hamdel.measure.metrics.cells import Cell, together
from hamdel.measure.metrics.days import DAYS, ByDay
from hamdel.measure.metrics.open_time import open_time
from hamdel.measure.metrics.orders import Settling, cells_of_orders, last_settling
from hamdel.measure.metrics.question import Asker, Question
from hamdel.measure.metrics.registry import Metric, usual_scales
from hamdel.measure.metrics.settling import is_start_of_day, settled_until
from hamdel.measure.metrics.sources import (
    CONVERSATIONS,
    FRESH,
    ORDERS,
    PATIENCE,
    Cut,
    Source,
    composed,
)

MOST_GROUPS = 100


def cells_of(
    questions: Sequence[Question],
    workspace: Asker,
    span: tuple[datetime, datetime],
    edges: Sequence[datetime],
    by: str | None = None,
) -> list[list[Cell]]:
    """Return for each question the statistics of a span of time, cut at `edges` and by a dimension.

    The questions differ in their metrics alone, and these are of one source: they are asked as one, because asking
    costs more than counting does. Of too many groups the largest are returned.
    """
    first = questions[0]
    metrics = tuple(question.metric for question in questions)
    asking = _Asking(metrics, first.filters, workspace, span, edges, Cut(by) if by else None)
    if settling := asking.settling_of_orders():
        return [asking.of_orders(metric, settling) for metric in metrics]
    settled = asking.settled_until()
    if settled == span[0] or asking.by_day is None or asking.by_day.is_joined:
        return asking.of_rows(settled)
    found = asking.of_days(asking.by_day, settled)
    if settled < span[1]:
        later = asking.of_rows(settled)
        found = [_summed([*days, *rows]) for days, rows in zip(found, later, strict=True)]
    return [asking.largest(cells) for cells in found]


@dataclass(frozen=True)
class _Asking:
    metrics: tuple[Metric, ...]
    filters: tuple[Cut, ...]
    workspace: Asker
    span: tuple[datetime, datetime]
    edges: Sequence[datetime]
    by: Cut | None

    @property
    def source(self) -> Source:
        return self.metrics[0].source

    @property
    def by_day(self) -> ByDay | None:
        """Return the table of days that could answer: for cuts it keeps, and edges between days."""
        found = DAYS.get(self.source.table)
        cuts = [*self.filters, *([self.by] if self.by else [])]
        moments = {self.span[0], *self.edges}
        is_by_day = all(is_start_of_day(moment, self.workspace.timezone) for moment in moments)
        return found if found and is_by_day and found.fits(self.source, cuts) else None

    def settled_until(self) -> datetime:
        if self.by_day is None:
            return self.span[0]
        return settled_until(self.source.table, self.workspace, *self.span)

    def settling_of_orders(self) -> Settling | None:
        """Return the settling of orders that could answer: of all orders of a customer, not of some."""
        if self.source is not ORDERS or self.by or self.filters:
            return None
        last = last_settling(self.workspace)
        return last if last and last.helps else None

    def of_orders(self, metric: Metric, settling: Settling) -> list[Cell]:
        start, end = self.span
        name = f"metrics/{metric.key}/orders"
        edges = [int(edge.timestamp()) for edge in self.edges]
        return [*cells_of_orders(name, self.workspace, settling, start=start, end=end, edges=edges)]

    def of_days(self, by_day: ByDay, until: datetime) -> list[list[Cell]]:
        columns = _columns(metric.statistics.of_days for metric in self.metrics)
        sql, bound = by_day.asked(self.source, columns, by=self.by, filters=self.filters)
        return self._asked("days", sql, bound | self._days(until))

    def of_rows(self, since: datetime) -> list[list[Cell]]:
        """Return the cells of the rows since then; a quantile takes the waits of the settled days along."""
        joined = ""
        if self.by_day and self.by_day.is_joined and since > self.span[0]:
            joined, _bound = self.by_day.asked(self.source, "", by=self.by, filters=self.filters)
        sql, bound = composed(
            self.source,
            _columns(metric.statistics.of_rows for metric in self.metrics),
            by=self.by,
            filters=self.filters,
            settled=joined,
            is_all_settled=bool(joined) and since == self.span[1],
        )
        if self.by and (joined or since == self.span[0]):
            weight = " + ".join(_column(0, field) for field in self.metrics[0].cell.weight)
            # Twice as many as are shown, because one group may come on two scales.
            sql += f"ORDER BY {weight} DESC, key LIMIT {2 * MOST_GROUPS} BY kind"
        return self._asked(
            "groups" if self.by else "series", sql, bound | self._days(since) | {"start": since}
        )

    def largest(self, cells: list[Cell]) -> list[Cell]:
        if self.by is None:
            return cells
        return sorted(cells, key=lambda cell: (-cell.answers, cell.key))[: 2 * MOST_GROUPS]

    def _days(self, until: datetime) -> dict[str, object]:
        figures = self.by_day.figures(self.source.table, self.workspace) if self.by_day else ""
        return {"from_day": self.span[0], "to_day": until, "figures": figures}

    def _open_time(self) -> dict[str, list[int]]:
        if self.source is not CONVERSATIONS:
            return {}
        start, end = self.span
        return open_time(self.workspace, start, end + timedelta(seconds=PATIENCE)).parameters

    def _asked(self, what: str, sql: str, bound: dict[str, object]) -> list[list[Cell]]:
        params: dict[str, object] = {
            "start": self.span[0],
            "end": self.span[1],
            "edges": [int(edge.timestamp()) for edge in self.edges],
            "patience": PATIENCE,
            "fresh": FRESH,
            **usual_scales(self.metrics),
            **self._open_time(),
        }
        name = f"metrics/{'+'.join(metric.key for metric in self.metrics)}/{what}"
        rows = analytics.ask_rendered(name, sql, None, workspace=self.workspace, params=params | bound)
        return [
            [_cell(metric, place, row) for row in rows if row["kind"] == metric.kind]
            for place, metric in enumerate(self.metrics)
        ]


def _columns(asked: Iterable[Mapping[str, str]]) -> str:
    """Return the columns of several metrics side by side."""
    return ",\n    ".join(
        f"{sql} AS {_column(place, field)}"
        for place, statistics in enumerate(asked)
        for field, sql in statistics.items()
    )


def _column(place: int, field: str) -> str:
    return f"of_{place}_{field}"


def _cell(metric: Metric, place: int, row: Mapping[str, Any]) -> Cell:
    where = (row["edge"], row["key"], row["scale_low"], row["scale_high"])
    return metric.cell(*where, *(row[_column(place, field)] for field in metric.cell.statistics()))


def _summed(cells: Iterable[Cell]) -> list[Cell]:
    """Return one cell for each place: bucket, group and scale."""
    places: dict[tuple[int, str, float, float], list[Cell]] = {}
    for cell in cells:
        places.setdefault((cell.edge, cell.key, *cell.scale), []).append(cell)
    return [whole for found in places.values() if (whole := together(found))]
