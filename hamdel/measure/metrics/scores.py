"""What a score is and how far to trust it: pure statistics over counts and sums.

Every function answers None for no answers: nobody asked is not the same as a score of nought. Intervals are
two-sided and hold the true value in 95 of 100 cases unless another confidence is given. They take answers to
be independent: a customer who answers often counts as several.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from hamdel.measure.metrics.student import normal_quantile, quantile_ranks, t_quantile

CONFIDENCE = 0.95
# Answers added before reckoning how sure we are; see `nps` and `mean`.
_ENDS_ADDED = 0.75
_MIDDLE_ADDED = 1.5


@dataclass(frozen=True)
class Estimate:
    """A score with the interval that holds the true one, in the metric's unit, from n answers.

    `low` and `high` are None when the sample is too small for any interval.
    """

    value: float
    low: float | None
    high: float | None
    n: int


def nps_value(promoters: int, passives: int, detractors: int) -> float | None:
    """Return share of promoters (9–10) less share of detractors (0–6), −100 to 100 (Reichheld 2003)."""
    n = promoters + passives + detractors
    return 100 * (promoters - detractors) / n if n else None


def nps_variance(promoters: float, passives: float, detractors: float) -> float:
    """Return the variance of an NPS, in squared points: 100²·(p + d − (p − d)²)/n. ValueError for no answers."""
    n = promoters + passives + detractors
    if not n:
        raise ValueError("No answers, no variance.")
    p, d = promoters / n, detractors / n
    return 100**2 * (p + d - (p - d) ** 2) / n


def nps(promoters: int, passives: int, detractors: int, confidence: float = CONFIDENCE) -> Estimate | None:
    """Return the NPS with its adjusted Wald interval.

    ¾ promoter, ¾ detractor and 1½ passives are added first (Rocks 2016; Sauro and Lewis): the plain Wald
    interval of five happy answers is far too narrow and holds the truth in as few as four cases of ten. This
    one does in 93% and more from ten answers on. With five, and 97% of all customers promoters, it still
    falls to 86%: so few answers cannot show perfection.
    """
    value = nps_value(promoters, passives, detractors)
    if value is None:
        return None
    counts = (promoters + _ENDS_ADDED, passives + _MIDDLE_ADDED, detractors + _ENDS_ADDED)
    centre = 100 * (counts[0] - counts[2]) / sum(counts)
    reach = _z(confidence) * math.sqrt(nps_variance(*counts))
    return _estimate(value, centre - reach, centre + reach, (-100, 100), promoters + passives + detractors)


def share(part: int, n: int, confidence: float = CONFIDENCE) -> Estimate | None:
    """Return a share in percent with its Wilson score interval (Wilson 1927)."""
    if not n:
        return None
    z2, p = _z(confidence) ** 2, part / n
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    reach = _z(confidence) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return _estimate(100 * p, 100 * (centre - reach), 100 * (centre + reach), (0, 100), n)


def mean(
    n: int, total: float, squares: float, ends: tuple[float, float], confidence: float = CONFIDENCE
) -> Estimate | None:
    """Return the mean of n answers on a scale that runs between `ends`, with a t interval.

    `total` is the sum of the answers and `squares` the sum of their squares. ¾ answer at each end of the
    scale is added first, as for the NPS. Without it five answers of 5 out of 5 would claim to be exact: the
    plain t interval holds the truth in 41% of such small samples, this one in 95% or more (simulated over
    skewed, split and even answers, 5 to 500 of them).
    """
    if not n:
        return None
    low, high = ends
    weight = n + 2 * _ENDS_ADDED
    centre = (total + _ENDS_ADDED * (low + high)) / weight
    spread = squares + _ENDS_ADDED * (low**2 + high**2) - weight * centre**2
    error = math.sqrt(max(spread, 0) / (weight - 1) / weight)
    reach = t_quantile((1 + confidence) / 2, weight - 1) * error
    return _estimate(total / n, centre - reach, centre + reach, ends, n)


def quantile(values: list[float], part: float, confidence: float = CONFIDENCE) -> Estimate | None:
    """Return a quantile (0.5 the median, 0.9 the 90th percentile) with its order-statistic interval.

    Of no distribution's shape does it assume anything; a sample too small for it gets no interval.
    """
    if not values:
        return None
    ordered, n = sorted(values), len(values)
    ranks = quantile_ranks(n, part, confidence)
    low, high = (ordered[ranks[0] - 1], ordered[ranks[1] - 1]) if ranks else (None, None)
    return Estimate(interpolated(ordered, part), low, high, n)


def interpolated(ordered: list[float], part: float) -> float:
    """Return a quantile of ordered values, linear between neighbours (type 7 of Hyndman and Fan 1996)."""
    place = part * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _z(confidence: float) -> float:
    return normal_quantile((1 + confidence) / 2)


def _estimate(value: float, low: float, high: float, ends: tuple[float, float], n: int) -> Estimate:
    """Keep the interval inside the scale and around the value."""
    return Estimate(value, max(min(low, value), ends[0]), min(max(high, value), ends[1]), n)
