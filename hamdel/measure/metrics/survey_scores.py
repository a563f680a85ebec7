"""The score of one survey from how often each answer was given: the same formulas as everywhere, without ClickHouse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hamdel.measure.metrics.scores import Estimate, mean, nps


@dataclass(frozen=True)
class SurveyScore:
    """A score of a survey, shaped as `{% score %}` reads it."""

    estimate: Estimate | None
    unit: str
    scale: tuple[int, int] | None

    @property
    def value(self) -> float | None:
        return self.estimate.value if self.estimate else None

    @property
    def low(self) -> float | None:
        return self.estimate.low if self.estimate else None

    @property
    def high(self) -> float | None:
        return self.estimate.high if self.estimate else None

    @property
    def n(self) -> int:
        return self.estimate.n if self.estimate else 0


def survey_score(metric: str, counts: Mapping[int, int], scale: tuple[int, int]) -> SurveyScore:
    """Return the NPS in points, or the mean of any other metric on its scale."""
    if metric in {"nps", "enps"}:
        promoters = sum(n for score, n in counts.items() if score >= 9)
        detractors = sum(n for score, n in counts.items() if score <= 6)
        passives = sum(counts.values()) - promoters - detractors
        return SurveyScore(nps(promoters, passives, detractors), "points", None)
    total = sum(score * n for score, n in counts.items())
    squares = sum(score**2 * n for score, n in counts.items())
    return SurveyScore(mean(sum(counts.values()), total, squares, scale), "score", scale)
