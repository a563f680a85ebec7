"""Melipayamak's wire shape and errors, the refused link above all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hamdel.act.messages.connectors import connector_named
from hamdel.act.messages.content import Content
from hamdel.act.messages.models import Message
from hamdel.act.messages.problems import in_words
from hamdel.act.messages.sweeping import ask_delivery, poll
from hamdel.act.messages.tests.fakes import gateway
from hamdel.act.messages.tests.stage import MORNING, NPS, attempts, connect, queue_one, reread, send
from hamdel.ground.workspaces.tenancy import inside

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "hush-hush-7654321"
State = Message.State


class Melipayamak:
    def __init__(self):
        self.calls = []
        self.refusal = None
        self.delivered = "1"

    def __call__(self, asked):
        form = asked.form
        what = asked.path.removeprefix("/api/SendSMS/")
        assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
        if (form.pop("username"), form.pop("password")) != ("cafe", PASSWORD):
            return 200, {"Value": "0", "RetStatus": 35, "StrRetStatus": "InvalidData"}
        self.calls.append((what, form))
        if self.refusal is not None and what in {"SendSMS", "BaseServiceNumber"}:
            return 200, {"Value": str(self.refusal), "RetStatus": 35, "StrRetStatus": "InvalidData"}
        if what == "BaseServiceNumber" and "://" in form["text"]:
            return 200, {"Value": "-10", "RetStatus": 35, "StrRetStatus": "InvalidData"}
        if what == "GetMessages":
            data = [{"MsgID": 77, "Body": "۱۰", "SendDate": "2026-11-24T10:05:00", "Sender": "9121234567"}]
            return 200, {"MyBase": None, "Data": data, "RetStatus": 1}
        said = {"SendSMS": "3741437414", "BaseServiceNumber": "741437414987654321", "GetCredit": "1200.5",
                "GetDeliveries2": self.delivered}[what]  # fmt: skip
        return 200, {"Value": said, "RetStatus": 1, "StrRetStatus": "Ok"}


@pytest.fixture
def server():
    return Melipayamak()


@pytest.fixture
def account(cast, server):
    with gateway(server) as fake:
        yield connect(
            cast, "melipayamak", base_url=fake.url, username="cafe", password=PASSWORD, sender="5000123",
            line_type="service", cost_rial_per_segment=90, stop_words="",
        )  # fmt: skip


def test_a_message_goes_out_as_a_form(cast, account, server):
    queued = queue_one(cast, text="سلام")

    send(account)

    assert server.calls == [
        ("SendSMS", {"to": "09121234567", "from": "5000123", "text": "سلام", "isFlash": "false"})
    ]
    message = reread(cast, queued.message)
    assert (message.state, message.provider_id) == (State.SENT, "3741437414")
    assert PASSWORD not in attempts(cast, message)[0].request


def test_patterns_join_their_variables(cast, account, server):
    queue_one(cast, content=Content(text="x", template="10101", variables={"name": "زهرا; ر", "score": "۵"}))

    send(account)

    assert server.calls == [
        ("BaseServiceNumber", {"text": "زهرا، ر;۵", "to": "09121234567", "bodyId": "10101"})
    ]


def test_a_link_among_the_variables_is_refused_with_advice(cast, account):
    variables = {"name": "زهرا", "link": "https://x.example/i/abc"}
    queued = queue_one(cast, content=Content(text="x", template="10101", variables=variables))

    send(account)

    message = reread(cast, queued.message)
    assert (message.state, message.problem) == (State.FAILED, "link_refused")
    assert "pattern" in in_words("link_refused") or "الگو" in in_words("link_refused")


@pytest.mark.parametrize(("code", "problem", "state"), [
    (2, "no_credit", "queued"), (5, "wrong_sender", "queued"), (7, "words_refused", "failed"),
    (-4, "template_refused", "failed"), (-6, "gateway_down", "queued"), (18, "wrong_recipient", "failed"),
    (6, "gateway_down", "queued"), (-108, "not_permitted", "queued"),
])  # fmt: skip
def test_each_error_says_what_it_is(cast, account, server, code, problem, state):
    server.refusal = code
    queued = queue_one(cast)

    send(account)

    message = reread(cast, queued.message)
    assert (message.problem, message.state) == (problem, state)


@pytest.mark.parametrize(
    ("said", "expected"), [("1", "delivered"), ("2", "failed"), ("0", "sent"), ("35", "failed")]
)
def test_delivery_is_asked_for(cast, account, server, said, expected):
    queued = queue_one(cast)
    send(account)
    server.delivered = said

    ask_delivery(account, at=MORNING + timedelta(minutes=3))

    assert reread(cast, queued.message).state == expected
    assert server.calls[-1] == ("GetDeliveries2", {"recID": "3741437414"})


def test_a_fetched_reply_answers_once(cast, account):
    queued = queue_one(cast, choices=NPS)
    send(account)

    for _ in range(2):
        poll(account, at=MORNING + timedelta(minutes=2))

    assert reread(cast, queued.message).state == State.ANSWERED
    with inside(cast.cafe):
        assert Message.objects.incoming().count() == 1


def test_the_account_can_be_tried_without_sending(account, server):
    assert connector_named("melipayamak").check(account).works
    assert server.calls == [("GetCredit", {})]
