"""From questions to their answers: compose, ask, shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
    [result] = answers([question], workspace=workspace)
    return result


def answers(questions: Sequence[Question], *, workspace: Asker) -> list[MetricResult]:
    """Answer several questions at once, in their order. Those that differ in their metrics alone cost as much as one."""
    alike: dict[tuple[Any, ...], list[Question]] = {}
    for question in questions:
        where = (question.period, question.bucket, question.by, question.filters, question.calendar)
        alike.setdefault((question.metric.source.table, *where), []).append(question)
    results: dict[int, MetricResult] = {}
    for together_asked in alike.values():
        found = _read(together_asked, workspace)
        for question, read in zip(together_asked, found, strict=True):
            results[id(question)] = _result(question, read)
    return [results[id(question)] for question in questions]


def _result(question: Question, read: _Read) -> MetricResult:
    metric, found = question.metric, read.cells
    scale = question.scale or _main_scale(metric, found, question.period)
    kept = [cell for cell in found if _is_on(cell, scale)]
    now, before = _sides(question, read.whole or found, scale)
    estimate, estimate_before = _estimate(now), _estimate(before)
    groups = _groups(metric, read.groups, scale)
    return MetricResult(
        metric=metric,
        period=question.period,
        previous_period=read.before_it,
        estimate=estimate,
        before=estimate_before,
        change=change(estimate, estimate_before, direction=metric.direction, minimum=metric.minimum_sample),
        scale=scale,
        other_scales=_other_scales(found, scale, question.period),
        series=tuple(_points(read.cut, kept)),
        groups=groups[:MOST_GROUPS],
        others=_beyond(groups, estimate.n if estimate else 0),
        waiting=now.waiting if isinstance(now, QuantileCell) else 0,
        filters={cut.dimension: cut.values for cut in question.filters},
    )


# Asking


@dataclass(frozen=True)
class _Read:
    """What was read for a question: the cells of each bucket and of the period before in one, and those of its groups.

    Where buckets do not add up (a customer who buys in two months is one customer) both periods are read again, whole.
    """

    cells: list[Cell]
    whole: list[Cell]
    groups: list[Cell]
    cut: Sequence[Period]
    before_it: Period


def _read(questions: Sequence[Question], workspace: Asker) -> list[_Read]:
    """Ask for what questions that differ in their metrics alone need; the metrics of one source add up or do not."""
    first = questions[0]
    period, before_it = first.period, previous(first.period, workspace.timezone)
    start = max(before_it.start, FIRST)
    nothing: list[list[Cell]] = [[] for _question in questions]

    def cells(cut: Sequence[Period]) -> list[list[Cell]]:
        edges = [start, *(bucket.start for bucket in cut or [period])]
        return cells_of(questions, workspace, (start, period.end), edges)

    is_read_again = first.bucket and not first.metric.cell.is_additive
    cut = buckets_of(first, workspace.timezone)
    in_buckets = cells(cut)
    whole = cells([]) if is_read_again else nothing
    groups = nothing
    if first.by:
        groups = cells_of(questions, workspace, (period.start, period.end), [period.start], by=first.by)
    return [_Read(*found, cut, before_it) for found in zip(in_buckets, whole, groups, strict=True)]


# Shaping


def _sides(question: Question, cells: Iterable[Cell], scale: Scale | None) -> tuple[Cell | None, Cell | None]:
    """Return the statistics of the whole period and of the one before."""
    start = _second(question.period.start)
    now: list[Cell] = []
    before: list[Cell] = []
    for cell in cells:
        if _is_on(cell, scale):
            (now if cell.edge >= start else before).append(cell)
    return together(now), together(before)


def _groups(metric: Metric, cells: Iterable[Cell], scale: Scale | None) -> tuple[MetricGroup, ...]:
    """Return the groups: those with enough answers by score, best first, then the small ones by size."""
    groups = [_group(cell, metric) for cell in cells if _is_on(cell, scale) and cell.answers > 0]
    sign = -1 if metric.direction == "higher" else 1
    ranked = sorted(
        (group for group in groups if group.is_ranked), key=lambda g: (sign * (g.value or 0), g.key)
    )
    return (*ranked, *sorted((group for group in groups if not group.is_ranked), key=lambda g: (-g.n, g.key)))


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
