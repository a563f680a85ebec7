"""The planner's form: so many invitations at such a rate, reckoned from what the survey itself has seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from hamdel.ground.calendar.digits import to_latin
from hamdel.listen.invitations.queries import Funnel
from hamdel.listen.invitations.worth import (
    USUAL_NPS_SPREAD,
    USUAL_RATE,
    USUAL_SHARE_SPREAD,
    Worth,
    nps_spread,
    share_spread,
    worth,
)
from hamdel.listen.surveys.definition import RECOMMENDING, Metric
from hamdel.listen.surveys.models import Survey
from hamdel.listen.surveys.queries import scored

# Below these, what was seen says little: the usual figures stand in.
FEW_INVITATIONS = 30
FEW_ANSWERS = 30
MANY = 600
CHANGE = 5


class Number(forms.FloatField):
    """A number typed in any digits."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(to_latin(value).replace("٫", ".") if isinstance(value, str) else value)


class PlannerForm(forms.Form):
    """How many, at which rate, to see which change."""

    invitations = Number(label=_("Invitations"), min_value=0, max_value=100_000_000)
    rate = Number(label=_("Response rate in percent"), min_value=0.1, max_value=100)
    change = Number(label=_("Change to be seen, in points"), min_value=0.5, max_value=100)

    def worth(self, usual: Usual) -> Worth | None:
        """Return what to expect; None for a form that is not valid."""
        if not self.is_valid():
            return None
        given = self.cleaned_data
        rate, invitations = given["rate"] / 100, int(given["invitations"])
        return worth(invitations, rate, spread=usual.spread, change=given["change"])


@dataclass(frozen=True)
class Usual:
    """What the survey's own past says. Without enough of it `rate_n` or `answers_n` is 0 and usual figures stand in."""

    rate_percent: float
    rate_n: int
    spread: float
    answers_n: int

    @property
    def initial(self) -> dict[str, Any]:
        return {"invitations": MANY, "rate": f"{self.rate_percent:.3g}", "change": CHANGE}


def planner_for(survey: Survey, funnel: Funnel) -> Usual:
    """Return what the planner begins with."""
    rate = funnel.total.rate
    knows_rate = rate.n >= FEW_INVITATIONS and rate.part > 0 and rate.value is not None
    spread, answers = spread_of(survey)
    return Usual(
        rate_percent=float(max(round(rate.value), 1)) if knows_rate and rate.value else 100 * USUAL_RATE,
        rate_n=rate.n if knows_rate else 0,
        spread=spread,
        answers_n=answers,
    )


def spread_of(survey: Survey) -> tuple[float, int]:
    """Return the variance of one answer, and from how many answers it is known (0: a usual figure)."""
    metric = survey.scores_by
    is_nps = metric is None or metric in RECOMMENDING
    high, low = {Metric.NPS: (9, 6), Metric.CSAT: (4, -1), Metric.CES2: (5, -1), Metric.CES1: (4, -1)}.get(
        metric or Metric.NPS, (9, 6)
    )
    found = scored(survey).aggregate(
        n=Count("id"),
        top=Count("id", filter=Q(score__gte=high)),
        bottom=Count("id", filter=Q(score__lte=low)),
    )
    n = found["n"]
    top, bottom = (found["top"] / n, found["bottom"] / n) if n else (0.0, 0.0)
    spread = nps_spread(top, bottom) if is_nps else share_spread(top)
    if n < FEW_ANSWERS or spread == 0:
        return (USUAL_NPS_SPREAD if is_nps else USUAL_SHARE_SPREAD), 0
    return spread, n
