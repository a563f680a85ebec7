"""Open cases on the overview."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from hamdel.act.cases.models import Case
from hamdel.ground.ids import new_id
from hamdel.ground.workspaces.tenancy import inside


@pytest.fixture
def cases(cast, analytics_store):
    """Two late cases, and one due in three days."""
    with inside(cast.cafe):
        for number, due in enumerate((-5, -1, 72), start=1):
            Case.objects.create(
                workspace=cast.cafe, number=number, customer=cast.customer, event_id=new_id(), metric="nps", score=1,
                opened_at=now() - timedelta(days=2), due_at=now() + timedelta(hours=due),
            )  # fmt: skip


def panel(client, member):
    client.cookies["language"] = "en"
    client.force_login(member.user)
    return client.get("/panels/cases/", HTTP_HX_REQUEST="true")


def test_open_cases_are_counted_by_when_they_are_due(client, cast, cases):
    content = panel(client, cast.agent).content.decode()

    numbers = [part.partition("<dd>")[2].partition("</dd>")[0] for part in content.split("<dt>")[1:]]
    assert numbers == ["2", "0", "1"]
    assert content.index("/act/cases/1/") < content.index("/act/cases/3/")


def test_a_viewer_has_no_such_panel_and_an_outsider_an_empty_one(client, cast, cases):
    assert panel(client, cast.viewer).status_code == 404
    assert "Nobody is waiting" in panel(client, cast.outsider).content.decode()
