"""What a number of invitations is worth: answers, margin, and the change that could be seen. Pure arithmetic.

Scores are reckoned in points: NPS from −100 to 100, shares (CSAT, CES 2.0) from 0 to 100.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

Z = 1.959964
# 80% power: a real change of this size is seen four times out of five.
Z_POWER = 0.841621
USUAL_RATE = 0.3
USUAL_NPS_SPREAD = 0.5 + 0.2 - (0.5 - 0.2) ** 2
USUAL_SHARE_SPREAD = 0.7 * 0.3


@dataclass(frozen=True)
class Rate:
    """A share in percent with its 95% interval (Wilson); None of each where nobody was asked."""

    part: int
    n: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Worth:
    """What to expect. `margin` is ± points; None when nobody answers."""

    invitations: int
    rate_percent: float
    answers: int
    margin: float | None
    change: float
    answers_for_change: int
    invitations_for_change: int

    @property
    def is_whole_rate(self) -> bool:
        return round(self.rate_percent, 1) == round(self.rate_percent)


def rate_of(part: int, n: int) -> Rate:
    """Return a share with its Wilson interval."""
    if n <= 0:
        return Rate(part, n, None, None, None)
    p, z2 = part / n, Z * Z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Rate(part, n, 100 * p, 100 * max(middle - half, 0.0), 100 * min(middle + half, 1.0))


def nps_spread(promoters: float, detractors: float) -> float:
    """Return the variance of one answer: p + d − (p − d)², for shares from 0 to 1."""
    return promoters + detractors - (promoters - detractors) ** 2


def share_spread(share: float) -> float:
    """Return the variance of one answer to a question that is counted as met or not: p(1 − p)."""
    return share * (1 - share)


def worth(invitations: int, rate: float, *, spread: float = USUAL_NPS_SPREAD, change: float = 5.0) -> Worth:
    """Tell what so many invitations give when a share of `rate` (0 to 1) answers.

    600 at 0.3 and the usual spread make about 180 answers, ±11 points; a change of 5 points needs about 3,830
    answers in each of the two periods: 2·(1.96 + 0.84)²·s/(Δ/100)².
    """
    if invitations < 0 or not 0 < rate <= 1 or change <= 0:
        raise ValueError(
            "Invitations are 0 or more, the rate lies above 0 and up to 1, a change is more than 0."
        )
    answers = round(invitations * rate)
    needed = math.ceil(2 * (Z + Z_POWER) ** 2 * spread / (change / 100) ** 2)
    return Worth(
        invitations=invitations,
        rate_percent=100 * rate,
        answers=answers,
        margin=100 * Z * math.sqrt(spread / answers) if answers else None,
        change=change,
        answers_for_change=needed,
        invitations_for_change=math.ceil(needed / rate),
    )
