"""A personal link is for one person: programs that look at it leave no trace."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from hamdel.ground.access.models import digest
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.invitations.actions import invite_customer, link_path
from hamdel.listen.invitations.models import Invitation
from hamdel.listen.invitations.sending import new_token
from hamdel.listen.surveys.models import Response
from hamdel.listen.surveys.queries import funnel

pytestmark = pytest.mark.django_db


def test_a_token_has_128_bits_and_is_kept_as_a_digest(cast, survey):
    with inside(cast.cafe):
        invitation, secret = invite_customer(cast.customer, survey, by=cast.owner, at=now())

    assert len(secret) == 22  # 16 bytes in base64
    assert invitation.digest == digest(secret)
    assert len({new_token() for _ in range(10_000)}) == 10_000


def test_scanners_that_fetch_the_link_answer_nothing(client, cast, survey):
    with inside(cast.cafe):
        _invitation, secret = invite_customer(cast.customer, survey, by=cast.owner, at=now())

    for _again in range(5):
        for address in (link_path(secret), f"{link_path(secret)}?score=9", f"{link_path(secret)}?score=0"):
            assert client.get(address).status_code == 200
            client.head(address)

    with inside(cast.cafe):
        assert not Response.objects.exists()
        row = Invitation.objects.get()
    assert (row.state, row.opened_at, row.started_at) == ("delivered", None, None)


def test_a_survey_counts_as_invited_only_whom_something_was_sent(cast, survey):
    shared = {
        "workspace": cast.cafe, "survey": survey, "customer": cast.customer, "channel": "sms", "created_at": now(),
        "due_at": now(), "expires_at": now(),
    }  # fmt: skip
    with inside(cast.cafe):
        Invitation.objects.create(state="planned", **shared)
        Invitation.objects.create(state="refused", reason="cool_off", **shared)
        Invitation.objects.create(state="sent", digest="d1", sent_at=now(), **shared)
        invite_customer(cast.phoneless, survey, by=cast.owner, at=now())

        found = funnel(survey)

    assert (found.invited.n, found.delivered.n) == (2, 1)
