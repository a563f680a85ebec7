"""Invite a customer: today by a link handed over, with channels to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction

from hamdel.ground.access.models import Member, digest, new_secret
from hamdel.ground.facts import Fact, announce_all
from hamdel.know.customers.models import Customer
from hamdel.listen.invitations.models import Invitation
from hamdel.listen.surveys.actions import SurveyClosed
from hamdel.listen.surveys.models import Survey

LINK_LIVES = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class SurveyInvited(Fact):
    """A customer was asked."""

    name: ClassVar[str] = "Survey Invited"
    survey_id: UUID
    invitation_id: UUID


@dataclass(frozen=True, kw_only=True)
class SurveyDelivered(Fact):
    """The invitation is known to have arrived; response rates divide by these."""

    name: ClassVar[str] = "Survey Delivered"
    survey_id: UUID
    invitation_id: UUID


@transaction.atomic
def invite_customer(
    customer: Customer,
    survey: Survey,
    *,
    by: Member | None,
    at: datetime,
    channel: str = "link",
    touchpoint: str = "",
    caused_by: UUID | None = None,
) -> tuple[Invitation, str]:
    """Return an invitation and the secret of its link, which is shown this once.

    A link handed over by a member counts as delivered. Raises SurveyClosed.
    """
    if not survey.is_open:
        raise SurveyClosed
    secret = new_secret()
    invitation = Invitation.objects.create(
        workspace_id=survey.workspace_id,
        survey=survey,
        customer=customer,
        channel=channel,
        touchpoint=touchpoint or survey.touchpoint,
        caused_by=caused_by,
        digest=digest(secret),
        created_by=by,
        created_at=at,
        expires_at=at + LINK_LIVES,
    )
    shared: dict[str, Any] = {
        "workspace_id": survey.workspace_id,
        "customer_id": customer.id,
        "at": at,
        "touchpoint": invitation.touchpoint,
        "channel": channel,
        "survey_id": survey.id,
        "invitation_id": invitation.id,
    }
    announce_all([SurveyInvited(**shared), SurveyDelivered(**shared)])
    return invitation, secret


def link_path(secret: str) -> str:
    """Return the path of a personal link."""
    return f"/i/{secret}/"
