"""What a score counts towards."""

from __future__ import annotations

from enum import StrEnum


class Metric(StrEnum):
    """What the score of a survey counts towards; the registry of metrics knows the formulas."""

    NPS = "nps"
    # Of employees, who recommend a place to work: never mixed with what customers say.
    ENPS = "enps"
    CSAT = "csat"
    CES1 = "ces1"
    CES2 = "ces2"

    @property
    def scale(self) -> tuple[int, int]:
        return SCALES[self]

    def is_low(self, score: float) -> bool:
        """Tell whether somebody should call back: a detractor, dissatisfied, or much effort."""
        return score >= 4 if self == Metric.CES1 else score <= LOW[self]


SCALES = {
    Metric.NPS: (0, 10),
    Metric.ENPS: (0, 10),
    Metric.CSAT: (1, 5),
    Metric.CES1: (1, 5),
    Metric.CES2: (1, 7),
}
# Those reckoned from promoters, passives and detractors.
RECOMMENDING = frozenset({Metric.NPS, Metric.ENPS})
LOW = {Metric.NPS: 6, Metric.ENPS: 6, Metric.CSAT: 2, Metric.CES2: 3}
