from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from hamdel.act.messages.models import ChannelAccount
from hamdel.ground.access.models import digest, new_secret
from hamdel.ground.facts import KnownEvent
from hamdel.ground.ids import new_id
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.invitations.models import Plan
from hamdel.listen.surveys.tests.conftest import committed, committed_survey, survey  # noqa: F401

# Ten in the morning in Tehran: no quiet hours.
MORNING = datetime(2026, 11, 2, 6, 30, tzinfo=UTC)


def account_of(workspace, channel="sms", connector="kavenegar", **more):
    """A channel's account, as the settings page would make it."""
    return ChannelAccount.objects.create(
        workspace=workspace, connector=connector, channel=channel, name=channel, secrets={"key": "k"},
        callback_digest=digest(new_secret()), created_at=MORNING, **more,
    )  # fmt: skip


@pytest.fixture
def account(cast):
    with inside(cast.cafe):
        return account_of(cast.cafe)


def plan_of(survey, **more):  # noqa: F811
    """A running plan that asks by SMS as soon as an order was delivered."""
    given = {
        "name": "پس از تحویل", "state": Plan.State.RUNNING, "event": "Order Delivered", "channels": ["sms"],
        "created_at": MORNING - timedelta(days=30), "starts_at": MORNING - timedelta(days=30),
    }  # fmt: skip
    with inside(survey.workspace_id):
        return Plan.objects.create(workspace_id=survey.workspace_id, survey=survey, **{**given, **more})


@pytest.fixture
def plan(survey):  # noqa: F811
    return plan_of(survey)


def event_for(customer, name="Order Delivered", *, at=MORNING, received=None, event_id=None, **properties):
    """An event of a customer as reactions are given it."""
    return KnownEvent(
        workspace_id=customer.workspace_id,
        event_id=event_id or new_id(),
        customer_id=customer.id if not isinstance(customer, UUID) else customer,
        type="track",
        name=name,
        occurred_at=at,
        received_at=received or at,
        touchpoint=str(properties.get("touchpoint", "")),
        channel="",
        properties=properties,
    )
