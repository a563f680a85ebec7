"""Questions about a survey's own answers; the scores of dashboards come from the metrics."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q

from hamdel.listen.surveys.definition import Metric
from hamdel.listen.surveys.models import Response, Survey


@dataclass(frozen=True)
class Share:
    """How often one score was given."""

    score: int
    n: int
    percent: float
    is_low: bool


def distribution(survey: Survey) -> list[Share]:
    """Return every score of the scale with how often it was given."""
    given = Response.objects.filter(survey=survey, score__isnull=False)
    counts = Counter(dict(given.order_by().values_list("score").annotate(n=Count("id"))))
    total = sum(counts.values())
    metric = survey.scores_by or Metric.NPS
    low, high = metric.scale
    return [
        Share(score, counts[score], 100 * counts[score] / total if total else 0.0, metric.is_low(score))
        for score in range(low, high + 1)
    ]


@dataclass(frozen=True)
class Step:
    """How many came so far, and which part of those one step before; None where that cannot be said."""

    n: int
    percent: float | None = None


@dataclass(frozen=True)
class Funnel:
    """How far people came: by personal links from the invitation on, by open links from the first answer on."""

    invited: Step
    delivered: Step
    started: Step
    completed: Step
    open_started: Step
    open_completed: Step


def funnel(survey: Survey) -> Funnel:
    """Return the steps of one survey. A link handed over by a member counts as delivered."""
    by_invitation = Q(invitation_id__isnull=False)
    is_completed = Q(completed_at__isnull=False)
    found = Response.objects.filter(survey=survey).aggregate(
        started=Count("id", filter=by_invitation),
        completed=Count("id", filter=by_invitation & is_completed),
        open_started=Count("id", filter=~by_invitation),
        open_completed=Count("id", filter=~by_invitation & is_completed),
    )
    # Counted through the reverse relation: the slice of invitations lies above this one.
    went = survey.invitations.aggregate(invited=Count("sent_at"), delivered=Count("delivered_at"))  # type: ignore[attr-defined]
    invited, delivered = went["invited"], went["delivered"]
    return Funnel(
        invited=Step(invited),
        delivered=_step(delivered, invited),
        started=_step(found["started"], delivered),
        completed=_step(found["completed"], found["started"]),
        open_started=Step(found["open_started"]),
        open_completed=_step(found["open_completed"], found["open_started"]),
    )


def _step(n: int, of: int) -> Step:
    return Step(n, 100 * n / of if of else None)
