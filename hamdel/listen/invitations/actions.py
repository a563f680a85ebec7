"""Verbs of inviting: hand one customer a link, and start, pause and end the plans that ask many."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from hamdel.ground.access.models import Member, digest
from hamdel.ground.audit.actions import record
from hamdel.ground.facts import Fact, announce_all
from hamdel.know.customers.models import Customer
from hamdel.listen.invitations.facts import SurveyDelivered, SurveyInvited
from hamdel.listen.invitations.jobs import wake
from hamdel.listen.invitations.models import LINK_LIVES_DAYS, Invitation, ListedCustomer, Plan
from hamdel.listen.invitations.sending import new_token
from hamdel.listen.surveys.actions import SurveyClosed
from hamdel.listen.surveys.models import Survey

LINK_LIVES = timedelta(days=LINK_LIVES_DAYS)
BATCH = 1_000


class NotReady(Exception):
    """The plan lacks something it needs to ask anybody: the message says what, in the active language."""


def invite_customer(customer: Customer, survey: Survey, **how: Any) -> tuple[Invitation, str]:
    """Return an invitation of one customer and the secret of its link; see `invite_customers`."""
    return invite_customers([customer], survey, **how)[0]


@transaction.atomic
def invite_customers(
    customers: Sequence[Customer],
    survey: Survey,
    *,
    by: Member | None,
    at: datetime,
    channel: str = "link",
    touchpoint: str = "",
    caused_by: UUID | None = None,
) -> list[tuple[Invitation, str]]:
    """Return an invitation of each customer with the secret of its link, which is shown this once.

    A link handed over by a member counts as delivered. Raises SurveyClosed.
    """
    if not survey.is_open:
        raise SurveyClosed
    made = []
    for customer in customers:
        secret = new_token()
        made.append(
            (
                Invitation(
                    workspace_id=survey.workspace_id,
                    survey=survey,
                    customer=customer,
                    state=Invitation.State.DELIVERED,
                    channel=channel,
                    touchpoint=touchpoint or survey.touchpoint,
                    caused_by=caused_by,
                    digest=digest(secret),
                    created_by=by,
                    created_at=at,
                    due_at=at,
                    queued_at=at,
                    sent_at=at,
                    delivered_at=at,
                    expires_at=at + LINK_LIVES,
                ),
                secret,
            )
        )
    Invitation.objects.bulk_create([invitation for invitation, _secret in made], batch_size=BATCH)
    announce_all(fact for invitation, _secret in made for fact in _handed_over(invitation, survey, at=at))
    return made


def _handed_over(invitation: Invitation, survey: Survey, *, at: datetime) -> list[Fact]:
    shared: dict[str, Any] = {
        "workspace_id": invitation.workspace_id,
        "customer_id": invitation.customer_id,
        "at": at,
        "touchpoint": invitation.touchpoint,
        "channel": invitation.channel,
        "survey_id": invitation.survey_id,
    }
    named = None if survey.how.anonymous else invitation.id
    return [
        SurveyInvited(**shared, invitation_id=invitation.id),
        SurveyDelivered(**shared, invitation_id=named),
    ]


def link_path(secret: str) -> str:
    """Return the path of a personal link."""
    return f"/i/{secret}/"


@transaction.atomic
def start_plan(plan: Plan, *, by: Member | None, at: datetime) -> None:
    """Let a plan ask from now on, or again after a pause. Raises NotReady."""
    why = plan.missing()
    if why:
        raise NotReady(why)
    if plan.is_running:
        return
    plan.state = Plan.State.RUNNING
    plan.starts_at = plan.starts_at or at
    plan.save(update_fields=["state", "starts_at"])
    record("invitations started", workspace=plan.workspace, by=by, subject=plan.name)
    wake(plan.workspace_id)


@transaction.atomic
def pause_plan(plan: Plan, *, by: Member | None) -> None:
    """Ask nobody for a while: what is planned waits, and events meanwhile are not collected."""
    if plan.is_running:
        plan.state = Plan.State.PAUSED
        plan.save(update_fields=["state"])
        record("invitations paused", workspace=plan.workspace, by=by, subject=plan.name)


@transaction.atomic
def end_plan(plan: Plan, *, by: Member | None, at: datetime) -> int:
    """Ask nobody any more; return how many planned invitations that calls off. Links that went out stay open."""
    if plan.state == Plan.State.ENDED:
        return 0
    plan.state, plan.ends_at = Plan.State.ENDED, min(plan.ends_at or at, at)
    plan.save(update_fields=["state", "ends_at"])
    record("invitations ended", workspace=plan.workspace, by=by, subject=plan.name)
    Invitation.objects.filter(plan=plan, remind_at__isnull=False).update(remind_at=None)
    waiting = Invitation.objects.filter(plan=plan, state=Invitation.State.PLANNED)
    return waiting.update(state=Invitation.State.REFUSED, reason="stopped")


def put_on_list(plan: Plan, customers: Collection[UUID]) -> int:
    """Put customers on a plan's list; return how many were not on it. Ask inside the workspace."""
    before = ListedCustomer.objects.filter(plan=plan).count()
    rows = [
        ListedCustomer(workspace_id=plan.workspace_id, plan=plan, customer_id=customer)
        for customer in dict.fromkeys(customers)
    ]
    ListedCustomer.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    return ListedCustomer.objects.filter(plan=plan).count() - before
