from __future__ import annotations

import pytest
from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.invitations.actions import invite_customer
from hamdel.listen.surveys.actions import create_survey, publish_survey
from hamdel.listen.surveys.ready_made import READY_MADE


@pytest.fixture
def survey(cast):
    """The café's open NPS survey."""
    with inside(cast.cafe):
        ready = READY_MADE["nps-after-delivery"]
        made = create_survey(
            cast.cafe,
            name="NPS",
            metric=ready.metric,
            touchpoint="delivery",
            definition=ready.definition(),
            by=cast.owner,
        )
        publish_survey(made, by=cast.owner, at=now())
        made.refresh_from_db()
    return made


@pytest.fixture
def personal_secret(survey, cast):
    """The secret of a link of Zahra's own."""
    with inside(cast.cafe):
        _invitation, secret = invite_customer(cast.customer, survey, by=cast.owner, at=now())
    return secret


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """Let a test commit, so that other threads see what it does; everything is emptied afterwards.

    pytest-django's own way empties tables as the role the product runs as, which may not.
    """
    from django.db import connections

    from tests.cast import gather

    with django_db_blocker.unblock():
        try:
            yield gather()
        finally:
            connections["default"].close()
            with connections["owner"].cursor() as cursor:
                cursor.execute("TRUNCATE workspaces_workspace, access_user, workspaces_cache CASCADE")
            connections["owner"].close()


@pytest.fixture
def committed_survey(committed):
    """An open survey of one café, seen by every thread."""
    with inside(committed.cafe):
        ready = READY_MADE["nps-after-delivery"]
        made = create_survey(
            committed.cafe,
            name="NPS",
            metric=ready.metric,
            touchpoint="",
            definition=ready.definition(),
            by=committed.owner,
        )
        publish_survey(made, by=committed.owner, at=now())
        made.refresh_from_db()
    return made
