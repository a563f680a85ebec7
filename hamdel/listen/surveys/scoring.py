"""The score of a survey with its interval, reckoned by the slice of metrics, which lies above and tells us how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from hamdel.listen.surveys.definition import Metric


class Score(Protocol):
    """A value with its 95% interval from n answers; None of each when nobody answered."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    unit: str
    scale: tuple[float, float] | None


Reckoner = Callable[[str, Mapping[int, int], tuple[int, int]], Score]
_reckoners: list[Reckoner] = []


def reckon_scores_by(reckoner: Reckoner) -> None:
    """Let `reckoner(metric, how often each score was given, scale)` be asked for scores."""
    _reckoners[:] = [reckoner]


def score_of(metric: Metric, counts: Mapping[int, int]) -> Score | None:
    """Return the score these answers make, None where no slice of metrics is installed."""
    return _reckoners[0](metric.value, counts, metric.scale) if _reckoners else None
