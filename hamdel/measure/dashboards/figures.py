"""From a metric's answer to charts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hamdel.ground.calendar.days import Unit
from hamdel.measure.dashboards.queries import Given
from hamdel.measure.metrics.results import MetricGroup, MetricPoint, MetricResult
from hamdel.ui import formats
from hamdel.ui.charts import Bars, Distribution, Line, Part, Point, Series
from hamdel.ui.score import written

MOST_BARS = 8


def course_of(result: MetricResult, unit: str, *, height: int = 240) -> Line:
    """Return a score over time, in units such as "week", with the band of its interval."""
    points = tuple(_point(_when(point, unit), point) for point in result.series)
    return Line(
        title=_("%(metric)s over time") % {"metric": result.metric.label},
        unit=str(result.metric.unit),
        series=(Series(str(result.metric.label), points),),
        note=_note(unit) if any(point.has_interval for point in points) else "",
        height=height,
    )


def _when(point: MetricPoint, unit: str) -> str:
    """Write a bucket short enough to stand below a chart: a week by its first day, days without their year."""
    return formats.day(point.start, year=False) if unit in {Unit.DAY, Unit.WEEK} else point.label


def _note(unit: str) -> str:
    band = _("Band: 95% interval")
    return f"{band} · {_('weeks by their first day')}" if unit == Unit.WEEK else band


def spark_of(result: MetricResult) -> list[float | None]:
    """Return the values of a sparkline; empty where a single one would only pretend to be a course."""
    values = [point.value for point in result.series]
    return values if sum(value is not None for value in values) > 1 else []


@dataclass(frozen=True)
class LoneGroup:
    """A group that stands by itself, too small to be ranked or the only one, in the shape `{% score %}` draws."""

    value: float | None
    n: int
    low: float | None
    high: float | None
    unit: str
    scale: tuple[float, float] | None

    @classmethod
    def of(cls, group: MetricGroup, result: MetricResult) -> LoneGroup:
        return cls(group.value, group.n, group.low, group.high, str(result.metric.unit), result.scale)


@dataclass(frozen=True)
class Comparison:
    """Groups side by side: those that can be ranked as bars, the small ones apart, unranked."""

    bars: Bars
    ranked: tuple[MetricGroup, ...]
    small: tuple[tuple[str, LoneGroup], ...]
    hidden: int = 0
    # The only group that could be ranked: a bar beside no other compares nothing.
    only: tuple[str, LoneGroup] | None = None


def comparison_of(result: MetricResult, named: Callable[[str], str], *, most: int = MOST_BARS) -> Comparison:
    """Return the groups of a result, which come best first, as bars with whiskers.

    Of more than `most` the middle is left out: the best and the worst tell what to look at.
    """
    ranked = [group for group in result.groups if group.is_ranked and group.value is not None]
    shown = ranked if len(ranked) <= most else [*ranked[: most // 2], *ranked[-(most - most // 2) :]]
    points = tuple(_point(named(group.key), group) for group in shown)
    small = tuple((named(g.key), LoneGroup.of(g, result)) for g in result.groups if not g.is_ranked)
    bars = Bars(
        title=str(result.metric.label),
        unit=str(result.metric.unit),
        series=(Series(str(result.metric.label), points),),
        bounds=_bounds(result),
    )
    only = (named(shown[0].key), LoneGroup.of(shown[0], result)) if len(shown) == 1 else None
    return Comparison(bars, tuple(shown), small[:most], len(ranked) - len(shown), only)


@dataclass(frozen=True)
class TableRow:
    """A group in figures, as they are copied into a spreadsheet."""

    label: str
    value: str
    low: str
    high: str
    n: str
    is_ranked: bool


def table_row(label: str, group: MetricGroup, result: MetricResult) -> TableRow:
    value, low, high = (
        written(number, str(result.metric.unit)) for number in (group.value, group.low, group.high)
    )
    return TableRow(label, value, low, high, formats.number(group.n), group.is_ranked)


def spread_of(title: str, given: Iterable[Given]) -> Distribution:
    """Return detractors, passives and promoters of NPS answers as one bar."""
    counts = {row.score: row.answers for row in given}
    parts = (
        (_("Detractors"), range(7), "bad"),
        (_("Passives"), range(7, 9), "plain"),
        (_("Promoters"), range(9, 11), "good"),
    )
    return Distribution(
        title=title,
        parts=tuple(
            Part(label, sum(counts.get(score, 0) for score in scores), tone) for label, scores, tone in parts
        ),
    )


@dataclass(frozen=True)
class Step:
    """One place of a scale in a histogram: `share` is its height in percent of the tallest."""

    score: str
    answers: int
    share: float
    tone: str
    words: str


def steps_of(given: Sequence[Given]) -> list[Step]:
    """Return a histogram of the scores 0 to 10; empty without answers."""
    counts = {row.score: row.answers for row in given}
    tallest = max(counts.values(), default=0)
    if not tallest:
        return []
    return [_step(score, counts.get(score, 0), tallest) for score in range(11)]


def _step(score: int, answers: int, tallest: int) -> Step:
    tone = "bad" if score <= 6 else "plain" if score <= 8 else "good"
    counted = ngettext("%(n)s answer", "%(n)s answers", answers) % {"n": formats.number(answers)}
    return Step(formats.number(score), answers, round(100 * answers / tallest, 1), tone, counted)


def _point(label: str, source: MetricPoint | MetricGroup) -> Point:
    return Point(label, source.value, source.low, source.high, source.n)


def _bounds(result: MetricResult) -> tuple[float, float] | None:
    """Return the ends a bar may reach, so that its length can be read by itself; None lets the values decide."""
    if result.metric.unit == "percent":
        return 0, 100
    return (0, result.scale[1]) if result.metric.unit == "score" and result.scale else None
