"""Lying bars, one for each thing that is compared, with whiskers."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hamdel.ui import formats
from hamdel.ui.charts import svg
from hamdel.ui.charts.axes import EMPTY_HEIGHT, message
from hamdel.ui.charts.points import Plot, Point
from hamdel.ui.charts.scale import Scale, fit
from hamdel.ui.score import answers

ROW, BAR = 46, 8
# Letters of a name that fit beside its value on a phone; the table has all of them.
NAME = 34
# Keeps a negative value and the count after it from being read as one run of figures.
_RIGHT_TO_LEFT = "\u200f"


@dataclass(frozen=True, kw_only=True)
class Bars(Plot):
    """One series by name rather than by time. Names and bars begin where reading begins: right in Persian."""

    def svg(self, width: int | None = None) -> SafeString:
        points = self.series[0].points if self.series else ()
        if not points:
            return svg.canvas(self.title, EMPTY_HEIGHT, message(_("Nothing to compare yet")), width=width)
        is_rtl = formats.language() == "fa"
        scale = fit(self.values, 1 if is_rtl else 0, 0 if is_rtl else 1, self.bounds, from_zero=True)
        tone = self.toned[0][0]
        rows = [_row(self, point, tone, scale, ROW * place) for place, point in enumerate(points)]
        return svg.canvas(self.title, ROW * len(points), *rows, width=width)


def _row(chart: Bars, point: Point, tone: str, scale: Scale, y: float) -> SafeString:
    begin, finish = ("100%", "0") if scale.start > scale.end else ("0", "100%")
    near, far = ("end", "start") if scale.start > scale.end else ("start", "end")
    value = chart.written(point.value)
    if point.n is not None:
        mark = _RIGHT_TO_LEFT if formats.language() == "fa" else ""
        value = f"{value}{mark} · {_counted(point)}"
    name = point.label if len(point.label) <= NAME else f"{point.label[: NAME - 1].rstrip()}…"
    return svg.tag(
        "g",
        svg.words(name, begin, y + 16, anchor=near, size=13, ink=svg.TEXT, style="chart__name"),
        svg.words(value, finish, y + 16, anchor=far, size=12, style="chart__value"),
        svg.tag(
            "rect",
            x="0",
            y=y + 25,
            width="100%",
            height=BAR,
            rx=BAR / 2,
            class_="chart__track",
            fill=svg.GRID,
            fill_opacity=0.55,
        ),
        _bar(point, tone, scale, y + 25),
        _base(scale, y + 22),
        _whisker(point, scale, y + 25 + BAR / 2),
    )


def _counted(point: Point) -> str:
    """Say how many; where there is a value, answers there are, and nobody gave this one."""
    if point.n == 0 and point.value is not None:
        return _("0 answers")
    return answers(point.n or 0)


def _bar(point: Point, tone: str, scale: Scale, y: float) -> SafeString:
    if point.value is None:
        return svg.EMPTY
    start, end = sorted((scale(0), scale(point.value)))
    return svg.tag(
        "rect",
        x=svg.percent(start),
        y=y,
        width=svg.percent(max(end - start, 0.004)),
        height=BAR,
        rx=BAR / 2,
        class_=f"chart__bar chart__fill--{'bad' if point.value < 0 else tone}",
        fill=svg.INK["bad" if point.value < 0 else tone],
    )


def _base(scale: Scale, y: float) -> SafeString:
    """Mark zero where bars go both ways."""
    if not scale.low < 0 < scale.high:
        return svg.EMPTY
    x = svg.percent(scale(0))
    return svg.tag("line", x1=x, x2=x, y1=y, y2=y + BAR + 6, class_="chart__grid--base", stroke=svg.FAINT)


def _whisker(point: Point, scale: Scale, y: float) -> SafeString:
    if not point.has_interval:
        return svg.EMPTY
    return svg.tag(
        "line",
        x1=svg.percent(scale(point.low)),
        x2=svg.percent(scale(point.high)),
        y1=y,
        y2=y,
        class_="chart__whisker",
        stroke=svg.TEXT,
        stroke_width=1.5,
        stroke_linecap="round",
    )
