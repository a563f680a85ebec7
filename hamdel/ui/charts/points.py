"""What charts are made from: points with labels that are already words, in series, and the table behind."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hamdel.ui import formats
from hamdel.ui.score import written

TONES = ("one", "two", "three", "four", "five")


def finite(value: float | None) -> float | None:
    """Return the value, or None where it is none: NaN and infinity are gaps, never places on paper."""
    return None if value is None or not math.isfinite(value) else float(value)


@dataclass(frozen=True)
class Point:
    """One place of a series. `label` is shown as it is; a `value` of None is a gap; `low` and `high` its interval."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None

    def __post_init__(self) -> None:
        for name in ("value", "low", "high"):
            object.__setattr__(self, name, finite(getattr(self, name)))

    @property
    def has_interval(self) -> bool:
        return self.value is not None and self.low is not None and self.high is not None


@dataclass(frozen=True)
class Series:
    """Points that belong together. `tone` picks the colour: one to five, or good, bad, plain."""

    label: str
    points: tuple[Point, ...]
    tone: str = ""

    @property
    def values(self) -> list[float]:
        """Return every number the drawing must have room for."""
        return [
            v for p in self.points for v in (p.value, p.low, p.high) if v is not None and p.value is not None
        ]


@dataclass(frozen=True)
class Table:
    """The numbers of a chart, for whoever does not look at it."""

    head: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A chart: its title is read aloud, `unit` writes its numbers, `note` stands below it."""

    title: str
    unit: str = "points"
    note: str = ""

    def svg(self, width: int | None = None) -> SafeString:
        """Draw the chart, as wide as its place on a page, or `width` pixels for a PDF or an e-mail."""
        raise NotImplementedError

    def table(self) -> Table:
        raise NotImplementedError

    @property
    def legend(self) -> list[tuple[str, str]]:
        """Return (tone, label) of what colours mean; empty where nothing needs telling apart."""
        return []

    @property
    def is_empty(self) -> bool:
        return False

    def written(self, value: float | None) -> str:
        return written(value, self.unit)

    def tick(self, value: float) -> str:
        """Write a round number of the scale, without the decimals a result is worth."""
        if self.unit == "seconds":
            return formats.duration(value)
        return formats.percent(value, None) if self.unit == "percent" else formats.tick(value)


@dataclass(frozen=True, kw_only=True)
class Plot(Figure):
    """A chart of series over the same places. `bounds` fixes the ends of the scale, `target` draws a line."""

    series: tuple[Series, ...]
    bounds: tuple[float, float] | None = None
    target: float | None = None

    @property
    def toned(self) -> list[tuple[str, Series]]:
        return [(s.tone or TONES[i % len(TONES)], s) for i, s in enumerate(self.series)]

    @property
    def legend(self) -> list[tuple[str, str]]:
        return [(tone, s.label) for tone, s in self.toned] if len(self.series) > 1 else []

    @property
    def labels(self) -> list[str]:
        longest = max(self.series, key=lambda s: len(s.points), default=None)
        return [point.label for point in longest.points] if longest else []

    @property
    def values(self) -> list[float]:
        target = [] if self.target is None else [self.target]
        return [value for series in self.series for value in series.values] + target

    @property
    def counts(self) -> bool:
        """Tell whether things are counted here, so that no tick lies between two numbers."""
        return self.unit == "count" and all(value % 1 == 0 for value in self.values)

    @property
    def is_empty(self) -> bool:
        return not any(series.values for series in self.series)

    def table(self) -> Table:
        head = [""]
        for series in self.series:
            head.append(series.label)
            head += [_("Interval")] if _has_intervals(series) else []
            head += [_("Answers")] if _has_counts(series) else []
        rows = [[label, *self._cells(place)] for place, label in enumerate(self.labels)]
        return Table(head, rows)

    def _cells(self, place: int) -> list[str]:
        cells = []
        for series in self.series:
            point = series.points[place] if place < len(series.points) else Point("", None)
            cells.append(self.written(point.value))
            if _has_intervals(series):
                cells.append(self._interval(point))
            if _has_counts(series):
                cells.append(formats.number(point.n))
        return cells

    def _interval(self, point: Point) -> str:
        if not point.has_interval:
            return formats.NOTHING
        return _("%(low)s to %(high)s") % {"low": self.written(point.low), "high": self.written(point.high)}


def _has_intervals(series: Series) -> bool:
    return any(point.has_interval for point in series.points)


def _has_counts(series: Series) -> bool:
    return any(point.n is not None for point in series.points)
