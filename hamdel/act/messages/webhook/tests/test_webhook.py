"""Webhooks: signed so that the standard's own library accepts them, and safe to send again."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from standardwebhooks import Webhook as Verifier

from hamdel.act.messages.models import ChannelAccount, Message
from hamdel.act.messages.sweeping import LEASE, ask_after
from hamdel.act.messages.tests.fakes import BREAK, gateway
from hamdel.act.messages.tests.stage import NPS, Clock, attempts, connect, queue_one, reread, send
from hamdel.act.messages.webhook.connector import signed_headers
from hamdel.act.messages.webhook.forms import WebhookForm
from hamdel.ground.workspaces.tenancy import inside

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEWER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
State = Message.State


@pytest.fixture
def fake():
    with gateway(lambda _asked: (204, b"")) as fake:
        yield fake


@pytest.fixture
def account(cast, fake):
    return connect(cast, "webhook", url=f"{fake.url}/in", secret=SECRET, old_secret="")


@pytest.mark.django_db(transaction=True)
def test_the_standards_own_library_accepts_it(cast, account, fake):
    queued = queue_one(cast, channel="webhook", choices=NPS, reference="invitation:5")

    send(account)

    [asked] = fake.asked
    body = Verifier(SECRET).verify(asked.body, asked.headers)
    assert body["type"] == "message.send"
    assert body["data"]["to"] == str(cast.customer.id)
    assert body["data"]["reference"] == "invitation:5"
    assert len(asked.body) < 20_000
    assert asked.headers["webhook-id"] == f"msg_{queued.message.id.hex}"
    assert reread(cast, queued.message).state == State.SENT
    assert SECRET not in attempts(cast, queued.message)[0].request


@pytest.mark.parametrize("known", [SECRET, NEWER])
def test_while_the_secret_changes_both_are_accepted(known):
    import time

    body = json.dumps({"a": "سلام"}).encode()
    headers = signed_headers("msg_1", body, [NEWER, SECRET], at=int(time.time()))

    assert Verifier(known).verify(body, headers) == {"a": "سلام"}


def test_the_documents_own_example_has_the_documents_signature():
    body = b'{"test": 2432232314}'
    headers = signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", body, [SECRET], at=1614265330)

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.django_db(transaction=True)
def test_a_lost_answer_is_sent_again_under_the_same_id(cast, account, fake):
    queued = queue_one(cast, channel="webhook")
    fake.answer = lambda _asked: BREAK
    clock = Clock()
    send(account, clock)
    fake.answer = lambda _asked: (200, {})

    ask_after(account, at=clock.forward(seconds=LEASE.total_seconds() + 1))
    send(account, Clock(clock.now + timedelta(minutes=1)))

    assert reread(cast, queued.message).state == State.SENT
    assert len({asked.headers["webhook-id"] for asked in fake.asked}) == 1
    assert len(fake.asked) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("status", "state", "problem"), [
    (410, "failed", "gone"), (429, "queued", "throttled"), (502, "queued", "throttled"), (500, "queued", "refused"),
    (302, "queued", "refused"), (404, "queued", "refused"),
])  # fmt: skip
def test_what_each_status_means(cast, account, fake, status, state, problem):
    fake.answer = lambda _asked: (status, {})
    queued = queue_one(cast, channel="webhook")

    send(account)

    message = reread(cast, queued.message)
    assert (message.state, message.problem) == (state, problem)
    with inside(cast.cafe):
        assert ChannelAccount.objects.get(id=account.id).is_on is (status != 410)


@pytest.mark.django_db(transaction=True)
def test_a_private_address_is_not_called(cast, account, fake, monkeypatch):
    monkeypatch.setenv("HAMDEL_PRIVATE_TARGETS", "")
    queued = queue_one(cast, channel="webhook")

    send(account)

    assert fake.asked == []
    assert reread(cast, queued.message).problem == "private_address"


@pytest.mark.parametrize("secret", ["whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!!!"])
def test_a_secret_that_is_none_is_refused(secret):
    form = WebhookForm({"name": "x", "url": "https://x.example/", "per_second": 1, "secret": secret})

    assert "secret" in form.errors
