"""SMS.ir's wire shape, its errors, and what it says later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hamdel.act.messages.connectors import connector_named
from hamdel.act.messages.content import Content
from hamdel.act.messages.models import Message
from hamdel.act.messages.sweeping import LEASE, ask_after, ask_delivery, poll
from hamdel.act.messages.tests.fakes import BREAK, gateway
from hamdel.act.messages.tests.stage import MORNING, NPS, Clock, attempts, connect, queue_one, reread, send
from hamdel.ground.workspaces.tenancy import inside

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "kZ8vQmTz1aB2cD3eF4gH"
State = Message.State


class SmsIr:
    def __init__(self):
        self.sent = []
        self.status = 1
        self.delivery_state = 1

    def __call__(self, asked):
        if asked.headers.get("x-api-key") != KEY:
            return 401, {"status": 10, "message": "کلید وب‌سرویس نامعتبر است", "data": None}
        if self.status != 1:
            return 400, {"status": self.status, "message": "خطا", "data": None}
        return 200, {"status": 1, "message": "موفق", "data": self.data(asked)}

    def data(self, asked):
        if asked.path == "/v1/send/liketolike":
            body = asked.json
            assert set(body) == {"lineNumber", "messageTexts", "mobiles", "sendDateTime"}
            assert len(body["messageTexts"]) == len(body["mobiles"])
            assert isinstance(body["lineNumber"], int)
            self.sent += body["mobiles"]
            ids = [89545112 + n for n, _ in enumerate(body["mobiles"])]
            return {"packId": "2b99e63d", "messageIds": ids, "cost": 1.0}
        if asked.path == "/v1/send/verify":
            self.verified = asked.json
            return {"messageId": 89545112, "cost": 1.0}
        if asked.path == "/v1/receive/latest":
            return [
                {
                    "messageText": "نه",
                    "number": 30004505,
                    "mobile": 9121234567,
                    "receivedDateTime": 1795500000,
                }
            ]
        if asked.path == "/v1/credit":
            return 512.5
        return {
            "messageId": 89545112,
            "mobile": 9121234567,
            "deliveryState": self.delivery_state,
            "cost": 1.0,
        }


@pytest.fixture
def server():
    return SmsIr()


@pytest.fixture
def fake(server):
    with gateway(server) as fake:
        yield fake


@pytest.fixture
def account(cast, fake):
    return connect(
        cast, "smsir", base_url=fake.url, api_key=KEY, sender="30004505", line_type="service", stop_words="",
        cost_rial_per_segment=120,
    )  # fmt: skip


def test_a_message_goes_out_like_to_like(cast, account, server):
    queued = queue_one(cast)

    send(account)

    message = reread(cast, queued.message)
    assert (message.state, message.provider_id, server.sent) == (State.SENT, "89545112", ["09121234567"])
    [attempt] = attempts(cast, message)
    assert KEY not in attempt.request + attempt.answer


def test_patterns_go_by_verify(cast, account, server):
    queue_one(cast, content=Content(text="x", template="100000", variables={"NAME": "زهرا"}))

    send(account)

    assert server.verified == {
        "mobile": "09121234567", "templateId": 100000, "parameters": [{"name": "NAME", "value": "زهرا"}],
    }  # fmt: skip


@pytest.mark.parametrize(("status", "problem", "state"), [
    (10, "wrong_key", "queued"), (20, "throttled", "queued"), (101, "wrong_sender", "queued"),
    (102, "no_credit", "queued"), (0, "gateway_down", "queued"), (104, "wrong_recipient", "failed"),
    (113, "template_refused", "failed"), (115, "blocked_recipient", "failed"), (114, "too_long", "failed"),
])  # fmt: skip
def test_each_error_says_what_it_is(cast, account, server, status, problem, state):
    server.status = status
    queued = queue_one(cast)

    send(account)

    message = reread(cast, queued.message)
    assert (message.problem, message.state) == (problem, state)


def test_an_answer_that_was_lost_is_never_sent_again(cast, account, fake):
    queued = queue_one(cast)
    fake.answer = lambda _asked: BREAK
    clock = Clock()
    send(account, clock)

    ask_after(account, at=clock.forward(seconds=LEASE.total_seconds() + 1))
    clock.forward(hours=5)
    send(account, clock)

    assert reread(cast, queued.message).state == State.UNSURE
    assert fake.paths() == ["/v1/send/liketolike"]


@pytest.mark.parametrize(("state", "expected"), [(1, "delivered"), (2, "failed"), (3, "sent"), (7, "failed")])
def test_delivery_is_asked_for(cast, account, server, state, expected):
    queued = queue_one(cast)
    send(account)
    server.delivery_state = state

    ask_delivery(account, at=MORNING + timedelta(minutes=3))

    assert reread(cast, queued.message).state == expected


def test_a_reply_in_words_answers_once_though_it_is_fetched_twice(cast, account):
    queued = queue_one(cast, choices=NPS)
    send(account)

    for _ in range(2):
        poll(account, at=MORNING + timedelta(minutes=2))

    assert reread(cast, queued.message).state == State.ANSWERED
    with inside(cast.cafe):
        assert Message.objects.incoming().count() == 1


def test_the_key_can_be_tried_without_sending(account, server):
    assert connector_named("smsir").check(account).works
    server.status = 10
    assert connector_named("smsir").check(account).problem == "wrong_key"
