"""Questions about a survey's own answers; the scores of dashboards come from the metrics."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from hamdel.listen.surveys.definition import Metric
from hamdel.listen.surveys.models import Response, ResponseQuerySet, Survey, SurveyVersion


@dataclass(frozen=True)
class Share:
    """How often one score was given."""

    score: int
    n: int
    percent: float
    is_low: bool


def scored(survey: Survey) -> ResponseQuerySet:
    """Return the responses whose score counts towards what the survey measures now.

    A version that measured something else asked on another scale: a 5 of 5 is no 5 of 10.
    """
    others = [version.id for version in survey.versions.all() if metric_of(version, survey) != survey.metric]
    given = Response.objects.filter(survey=survey, score__isnull=False)
    return given.exclude(version_id__in=others) if others else given


def metric_of(version: SurveyVersion, survey: Survey) -> str:
    """Return what the scores of responses to a version count towards, "" when it asks for none."""
    score = version.asks.first_score
    return (score.metric or survey.metric) if score else ""


def distribution(survey: Survey) -> list[Share]:
    """Return every score of the scale with how often it was given."""
    given = scored(survey)
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
    """How far people came: those invited from there on, all others from their first answer on.

    `others` tells by which channels those who finished without an invitation came.
    """

    invited: Step
    delivered: Step
    started: Step
    completed: Step
    others_started: Step
    others_completed: Step
    others: list[tuple[str, int]]


def funnel(survey: Survey) -> Funnel:
    """Return the steps of one survey. A link handed over by a member counts as delivered.

    Those invited are counted by their invitations, as everywhere: see `invitations.queries.funnel_of`.
    """
    others = Response.objects.filter(survey=survey, invitation_id=None).order_by().values("channel")
    came = list(others.annotate(started=Count("id"), completed=Count("completed_at")))
    # Counted through the reverse relation: the slice of invitations lies above this one.
    went = survey.invitations.aggregate(  # type: ignore[attr-defined]
        invited=Count("sent_at"),
        delivered=Count("delivered_at"),
        started=Count("started_at"),
        completed=Count("completed_at"),
    )
    started, completed = (sum(row[name] for row in came) for name in ("started", "completed"))
    by_channel = sorted(((row["channel"], row["completed"]) for row in came), key=lambda pair: -pair[1])
    return Funnel(
        invited=Step(went["invited"]),
        delivered=_step(went["delivered"], went["invited"]),
        started=_step(went["started"], went["delivered"]),
        completed=_step(went["completed"], went["started"]),
        others_started=Step(started),
        others_completed=_step(completed, started),
        others=[(channel, n) for channel, n in by_channel if n],
    )


def _step(n: int, of: int) -> Step:
    return Step(n, 100 * n / of if of else None)
