"""Columns over time, with whiskers where the value is an estimate."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hamdel.ui.charts import svg
from hamdel.ui.charts.axes import EMPTY_HEIGHT, grid, gutter, message, target_line, time_labels
from hamdel.ui.charts.points import Plot, Point
from hamdel.ui.charts.scale import Scale, fit

# Share of its slot a group of columns takes.
FILLED = 0.68


@dataclass(frozen=True, kw_only=True)
class Columns(Plot):
    """Upright bars side by side, from zero; several series share each place."""

    unit: str = "count"
    height: int = 220

    def svg(self, width: int | None = None) -> SafeString:
        if self.is_empty:
            return svg.canvas(self.title, EMPTY_HEIGHT, message(_("Nothing in this period")), width=width)
        scale = fit(self.values, self.height - 26, 14, self.bounds, from_zero=True, whole=self.counts)
        columns = [
            _column(point, tone, scale, _Slot(place, len(self.labels), order, len(self.series)))
            for order, (tone, series) in enumerate(self.toned)
            for place, point in enumerate(series.points)
            if point.value is not None
        ]
        return svg.canvas(
            self.title,
            self.height,
            grid(scale, self.tick),
            *columns,
            target_line(self.target, scale, self.tick),
            time_labels(self.labels, self.height - 6, centred=True),
            width=width,
            gutter=gutter(scale, self.tick),
        )


@dataclass(frozen=True)
class _Slot:
    """Where a column stands: its place among `places`, and its order among the series of that place."""

    place: int
    places: int
    order: int
    orders: int

    @property
    def width(self) -> float:
        return FILLED / self.places / self.orders

    @property
    def start(self) -> float:
        return (self.place + (1 - FILLED) / 2) / self.places + self.order * self.width


def _column(point: Point, tone: str, scale: Scale, slot: _Slot) -> SafeString:
    top, base = sorted((scale(point.value), scale(0)))
    bar = svg.tag(
        "rect",
        x=svg.percent(slot.start),
        y=top,
        width=svg.percent(slot.width * 0.94),
        height=max(base - top, 1),
        rx=3 if slot.places <= 60 else 0,
        class_=f"chart__bar chart__fill--{tone}",
        fill=svg.INK[tone],
    )
    return svg.join((bar, whisker(point, scale, svg.percent(slot.start + slot.width * 0.47))))


def whisker(point: Point, scale: Scale, x: str) -> SafeString:
    """Draw the interval of a value as an upright line."""
    if not point.has_interval:
        return svg.EMPTY
    return svg.tag(
        "line",
        x1=x,
        x2=x,
        y1=scale(point.low),
        y2=scale(point.high),
        class_="chart__whisker",
        stroke=svg.TEXT,
        stroke_width=1.5,
        stroke_linecap="round",
    )
