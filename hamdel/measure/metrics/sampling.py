"""How many people to ask: what a survey can and cannot show, said before it is sent."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hamdel.measure.metrics.student import normal_quantile

# Answers of a middling company; the worst case is half promoters, half detractors.
USUAL_PROMOTERS = 0.5
USUAL_DETRACTORS = 0.2
_Z = normal_quantile(0.975)
_USUAL_POWER = 0.8


@dataclass(frozen=True)
class Plan:
    """What a number of invitations is worth: margins in NPS points, answers per period."""

    invitations: int
    response_rate: float
    answers: int
    margin: float | None
    change_to_see: float
    answers_to_see_it: int
    invitations_to_see_it: int


def nps_spread(promoters: float, detractors: float) -> float:
    """Return the variance of one answer, as shares: p + d − (p − d)². ValueError for impossible shares."""
    if promoters < 0 or detractors < 0 or promoters + detractors > 1:
        raise ValueError("Promoters and detractors are shares that add up to at most 1.")
    return promoters + detractors - (promoters - detractors) ** 2


def answers_for_margin(
    margin: float, promoters: float = USUAL_PROMOTERS, detractors: float = USUAL_DETRACTORS
) -> int:
    """Return the answers needed to know the NPS within ± `margin` points: 1.96²·(p+d−(p−d)²)/(m/100)²."""
    return math.ceil(_Z**2 * nps_spread(promoters, detractors) / (_points(margin) / 100) ** 2)


def answers_for_change(
    change: float,
    promoters: float = USUAL_PROMOTERS,
    detractors: float = USUAL_DETRACTORS,
    power: float = _USUAL_POWER,
) -> int:
    """Return the answers needed *per period* to see a change of so many points with this power.

    2·(1.96 + 0.84)²·(p + d − (p − d)²)/(Δ/100)²; 0.84 is for a power of 80%.
    """
    reach = _Z + normal_quantile(power)
    return math.ceil(2 * reach**2 * nps_spread(promoters, detractors) / (_points(change) / 100) ** 2)


def margin_of(
    answers: int, promoters: float = USUAL_PROMOTERS, detractors: float = USUAL_DETRACTORS
) -> float | None:
    """Return the ± NPS points that so many answers give; None for no answers."""
    return 100 * _Z * math.sqrt(nps_spread(promoters, detractors) / answers) if answers else None


def plan(
    invitations: int,
    response_rate: float,
    change: float = 5.0,
    promoters: float = USUAL_PROMOTERS,
    detractors: float = USUAL_DETRACTORS,
) -> Plan:
    """Tell what to expect from `invitations` when a share of `response_rate` (0 to 1) answers.

    600 invitations at 0.3 give about 180 answers and ±11 points; a change of 5 points takes about 3,830
    answers per period.
    """
    if invitations < 0 or not 0 < response_rate <= 1:
        raise ValueError("Invitations are 0 or more and the response rate lies above 0 and up to 1.")
    answers = round(invitations * response_rate)
    needed = answers_for_change(change, promoters, detractors)
    return Plan(
        invitations=invitations,
        response_rate=response_rate,
        answers=answers,
        margin=margin_of(answers, promoters, detractors),
        change_to_see=change,
        answers_to_see_it=needed,
        invitations_to_see_it=math.ceil(needed / response_rate),
    )


def _points(value: float) -> float:
    if value <= 0:
        raise ValueError("A margin or a change is more than 0 points.")
    return value
