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
    given = Response.objects.filter(survey=survey, score__isnull=False).values_list("score", flat=True)
    counts = Counter(given)
    total = sum(counts.values())
    metric = Metric(survey.metric)
    low, high = metric.scale
    return [
        Share(score, counts[score], 100 * counts[score] / total if total else 0.0, metric.is_low(score))
        for score in range(low, high + 1)
    ]


@dataclass(frozen=True)
class Funnel:
    """How far people came. Open links have no invitation, so they begin at `started`."""

    started: int
    completed: int
    invited: int
    answered_invitations: int

    @property
    def completion_percent(self) -> float | None:
        return 100 * self.completed / self.started if self.started else None

    @property
    def response_percent(self) -> float | None:
        return 100 * self.answered_invitations / self.invited if self.invited else None


def funnel(survey: Survey) -> Funnel:
    found = Response.objects.filter(survey=survey).aggregate(
        started=Count("id"),
        completed=Count("id", filter=Q(completed_at__isnull=False)),
        answered=Count("id", filter=Q(completed_at__isnull=False, invitation_id__isnull=False)),
    )
    # Counted through the reverse relation: the slice of invitations lies above this one.
    invited = survey.invitations.count()  # type: ignore[attr-defined]
    return Funnel(found["started"], found["completed"], invited, found["answered"])
