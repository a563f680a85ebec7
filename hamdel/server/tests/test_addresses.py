"""A NUL in an address is no error of ours."""

import pytest
from django.test import Client

CHOSEN = [
    "/act/messages/?channel=%00", "/act/messages/?q=a%00b&direction=%00", "/act/cases/?after=%00", "/act/contacts/?state=%00&reason=%00",
    "/settings/audit/?actor=%00", "/know/customers/?q=%00", "/listen/invitations/?channel=%00", "/listen/surveys/?touchpoint=%00",
]  # fmt: skip


@pytest.fixture
def client(cast):
    client = Client()
    client.force_login(cast.owner.user)
    return client


@pytest.mark.usefixtures("analytics_store")
@pytest.mark.parametrize("address", CHOSEN)
def test_what_is_chosen_is_read_without_it(client, address):
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/q/%00/", "/s/a%00b/", "/know/customers/%00/", "/%00"])
def test_in_a_path_it_names_nothing(client, address):
    assert client.get(address).status_code == 404
    assert Client().get(address).status_code == 404


def test_a_program_is_told_that_it_sent_one(client):
    refused = client.get("/api/v1/customers?external_id=%00")

    assert refused.status_code in {400, 401}
