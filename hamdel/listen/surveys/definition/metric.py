"""What a score counts towards."""

from __future__ import annotations

from enum import StrEnum


class Metric(StrEnum):
    """What the score of a survey counts towards; the registry of metrics knows the formulas."""

    NPS = "nps"
    CSAT = "csat"
    CES1 = "ces1"
    CES2 = "ces2"

    @property
    def scale(self) -> tuple[int, int]:
        return SCALES[self]

    def is_low(self, score: float) -> bool:
        """Tell whether somebody should call back: a detractor, dissatisfied, or much effort."""
        return score >= 4 if self == Metric.CES1 else score <= LOW[self]


SCALES = {Metric.NPS: (0, 10), Metric.CSAT: (1, 5), Metric.CES1: (1, 5), Metric.CES2: (1, 7)}
LOW = {Metric.NPS: 6, Metric.CSAT: 2, Metric.CES2: 3}
