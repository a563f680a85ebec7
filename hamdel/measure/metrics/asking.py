"""Asking ClickHouse for the statistics of a metric: from figures by day as far as they hold, from rows after that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hamdel.ground import analytics
from hamdel.measure.metrics.cells import Cell, together
from hamdel.measure.metrics.days import DAYS, ByDay
from hamdel.measure.metrics.open_time import open_time
from hamdel.measure.metrics.orders import Settling, cells_of_orders, last_settling
from hamdel.measure.metrics.question import Asker, Question
from hamdel.measure.metrics.settling import is_start_of_day, settled_until
from hamdel.measure.metrics.sources import CONVERSATIONS, FRESH, ORDERS, PATIENCE, Cut, composed

MOST_GROUPS = 100


def cells_of(
    question: Question,
    workspace: Asker,
    span: tuple[datetime, datetime],
    edges: Sequence[datetime],
    by: str | None = None,
) -> list[Cell]:
    """Return the statistics of a span of time, cut at `edges` and by a dimension; the largest groups if too many."""
    asking = _Asking(question, workspace, span, edges, Cut(by) if by else None)
    if settling := asking.settling_of_orders():
        return asking.of_orders(settling)
    settled = asking.settled_until()
    if settled == span[0] or asking.by_day is None or asking.by_day.is_joined:
        return asking.of_rows(settled)
    cells = asking.of_days(asking.by_day, settled)
    if settled < span[1]:
        cells = _summed([*cells, *asking.of_rows(settled)])
    return asking.largest(cells)


@dataclass(frozen=True)
class _Asking:
    question: Question
    workspace: Asker
    span: tuple[datetime, datetime]
    edges: Sequence[datetime]
    by: Cut | None

    @property
    def by_day(self) -> ByDay | None:
        """Return the table of days that could answer: for cuts it keeps, and edges between days."""
        source = self.question.metric.source
        found = DAYS.get(source.table)
        cuts = [*self.question.filters, *([self.by] if self.by else [])]
        moments = {self.span[0], *self.edges}
        is_by_day = all(is_start_of_day(moment, self.workspace.timezone) for moment in moments)
        return found if found and is_by_day and found.fits(source, cuts) else None

    def settled_until(self) -> datetime:
        if self.by_day is None:
            return self.span[0]
        return settled_until(self.question.metric.source.table, self.workspace, *self.span)

    def settling_of_orders(self) -> Settling | None:
        """Return the settling of orders that could answer: of all orders of a customer, not of some."""
        if self.question.metric.source is not ORDERS or self.by or self.question.filters:
            return None
        last = last_settling(self.workspace)
        return last if last and last.helps else None

    def of_orders(self, settling: Settling) -> list[Cell]:
        start, end = self.span
        name = f"metrics/{self.question.metric.key}/orders"
        edges = [int(edge.timestamp()) for edge in self.edges]
        return [*cells_of_orders(name, self.workspace, settling, start=start, end=end, edges=edges)]

    def of_days(self, by_day: ByDay, until: datetime) -> list[Cell]:
        metric = self.question.metric
        sql, bound = by_day.asked(
            metric.source, metric.statistics.of_days, by=self.by, filters=self.question.filters
        )
        return self._asked("days", sql, bound | self._days(until))

    def of_rows(self, since: datetime) -> list[Cell]:
        """Return the cells of the rows since then; a quantile takes the waits of the settled days along."""
        metric, joined = self.question.metric, ""
        if self.by_day and self.by_day.is_joined and since > self.span[0]:
            joined, _bound = self.by_day.asked(metric.source, "", by=self.by, filters=self.question.filters)
        sql, bound = composed(
            metric.source,
            metric.statistics.of_rows,
            by=self.by,
            filters=self.question.filters,
            settled=joined,
            is_all_settled=bool(joined) and since == self.span[1],
        )
        if self.by and (joined or since == self.span[0]):
            # Twice as many as are shown, because one group may come on two scales.
            sql += f"ORDER BY {metric.cell.weight} DESC, key LIMIT {2 * MOST_GROUPS}"
        return self._asked(
            "groups" if self.by else "series", sql, bound | self._days(since) | {"start": since}
        )

    def largest(self, cells: list[Cell]) -> list[Cell]:
        if self.by is None:
            return cells
        return sorted(cells, key=lambda cell: (-cell.answers, cell.key))[: 2 * MOST_GROUPS]

    def _days(self, until: datetime) -> dict[str, object]:
        table = self.question.metric.source.table
        figures = self.by_day.figures(table, self.workspace) if self.by_day else ""
        return {"from_day": self.span[0], "to_day": until, "figures": figures}

    def _open_time(self) -> dict[str, list[int]]:
        if self.question.metric.source is not CONVERSATIONS:
            return {}
        start, end = self.span
        return open_time(self.workspace, start, end + timedelta(seconds=PATIENCE)).parameters

    def _asked(self, what: str, sql: str, bound: dict[str, object]) -> list[Cell]:
        metric = self.question.metric
        params: dict[str, object] = {
            "start": self.span[0],
            "end": self.span[1],
            "edges": [int(edge.timestamp()) for edge in self.edges],
            "kind": metric.kind,
            "usual_low": metric.usual_scale[0],
            "usual_high": metric.usual_scale[1],
            "patience": PATIENCE,
            "fresh": FRESH,
            **self._open_time(),
        }
        name = f"metrics/{metric.key}/{what}"
        return analytics.ask_rendered(name, sql, metric.cell, workspace=self.workspace, params=params | bound)


def _summed(cells: Iterable[Cell]) -> list[Cell]:
    """Return one cell for each place: bucket, group and scale."""
    places: dict[tuple[int, str, float, float], list[Cell]] = {}
    for cell in cells:
        places.setdefault((cell.edge, cell.key, *cell.scale), []).append(cell)
    return [whole for found in places.values() if (whole := together(found))]
