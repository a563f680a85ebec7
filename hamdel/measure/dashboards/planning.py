"""How many people to ask: the planner beside each score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hamdel.ground.calendar.digits import to_latin
from hamdel.measure.metrics.registry import Metric
from hamdel.measure.metrics.sampling import USUAL_DETRACTORS, USUAL_PROMOTERS, Plan, plan
from hamdel.ui import formats

INVITATIONS, RATE, CHANGE = 600, 30, 10
MOST = 100_000_000


@dataclass(frozen=True)
class Planner:
    """What was typed, and what it comes to. `plan` is None where the numbers make no sense."""

    invitations: int
    rate: float
    change: float
    plan: Plan | None
    is_share: bool

    @property
    def expected(self) -> str:
        """Say what the invitations are worth."""
        if self.plan is None:
            return _("Write numbers above zero, and a rate of at most 100 percent.")
        said = {
            "invitations": formats.number(self.invitations),
            "rate": formats.percent(self.rate, None),
            "answers": formats.number(self.plan.answers),
        }
        if self.plan.margin is None:
            return _("%(invitations)s invitations at %(rate)s make no answer.") % said
        return _(
            "%(invitations)s invitations at %(rate)s make about %(answers)s answers, ±%(margin)s points."
        ) % {
            **said,
            "margin": formats.number(round(self.plan.margin)),
        }

    @property
    def needed(self) -> str:
        """Say how many answers a change takes to be seen."""
        if self.plan is None:
            return ""
        return _(
            "To see a change of %(change)s points you need about %(answers)s answers in each period:"
            " %(invitations)s invitations."
        ) % {
            "change": formats.number(self.change),
            "answers": formats.number(self.plan.answers_to_see_it),
            "invitations": formats.number(self.plan.invitations_to_see_it),
        }

    @property
    def assumption(self) -> str:
        if self.is_share:
            return _("Reckoned for the hardest case, where half of the answers are good.")
        return _("Reckoned for a company with 50% promoters and 20% detractors, and a power of 80%.")


def planner_of(metric: Metric, query: Mapping[str, str]) -> Planner | None:
    """Read the planner from an address. None for metrics that are no share of answers: means and times."""
    if metric.unit not in {"points", "percent"} or metric.source.table != "scores":
        return None
    is_share = metric.unit == "percent"
    shares = (0.5, 0.0) if is_share else (USUAL_PROMOTERS, USUAL_DETRACTORS)
    numbers = (
        _number(query.get("invitations"), INVITATIONS),
        _number(query.get("rate"), RATE),
        _number(query.get("change"), CHANGE),
    )
    invitations, rate, change = numbers
    makes_sense = 0 < invitations <= MOST and 0 < rate <= 100 and 0.01 <= change <= 200
    found = plan(int(invitations), rate / 100, change, *shares) if makes_sense else None
    return Planner(int(invitations), rate, change, found, is_share)


def _number(text: str | None, usual: float) -> float:
    """Read a number in any digits; 0, which makes no sense here, for what is none."""
    if not text:
        return usual
    try:
        number = float(to_latin(text).replace("٫", ".").replace(",", ""))
    except ValueError:
        return 0
    return number if abs(number) <= MOST else 0
