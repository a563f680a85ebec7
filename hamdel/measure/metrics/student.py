"""Quantiles of Student's t and of order statistics, small enough to need no scientific library."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

_STEPS = 200
_TINY = 1e-300
_CLOSE = 1e-15


@lru_cache(maxsize=8)
def normal_quantile(probability: float) -> float:
    """Return the standard normal quantile: 1.96 for 0.975."""
    return NormalDist().inv_cdf(probability)


@lru_cache(maxsize=4096)
def t_quantile(probability: float, freedom: float) -> float:
    """Return the quantile of Student's t for a probability of 0.5 to 1 and any degrees of freedom > 0.

    Found by halving on the distribution function; agrees with scipy to 8 digits (tested).
    """
    low, high = 0.0, 1.0
    while _t_tail(high, freedom) > 1 - probability:
        low, high = high, high * 2
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        if _t_tail(middle, freedom) > 1 - probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def quantile_ranks(n: int, share: float, confidence: float = 0.95) -> tuple[int, int] | None:
    """Return the ranks (from 1) of the two ordered values that enclose a quantile, distribution-free.

    Ranks n·q ± z·√(n·q·(1−q)), rounded outward and the upper one step further (Conover, Practical
    Nonparametric Statistics, 3.2). None when a rank would lie outside the sample: it is too small to say.
    """
    reach = normal_quantile((1 + confidence) / 2) * math.sqrt(n * share * (1 - share))
    low, high = math.floor(n * share - reach), math.ceil(n * share + reach) + 1
    return (low, high) if low >= 1 and high <= n else None


def _t_tail(t: float, freedom: float) -> float:
    """Return P(T > t) for t ≥ 0."""
    return _beta_share(freedom / (freedom + t * t), freedom / 2, 0.5) / 2


def _beta_share(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b) (DLMF 8.17.22, Lentz's method)."""
    if x in {0.0, 1.0}:
        return x
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(scale + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(x, a, b) / a
    return 1 - front * _beta_fraction(1 - x, b, a) / b


def _beta_fraction(x: float, a: float, b: float) -> float:
    above, below = 1.0, _away_from_zero(1 - (a + b) * x / (a + 1))
    below = 1 / below
    value = below
    for step in range(1, _STEPS):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        for term in (even, odd):
            below = 1 / _away_from_zero(1 + term * below)
            above = _away_from_zero(1 + term / above)
            factor = above * below
            value *= factor
        if abs(factor - 1) < _CLOSE:
            break
    return value


def _away_from_zero(x: float) -> float:
    return x if abs(x) > _TINY else _TINY
