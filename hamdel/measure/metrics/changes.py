"""Whether a score has moved, or only seems to have."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from hamdel.measure.metrics.scores import CONFIDENCE, Estimate
from hamdel.measure.metrics.student import normal_quantile, t_quantile

_TWO_SIDED = (1 + CONFIDENCE) / 2
# From here on t and z differ by less than a thousandth.
_LARGE = 2000


class Verdict(StrEnum):
    UP = "up"
    DOWN = "down"
    NO_EVIDENCE = "no_evidence"
    TOO_FEW = "too_few"


class Direction(StrEnum):
    """Which way is better for the company."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True)
class Change:
    """How a score differs from the one before, in the metric's unit.

    `better` is None where nothing can be said. `low` and `high` enclose the true difference.
    """

    verdict: Verdict
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    better: bool | None = None


def change(
    now: Estimate | None,
    before: Estimate | None,
    *,
    direction: Direction = Direction.HIGHER,
    minimum: int = 0,
) -> Change:
    """Judge a change from two independent estimates; too few answers on either side give no judgement.

    The interval of the difference comes from the two intervals (MOVER, Zou and Donner 2008; for shares it is
    Newcombe's 1998 score interval, for large samples the z test), widened by t/z of the smaller sample, since
    few answers do not know their own spread. The score moved when it leaves out zero.
    """
    if now is None or before is None:
        return Change(Verdict.TOO_FEW)
    difference = now.value - before.value
    reach = _reach(now, before)
    if min(now.n, before.n) < minimum or reach is None:
        return Change(Verdict.TOO_FEW, difference)
    low, high = difference - reach[0], difference + reach[1]
    if low <= 0 <= high:
        return Change(Verdict.NO_EVIDENCE, difference, low, high)
    rose = low > 0
    better = rose == (direction == Direction.HIGHER)
    return Change(Verdict.UP if rose else Verdict.DOWN, difference, low, high, better)


def _reach(now: Estimate, before: Estimate) -> tuple[float, float] | None:
    """Return how far the difference may lie below and above the one seen."""
    if now.low is None or now.high is None or before.low is None or before.high is None:
        return None
    wider = _widening(min(now.n, before.n) - 1)
    below = math.hypot(now.value - now.low, before.high - before.value)
    above = math.hypot(now.high - now.value, before.value - before.low)
    return below * wider, above * wider


def _widening(freedom: int) -> float:
    if freedom > _LARGE:
        return 1.0
    return t_quantile(_TWO_SIDED, max(freedom, 1)) / normal_quantile(_TWO_SIDED)
