"""From counted answers to figures of each kind, pure: shares, means, medians, places. Drawing is `figures`."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hamdel.ground.calendar.days import Unit, first_day
from hamdel.listen.results.counting import Counted
from hamdel.listen.surveys.definition import Kind, values_of
from hamdel.measure.metrics.scores import Estimate, mean, share
from hamdel.measure.metrics.student import quantile_ranks, t_quantile

MOST_BINS = 12


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from: how many chose it, and which part of those who answered that is."""

    value: Any
    n: int
    of: int

    @property
    def share(self) -> Estimate | None:
        return share(self.n, self.of)


def options(found: Counted) -> list[Option]:
    """Return every choice in the definition's order, those nobody chose as well; then what is no longer one."""
    counts = chosen(found.values)
    known = values_of(found.asked.question)
    order = [*known, *sorted(str(value) for value in counts if value not in known)]
    return [Option(value, counts[value], found.n) for value in order]


def chosen(values: Iterable[tuple[Any, int]]) -> Counter[Any]:
    """Return how many chose each value, of single and of multiple choices alike."""
    counts: Counter[Any] = Counter()
    for value, n in values:
        for one in value if isinstance(value, list) else [value]:
            counts[one] += n
    return counts


def by_row(found: Counted) -> dict[str, Counter[Any]]:
    """Return the counts of each row of a matrix."""
    rows: dict[str, Counter[Any]] = {row.value: Counter() for row in found.asked.question.rows}
    for value, n in found.values:
        for row, given in value.items():
            for one in given if isinstance(given, list) else [given]:
                rows.setdefault(row, Counter())[one] += n
    return rows


def answered_rows(found: Counted) -> Counter[str]:
    """Return how many answered each row."""
    counts: Counter[str] = Counter()
    for value, n in found.values:
        counts.update(dict.fromkeys(value, n))
    return counts


def mean_of(counts: Mapping[float, int]) -> Estimate | None:
    """Return the mean of numbers without bounds with its t interval; no interval for fewer than two."""
    n = sum(counts.values())
    if not n:
        return None
    value = math.fsum(number * times for number, times in counts.items()) / n
    if n < 2:
        return Estimate(value, None, None, n)
    spread = math.fsum(times * (number - value) ** 2 for number, times in counts.items()) / (n - 1)
    if not spread:  # that all are alike so far does not make it certain
        return Estimate(value, None, None, n)
    reach = t_quantile(0.975, n - 1) * math.sqrt(spread / n)
    return Estimate(value, value - reach, value + reach, n)


def mean_between(
    counts: Mapping[float, int], ends: tuple[float, float], *, is_widest: bool = False
) -> Estimate | None:
    """Return the mean of numbers that lie between `ends`, with its interval: see `scores.mean`.

    The widest interval a mean of this value can have tells nothing of how the numbers fall.
    """
    n, (low, high) = sum(counts.values()), ends
    total, squares = (
        math.fsum(times * number**power for number, times in counts.items()) for power in (1, 2)
    )
    if is_widest and high > low:
        above = (total - n * low) / (high - low)
        squares = above * high**2 + (n - above) * low**2
    return mean(n, total, squares, ends)


def mean_number(found: Counted, *, is_widest: bool = False) -> Estimate | None:
    """Return the mean of numbers; of a slider, whose ends are known, between these."""
    question, counts = found.asked.question, numbers(found.values)
    if question.kind == Kind.SLIDER and question.low is not None and question.high is not None:
        return mean_between(counts, (question.low, question.high), is_widest=is_widest)
    value = mean_of(counts)
    return Estimate(value.value, None, None, value.n) if value and is_widest else value


def median_of(counts: Mapping[float, int]) -> Estimate | None:
    """Return the median with its order-statistic interval, from how often each number was given."""
    n = sum(counts.values())
    if not n:
        return None
    low, high = (n - 1) // 2 + 1, n // 2 + 1
    ranks = quantile_ranks(n, 0.5)
    middle = (_at_rank(counts, low) + _at_rank(counts, high)) / 2
    ends = [_at_rank(counts, rank) for rank in ranks] if ranks else [None, None]
    return Estimate(middle, ends[0], ends[1], n)


def _at_rank(counts: Mapping[float, int], rank: int) -> float:
    """Return the value at a rank, counted from 1."""
    passed = 0
    for number in sorted(counts):
        passed += counts[number]
        if passed >= rank:
            return number
    raise ValueError(rank)


@dataclass(frozen=True)
class Bin:
    """How many numbers lie from `start` up to `end`, which only the last one includes."""

    start: float
    end: float
    n: int


def histogram(counts: Mapping[float, int], most: int = MOST_BINS) -> list[Bin]:
    """Return the numbers in bins of a round width; few different whole numbers have one each."""
    if not counts:
        return []
    low, high = min(counts), max(counts)
    is_whole = all(float(number).is_integer() for number in counts)
    if is_whole and high - low < most:
        return [Bin(n, n, counts.get(n, 0)) for n in range(int(low), int(high) + 1)]
    width = round_width((high - low) / most or 1)
    start = math.floor(low / width) * width
    # What stands on the last edge is in the last bin.
    size = max(1, math.ceil(round((high - start) / width, 9)))
    found: Counter[int] = Counter()
    for number, times in counts.items():
        found[min(math.floor((number - start) / width), size - 1)] += times
    return [Bin(start + i * width, start + (i + 1) * width, found[i]) for i in range(size)]


def round_width(width: float) -> float:
    """Return the next of 1, 2, 2.5 and 5 times a power of ten."""
    power = 10 ** math.floor(math.log10(width))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= width * (1 - 1e-9))


@dataclass(frozen=True)
class Ranked:
    """A choice of a ranking: its mean place, 1 being best, and how often it came first."""

    value: str
    place: Estimate | None
    firsts: int


def ranking(found: Counted, *, is_widest: bool = False) -> list[Ranked]:
    """Return the choices by mean place, best first. Those left out of a ranking have no place in it."""
    places: dict[str, Counter[float]] = {value: Counter() for value in values_of(found.asked.question)}
    for order, n in found.values:
        for place, value in enumerate(order, 1):
            places.setdefault(value, Counter())[place] += n
    ends = (1, max(len(places), 2))
    ranked = [
        Ranked(value, mean_between(counts, ends, is_widest=is_widest), counts[1])
        for value, counts in places.items()
    ]
    return sorted(ranked, key=lambda one: one.place.value if one.place else math.inf)


def sums(found: Counted, *, is_widest: bool = False) -> list[tuple[str, Estimate | None]]:
    """Return the mean each choice of a constant sum was given."""
    given: dict[str, Counter[float]] = {value: Counter() for value in values_of(found.asked.question)}
    for parts, n in found.values:
        for value, number in parts.items():
            given.setdefault(value, Counter())[number] += n
    ends = (0, found.asked.question.total)
    return [(value, mean_between(counts, ends, is_widest=is_widest)) for value, counts in given.items()]


def month_of(day: str, calendar: str) -> str:
    """Return the month a day lies in, by the first of its days as the calendar counts them: Aban is "2026-10-23"."""
    return first_day(date.fromisoformat(day), Unit.MONTH, calendar).isoformat()


def numbers(values: Sequence[tuple[Any, int]]) -> Counter[float]:
    """Return how often each number was given."""
    counts: Counter[float] = Counter()
    for value, n in values:
        if isinstance(value, int | float) and not isinstance(value, bool):
            counts[value] += n
    return counts
