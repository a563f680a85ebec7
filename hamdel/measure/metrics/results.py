"""The answer to a question about a metric."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hamdel.ground.calendar.periods import Period
from hamdel.measure.metrics.cells import Scale
from hamdel.measure.metrics.changes import Change, Verdict
from hamdel.measure.metrics.registry import Metric
from hamdel.measure.metrics.scores import Estimate


@dataclass(frozen=True)
class MetricPoint:
    """The score of one bucket of time; `value` is None where nobody answered."""

    start: datetime
    end: datetime
    label: str
    value: float | None
    n: int
    low: float | None
    high: float | None


@dataclass(frozen=True)
class MetricGroup:
    """The score of one group. Below the minimum sample it is shown but not ranked."""

    key: str
    value: float | None
    n: int
    low: float | None
    high: float | None
    is_ranked: bool


@dataclass(frozen=True)
class OtherScale:
    """Answers left out because they were given on another scale."""

    scale: Scale
    n: int


@dataclass(frozen=True)
class MetricResult:
    """A metric's score over a period, how sure it is, and what became of it since the period before.

    `value`, `low` and `high` are in `metric.unit`; None means no value, never zero. `before` is the estimate of
    the period of equal length that ends where this one begins. `others` are the answers of groups beyond those
    listed. `waiting` are conversations without a reply.
    """

    metric: Metric
    period: Period
    previous_period: Period
    estimate: Estimate | None
    before: Estimate | None
    change: Change
    scale: Scale | None = None
    other_scales: tuple[OtherScale, ...] = ()
    series: tuple[MetricPoint, ...] = ()
    groups: tuple[MetricGroup, ...] = ()
    others: int = 0
    waiting: int = 0
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def value(self) -> float | None:
        return self.estimate.value if self.estimate else None

    @property
    def n(self) -> int:
        return self.estimate.n if self.estimate else 0

    @property
    def low(self) -> float | None:
        return self.estimate.low if self.estimate else None

    @property
    def high(self) -> float | None:
        return self.estimate.high if self.estimate else None

    @property
    def verdict(self) -> Verdict:
        return self.change.verdict

    @property
    def minimum_sample(self) -> int:
        return self.metric.minimum_sample

    @property
    def is_mixed(self) -> bool:
        """Tell whether answers on other scales were left out."""
        return bool(self.other_scales)

    def as_json(self) -> dict[str, Any]:
        """Return the answer as the public API gives it: plain values, moments in ISO 8601 UTC."""
        return {
            "metric": self.metric.key,
            "label": str(self.metric.label),
            "unit": str(self.metric.unit),
            "direction": str(self.metric.direction),
            "from": _iso(self.period.start),
            "to": _iso(self.period.end),
            "period": self.period.label,
            "value": self.value,
            "n": self.n,
            "low": self.low,
            "high": self.high,
            "verdict": str(self.verdict),
            "better": self.change.better,
            "difference": self.change.difference,
            "previous": _previous(self),
            "minimum_sample": self.minimum_sample,
            "interval": str(self.metric.interval),
            "rule": str(self.metric.rule),
            "scale": list(self.scale) if self.scale else None,
            "other_scales": [{"scale": list(other.scale), "n": other.n} for other in self.other_scales],
            "waiting": self.waiting,
            "series": [_point(point) for point in self.series],
            "groups": [_group(group) for group in self.groups],
            "others": self.others,
        }


def _previous(result: MetricResult) -> dict[str, Any]:
    before = result.before
    return {
        "from": _iso(result.previous_period.start),
        "to": _iso(result.previous_period.end),
        "value": before.value if before else None,
        "n": before.n if before else 0,
    }


def _point(point: MetricPoint) -> dict[str, Any]:
    return {
        "from": _iso(point.start),
        "to": _iso(point.end),
        "label": point.label,
        "value": point.value,
        "n": point.n,
        "low": point.low,
        "high": point.high,
    }


def _group(group: MetricGroup) -> dict[str, Any]:
    return {
        "key": group.key,
        "value": group.value,
        "n": group.n,
        "low": group.low,
        "high": group.high,
        "is_ranked": group.is_ranked,
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
