"""A survey being written."""

import pytest

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.drafts.kinds import new_definition
from hamdel.listen.surveys.models import Survey


@pytest.fixture
def survey(cast):
    with inside(cast.cafe):
        return Survey.objects.create(
            workspace=cast.cafe, name="پس از تحویل", metric="nps", draft=new_definition(["fa", "en"])
        )


@pytest.fixture
def analyst(client, cast):
    client.force_login(cast.analyst.user)
    return client


@pytest.fixture
def draft(survey, cast):
    """Return a call that reads the draft as it is now."""

    def read():
        with inside(cast.cafe):
            return Survey.objects.get(id=survey.id).draft

    return read
