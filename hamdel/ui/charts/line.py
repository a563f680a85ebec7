"""Lines over time, each with the band its true value lies in."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hamdel.ui.charts import svg
from hamdel.ui.charts.axes import EMPTY_HEIGHT, across, grid, gutter, message, target_line, time_labels
from hamdel.ui.charts.points import Plot, Point, Series
from hamdel.ui.charts.scale import Scale, fit

# Up to this many points each gets its dot; more would be a caterpillar.
DOTS = 31


@dataclass(frozen=True, kw_only=True)
class Line(Plot):
    """A line per series; gaps stay gaps, a lonely point is a dot."""

    height: int = 240

    def svg(self, width: int | None = None) -> SafeString:
        bottom = self.height - 26
        if self.is_empty:
            return svg.canvas(self.title, EMPTY_HEIGHT, message(_("No answers in this period")), width=width)
        scale = fit(self.values, bottom, 14, self.bounds, whole=self.counts)
        drawn = [_drawn(series, tone, scale) for tone, series in self.toned]
        return svg.canvas(
            self.title,
            self.height,
            grid(scale, self.tick),
            target_line(self.target, scale, self.tick),
            svg.stretched(
                self.height, *[band for band, _line, _dots in drawn], *[line for _band, line, _dots in drawn]
            ),
            *[dots for _band, _line, dots in drawn],
            time_labels(self.labels, self.height - 6),
            width=width,
            gutter=gutter(scale, self.tick),
        )


def _drawn(series: Series, tone: str, scale: Scale) -> tuple[SafeString, SafeString, SafeString]:
    """Return band, line and dots of a series."""
    count = len(series.points)
    bands, lines, dots = [], [], []
    for run in _runs(series.points):
        # With intervals the band must break where an interval is missing, the line need not.
        bands += [
            _band([(across(i, count), series.points[i]) for i in part], scale)
            for part in _runs(series.points, run, needs_interval=True)
        ]
        places = [(1000 * across(i, count), scale(series.points[i].value)) for i in run]
        lines += [svg.path(places)] if len(places) > 1 else []
        if count <= DOTS or len(places) == 1:
            dots += places
    ink = svg.INK[tone]
    return (
        svg.tag(
            "path", d="".join(bands), class_=f"chart__band chart__fill--{tone}", fill=ink, fill_opacity=0.14
        )
        if bands
        else svg.EMPTY,
        svg.tag(
            "path",
            d="".join(lines),
            class_=f"chart__line chart__stroke--{tone}",
            fill="none",
            stroke=ink,
            stroke_width=2.25,
            stroke_linejoin="round",
            stroke_linecap="round",
            vector_effect="non-scaling-stroke",
        )
        if lines
        else svg.EMPTY,
        svg.join(
            svg.tag(
                "circle",
                cx=svg.percent(x / 1000),
                cy=y,
                r=3,
                class_=f"chart__dot chart__fill--{tone}",
                fill=ink,
            )
            for x, y in dots
        ),
    )


def _runs(
    points: tuple[Point, ...], places: list[int] | None = None, *, needs_interval: bool = False
) -> list[list[int]]:
    """Return the stretches of neighbouring places that have a value (or an interval)."""

    def there(place: int) -> bool:
        return points[place].has_interval if needs_interval else points[place].value is not None

    runs = groupby(range(len(points)) if places is None else places, key=there)
    return [list(run) for is_there, run in runs if is_there]


def _band(run: list[tuple[float, Point]], scale: Scale) -> str:
    """Return the outline of the interval along a run; a single point's band is a sliver one can still see."""
    if len(run) == 1:
        x, point = run[0]
        run = [(x - 0.004, point), (x + 0.004, point)]
    upper = [(1000 * x, scale(p.high)) for x, p in run]
    lower = [(1000 * x, scale(p.low)) for x, p in reversed(run)]
    return svg.path(upper + lower) + "Z"
