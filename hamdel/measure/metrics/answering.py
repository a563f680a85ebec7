"""From a question to its answer: compose, ask, shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from hamdel.ground.calendar.periods import Period, previous
from hamdel.measure.metrics.asking import MOST_GROUPS, cells_of
from hamdel.measure.metrics.cells import Cell, QuantileCell, Scale, together
from hamdel.measure.metrics.changes import change
from hamdel.measure.metrics.question import FIRST, Asker, Question, buckets_of
from hamdel.measure.metrics.registry import Metric
from hamdel.measure.metrics.results import MetricGroup, MetricPoint, MetricResult, OtherScale
from hamdel.measure.metrics.scores import Estimate


def answer(question: Question, *, workspace: Asker) -> MetricResult:
    """Ask ClickHouse and return the score with its interval, verdict, series and groups.

    AnalyticsUnavailable when ClickHouse is away; QuestionError when the buckets are too many.
    """
    metric, before_it = question.metric, previous(question.period, workspace.timezone)
    cut = buckets_of(question, workspace.timezone)
    found = _cells(question, workspace, before_it, cut)
    scale = question.scale or _main_scale(metric, found, question.period)
    kept = [cell for cell in found if _is_on(cell, scale)]
    now, before = _whole(question, workspace, kept, before_it, scale)
    estimate, estimate_before = _estimate(now), _estimate(before)
    groups = _groups(question, workspace, scale) if question.by else ()
    return MetricResult(
        metric=metric,
        period=question.period,
        previous_period=before_it,
        estimate=estimate,
        before=estimate_before,
        change=change(estimate, estimate_before, direction=metric.direction, minimum=metric.minimum_sample),
        scale=scale,
        other_scales=_other_scales(found, scale, question.period),
        series=tuple(_points(cut, kept)),
        groups=groups[:MOST_GROUPS],
        others=_beyond(groups, estimate.n if estimate else 0),
        waiting=now.waiting if isinstance(now, QuantileCell) else 0,
        filters={cut.dimension: cut.values for cut in question.filters},
    )


# Asking


def _cells(question: Question, workspace: Asker, before_it: Period, cut: Sequence[Period]) -> list[Cell]:
    """Return the statistics of every bucket, and of the period before in one bucket of its own."""
    first = max(before_it.start, FIRST)
    edges = [first, *(bucket.start for bucket in cut or [question.period])]
    return cells_of(question, workspace, (first, question.period.end), edges)


def _whole(
    question: Question, workspace: Asker, cells: Iterable[Cell], before_it: Period, scale: Scale | None
) -> tuple[Cell | None, Cell | None]:
    """Return the statistics of the whole period and of the one before.

    Where buckets do not add up (a customer who buys in two months is one customer) they are asked for anew.
    """
    if question.bucket and not question.metric.cell.is_additive:
        cells = [cell for cell in _cells(question, workspace, before_it, []) if _is_on(cell, scale)]
    start = _second(question.period.start)
    now: list[Cell] = []
    before: list[Cell] = []
    for cell in cells:
        (now if cell.edge >= start else before).append(cell)
    return together(now), together(before)


def _groups(question: Question, workspace: Asker, scale: Scale | None) -> tuple[MetricGroup, ...]:
    """Return the groups: those with enough answers by score, best first, then the small ones by size."""
    metric, period = question.metric, question.period
    cells = cells_of(question, workspace, (period.start, period.end), [period.start], by=question.by)
    groups = [_group(cell, metric) for cell in cells if _is_on(cell, scale) and cell.answers > 0]
    sign = -1 if metric.direction == "higher" else 1
    ranked = sorted(
        (group for group in groups if group.is_ranked), key=lambda g: (sign * (g.value or 0), g.key)
    )
    return (*ranked, *sorted((group for group in groups if not group.is_ranked), key=lambda g: (-g.n, g.key)))


# Shaping


def _main_scale(metric: Metric, cells: Iterable[Cell], period: Period) -> Scale | None:
    """Return the scale most answers of the period were given on, among those the metric may use."""
    if not metric.has_scale:
        return None
    counts: Counter[Scale] = Counter()
    for cell in cells:
        if cell.edge >= _second(period.start) and (not metric.scales or cell.scale in metric.scales):
            counts[cell.scale] += cell.answers
    return max(counts, key=lambda scale: (counts[scale], scale), default=metric.usual_scale)


def _is_on(cell: Cell, scale: Scale | None) -> bool:
    return scale is None or cell.scale == scale


def _other_scales(cells: Iterable[Cell], scale: Scale | None, period: Period) -> tuple[OtherScale, ...]:
    counts: Counter[Scale] = Counter()
    for cell in cells:
        if cell.edge >= _second(period.start) and not _is_on(cell, scale):
            counts[cell.scale] += cell.answers
    return tuple(OtherScale(other, n) for other, n in counts.most_common() if n > 0)


def _points(cut: Iterable[Period], cells: Iterable[Cell]) -> Iterable[MetricPoint]:
    by_edge = {cell.edge: cell for cell in cells}
    for bucket in cut:
        cell = by_edge.get(_second(bucket.start))
        found = _estimate(cell)
        yield MetricPoint(
            start=bucket.start,
            end=bucket.end,
            label=bucket.label,
            value=found.value if found else None,
            n=found.n if found else 0,
            low=found.low if found else None,
            high=found.high if found else None,
        )


def _group(cell: Cell, metric: Metric) -> MetricGroup:
    found = cell.estimate()
    return MetricGroup(
        key=cell.key,
        value=found.value if found else None,
        n=cell.answers,
        low=found.low if found else None,
        high=found.high if found else None,
        is_ranked=cell.answers >= metric.minimum_sample,
    )


def _beyond(groups: Sequence[MetricGroup], n: int) -> int:
    """Return how many answers lie outside the groups shown; a customer may be in several, so never below 0."""
    return max(n - sum(group.n for group in groups[:MOST_GROUPS]), 0) if groups else 0


def _estimate(cell: Cell | None) -> Estimate | None:
    return cell.estimate() if cell else None


def _second(moment: datetime) -> int:
    return int(moment.timestamp())
