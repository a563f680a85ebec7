"""Answers by telephone keys, from any exchange."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from hamdel.act.messages.models import Message
from hamdel.act.messages.replies import Reply, _takers, on_reply
from hamdel.act.messages.tests.stage import connect
from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.models import Identifier
from tests.cast import SOME_DAY

pytestmark = pytest.mark.django_db(transaction=True)
CALL = {"channel": "ivr", "caller": "09121234567", "survey": "k3Vb9QmT", "answer_digit": "۴", "id": "call-1"}


@pytest.fixture
def account(cast):
    with inside(cast.cafe):
        Identifier.objects.create(
            workspace=cast.cafe,
            customer=cast.customer,
            kind="phone",
            value="+989121234567",
            first_seen_at=SOME_DAY,
        )
    return connect(cast, "ivr")


@pytest.fixture
def replies():
    kept: list[Reply] = []

    @on_reply
    def take(reply):
        kept.append(reply)
        return True

    yield kept
    _takers.remove(take)


@pytest.fixture
def path(account):
    return f"/act/messages/in/{account.secrets['callback_key']}/answer/"


def test_a_pressed_digit_is_an_answer_of_the_caller(cast, client, path, replies):
    for _ in range(3):
        assert client.post(path, json.dumps(CALL), content_type="application/json").status_code == 200

    [reply] = replies
    assert (reply.value, reply.reference, reply.channel) == ("4", "survey:k3Vb9QmT", "ivr")
    assert reply.customer_id == cast.customer.id
    with inside(cast.cafe):
        assert Message.objects.incoming().get().text == "4"


@pytest.mark.parametrize("how", ["form", "query"])
def test_exchanges_that_know_no_json_may_send_a_form_or_a_query(client, path, replies, how):
    sent = {**CALL, "channel": "ussd"}

    said = client.post(path, sent) if how == "form" else client.get(path, sent)

    assert said.status_code == 200
    assert (replies[0].channel, replies[0].value) == ("ussd", "4")


def test_a_caller_nobody_knows_still_answers(client, path, replies):
    client.post(path, {**CALL, "caller": "02188776655"})

    assert (replies[0].customer_id, replies[0].value) == (None, "4")


@pytest.mark.parametrize("harm", [
    {"answer_digit": ""}, {"answer_digit": "#"}, {"channel": "fax"}, {"answer_digit": "1 2"},
])  # fmt: skip
def test_what_is_no_answer_is_refused_with_400(client, path, replies, harm):
    assert client.post(path, {**CALL, **harm}).status_code == 400
    assert client.post(path, "[1", content_type="application/json").status_code == 400
    assert client.post(path, "[1]", content_type="application/json").status_code == 400
    assert replies == []


def test_an_exchange_that_names_no_call_and_sends_it_again_is_heard_once(cast, client, path, replies):
    nameless = {name: value for name, value in CALL.items() if name != "id"}

    for _ in range(3):
        assert client.post(path, nameless).status_code == 200
    client.post(path, {**nameless, "answer_digit": "2"})

    assert [reply.value for reply in replies] == ["4", "2"]


def test_callers_who_hide_their_number_are_each_heard(client, path, replies):
    nameless = {name: value for name, value in CALL.items() if name != "id"}

    for _ in range(3):
        assert client.post(path, {**nameless, "caller": "anonymous"}).status_code == 200

    assert [reply.value for reply in replies] == ["4", "4", "4"]


def test_a_body_made_to_break_us_is_refused(client, path, replies):
    deep = "[" * 100_000

    assert client.post(path, deep, content_type="application/json").status_code == 400
    assert replies == []


def test_the_number_of_a_call_has_many_names(client, path, replies):
    call = {name: value for name, value in CALL.items() if name != "id"}

    for _ in range(2):
        client.post(path, {**call, "uniqueid": "1700000000.12"})
    client.post(path, {**call, "uniqueid": "1700000060.13"})

    assert len(replies) == 2


def test_an_answer_that_nobody_takes_is_refused_so_that_the_caller_can_be_asked_again(cast, client, path):
    said = client.post(path, CALL)

    assert (said.status_code, said.json()["code"]) == (400, "no_answer")
    with inside(cast.cafe):
        assert Message.objects.incoming().count() == 0


@pytest.fixture
def forgiven():
    """What this address has guessed is forgotten afterwards: the count lives in no table that tests empty."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM workspaces_cache WHERE cache_key LIKE 'misses:%'")


def test_guessing_keys_is_stopped(client, path, forgiven):
    for _ in range(25):
        last = client.post("/act/messages/in/guess/answer/", CALL)

    assert last.status_code == 429


def test_a_channel_that_only_calls_us_works_once_it_called(cast, client, account, path, replies):
    client.force_login(cast.owner.user)
    client.cookies["language"] = "en"
    page = f"/act/messages/channels/{account.id}/"
    before = client.get(page).content.decode()

    client.post(path, "{", content_type="application/json")
    after_nonsense = client.get(page).content.decode()
    client.post(path, json.dumps(CALL), content_type="application/json")
    after = client.get(page).content.decode()

    assert "Not tried yet" in before
    assert "Not tried yet" in after_nonsense
    assert "Not tried yet" not in after
    assert "Works" in after


def test_its_page_says_what_to_post_and_offers_nothing_that_it_cannot(cast, client, account, path):
    client.force_login(cast.owner.user)
    client.cookies["language"] = "en"

    page = client.get(f"/act/messages/channels/{account.id}/").content.decode()

    assert f"curl http://testserver{path}" in page
    assert all(
        f"<code>{field}</code>" in page for field in ("caller", "survey", "answer_digit", "channel", "id")
    )
    assert "Check the connection" not in page
    assert "Send a test" not in page
