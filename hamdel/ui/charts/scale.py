"""From values to places on paper."""

from __future__ import annotations

import math
from dataclasses import dataclass

# A tick is one of these times a power of ten.
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Scale:
    """A straight line from `low`–`high` to the places `start`–`end`."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...] = ()

    def __call__(self, value: float) -> float:
        """Return the place of a value; values outside stay at the edge."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + min(1, max(0, share)) * (self.end - self.start), 2)


def fit(
    values: list[float],
    start: float,
    end: float,
    bounds: tuple[float, float] | None = None,
    ticks: int = 4,
    *,
    from_zero: bool = False,
    whole: bool = False,
) -> Scale:
    """Return a scale with round ticks that holds every value; `bounds` are never exceeded, only zoomed into.

    Of what is counted, `whole`, there is no half.
    """
    inside = [min(max(v, bounds[0]), bounds[1]) for v in values] if bounds else values
    low, high = (min(inside), max(inside)) if inside else bounds or (0.0, 1.0)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= abs(high) * 1e-9:
        reach = abs(high) * 0.1 or 1.0
        low, high = (low, high + reach) if from_zero and low >= 0 else (low - reach, high + reach)
    step = round_step((high - low) / ticks)
    while whole and step % 1:
        step = round_step(step * 1.01)
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    if bounds:
        low, high = max(low, bounds[0]), min(high, bounds[1])
    return Scale(low, high, start, end, _ticks(low, high, step))


def round_step(rough: float) -> float:
    """Return the smallest round number that is not below `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * (1 - 1e-9))


def _ticks(low: float, high: float, step: float) -> tuple[float, ...]:
    first = math.ceil(low / step - 1e-9)
    count = math.floor(high / step + 1e-9) - first + 1
    # Counting in whole steps keeps 0.1 + 0.2 from becoming a label.
    return tuple(round((first + i) * step, 10) + 0.0 for i in range(count))


def shown_labels(count: int, most: int = 6) -> list[int]:
    """Return which of `count` labels are written: evenly spread, the first and the last among them."""
    # However long the labels are, there is room for two.
    most = max(most, 2)
    if count <= most:
        return list(range(count))
    return sorted({round(i * (count - 1) / (most - 1)) for i in range(most)})
