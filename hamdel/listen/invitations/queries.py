"""Questions about invitations: how far they came, why some were not sent, how many answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from hamdel.listen.invitations.channels import channel_label
from hamdel.listen.invitations.models import Invitation, Plan
from hamdel.listen.invitations.planning import passed_over_counts
from hamdel.listen.invitations.reasons import say_reason
from hamdel.listen.invitations.worth import Rate, rate_of
from hamdel.listen.surveys.models import Survey

# So long answers usually take. Younger invitations do not count in a rate: their time is not over.
USUAL_DAYS = 7
STEPS = """
SELECT i.channel, count(*) AS planned, count(i.sent_at) AS sent, count(i.delivered_at) AS delivered,
    count(i.opened_at) AS opened, count(i.started_at) AS started, count(i.completed_at) AS completed,
    count(*) FILTER (WHERE i.state = 'failed') AS failed,
    count(*) FILTER (WHERE i.state IN ('planned', 'queued')) AS waiting,
    count(*) FILTER (WHERE i.state = 'refused') AS refused,
    count(b.id) AS burnt,
    count(*) FILTER (WHERE i.delivered_at <= %(cut)s) AS ripe,
    count(*) FILTER (WHERE i.delivered_at <= %(cut)s
        AND i.completed_at < i.delivered_at + make_interval(days => %(days)s)) AS ripe_completed
FROM invitations_invitation i LEFT JOIN surveys_burnttoken b
    ON %(burns)s AND b.digest = i.digest
WHERE i.survey_id = %(survey)s AND (%(plan)s::uuid IS NULL OR i.plan_id = %(plan)s)
GROUP BY i.channel ORDER BY count(i.sent_at) DESC, i.channel"""


@dataclass(frozen=True)
class Steps:
    """How far invitations came on one channel, or on all of them (channel "")."""

    channel: str
    planned: int
    sent: int
    delivered: int
    opened: int
    started: int
    completed: int
    failed: int
    waiting: int
    refused: int
    burnt: int
    ripe: int
    ripe_completed: int

    @property
    def label(self) -> str:
        return channel_label(self.channel)

    @property
    def rate(self) -> Rate:
        """Return completed within the usual days of those delivered at least so long ago."""
        return rate_of(self.ripe_completed, self.ripe)

    @property
    def fresh(self) -> int:
        """Return how many are too young to be counted."""
        return self.delivered - self.ripe


@dataclass(frozen=True)
class Why:
    """How many were not asked for one reason."""

    reason: str
    label: str
    n: int
    percent: float


@dataclass(frozen=True)
class Row:
    """One step of the funnel as it is shown: `percent` of the one it is compared with."""

    label: str
    n: int
    percent: float | None
    width: float


@dataclass(frozen=True)
class Funnel:
    """From everybody who could have been asked to those who finished."""

    total: Steps
    channels: Sequence[Steps]
    passed_over: Mapping[str, int]
    refusals: Sequence[Why]
    is_anonymous: bool
    eligible: int
    failures: Sequence[Why] = field(default_factory=list)

    @property
    def finished(self) -> int:
        """Return how many finished; of an anonymous survey only the used-up links are counted."""
        return self.total.burnt if self.is_anonymous else self.total.completed

    @property
    def rows(self) -> list[Row]:
        """Return the steps as they are shown, each with its share of the step above."""
        total = self.total
        steps = [
            (_("Could be asked"), self.eligible),
            (_("Sent"), total.sent),
            (_("Delivered"), total.delivered),
        ]
        if not self.is_anonymous:
            steps += [(_("Opened"), total.opened), (_("Started"), total.started)]
        steps.append((_("Completed"), self.finished))
        before = [None, *(n for _label, n in steps)]
        return [
            Row(label, n, 100 * n / of if of else None, 100 * n / self.eligible if self.eligible else 0.0)
            for (label, n), of in zip(steps, before, strict=False)
        ]


def funnel_of(survey: Survey, *, now: datetime, plan: Plan | None = None) -> Funnel:
    """Return the funnel of a survey, or of one of its plans."""
    channels = steps_of(survey, now=now, plan=plan)
    total = _sum(channels)
    plans = [plan.id] if plan else list(Plan.objects.filter(survey=survey).values_list("id", flat=True))
    passed = passed_over_counts(plans)
    eligible = total.planned + sum(passed.values())
    return Funnel(
        total=total,
        channels=[one for one in channels if one.sent],
        passed_over=passed,
        refusals=whys(_reasons(survey, plan, Invitation.State.REFUSED) | passed, of=eligible),
        is_anonymous=survey.how.anonymous,
        eligible=eligible,
        failures=whys(_reasons(survey, plan, Invitation.State.FAILED), of=total.sent, failed=True),
    )


def steps_of(survey: Survey, *, now: datetime, plan: Plan | None = None) -> list[Steps]:
    parameters: dict[str, Any] = {
        "survey": survey.id,
        "plan": plan.id if plan else None,
        "cut": now - timedelta(days=USUAL_DAYS),
        "days": USUAL_DAYS,
        # Only of anonymous surveys: elsewhere nothing is looked for.
        "burns": survey.how.anonymous,
    }
    with connection.cursor() as cursor:
        cursor.execute(STEPS, parameters)
        return [Steps(*row) for row in cursor.fetchall()]


def whys(counts: Mapping[str, int], *, of: int, failed: bool = False) -> list[Why]:
    """Return reasons in words, the most frequent first."""
    ordered = sorted(counts.items(), key=lambda pair: -pair[1])
    return [
        Why(reason, say_reason(reason, failed=failed), n, 100 * n / of if of else 0.0)
        for reason, n in ordered
        if n
    ]


def _reasons(survey: Survey, plan: Plan | None, state: str) -> dict[str, int]:
    found = Invitation.objects.filter(survey=survey, state=state)
    if plan:
        found = found.filter(plan=plan)
    return dict(found.values_list("reason").annotate(n=Count("id")))


def _sum(channels: Iterable[Steps]) -> Steps:
    numbers = [(*vars(one).values(),)[1:] for one in channels]
    totals = [sum(column) for column in zip(*numbers, strict=True)] if numbers else [0] * 12
    return Steps("", *totals)


def counts_of(plans: Sequence[Plan], *, now: datetime) -> dict[UUID, dict[str, int]]:
    """Return by plan how many wait, are being sent (`busy`), went, and were answered."""
    states = Invitation.State
    waiting = Q(state__in=[states.PLANNED, states.QUEUED])
    busy = Q(state=states.QUEUED) | Q(state=states.PLANNED, due_at__lte=now)
    rows = (
        Invitation.objects.filter(plan__in=plans)
        .values("plan_id")
        .annotate(
            n=Count("id"),
            waiting=Count("id", filter=waiting),
            busy=Count("id", filter=busy),
            refused=Count("id", filter=Q(state=states.REFUSED)),
            sent=Count("sent_at"),
            completed=Count("completed_at"),
        )
    )
    none = {"n": 0, "waiting": 0, "busy": 0, "refused": 0, "sent": 0, "completed": 0, "done": 0}
    found = {row["plan_id"]: {**row, "done": row["n"] - row["waiting"]} for row in rows}
    return {plan.id: found.get(plan.id, none) for plan in plans}
