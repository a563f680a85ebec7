"""Kavenegar's wire shape, its errors, and answers that get lost."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from hamdel.act.contacts.models import Contact
from hamdel.act.messages.content import Content
from hamdel.act.messages.models import ChannelAccount, Message
from hamdel.act.messages.replies import _takers, on_reply
from hamdel.act.messages.sweeping import LEASE, ask_after, ask_delivery, poll
from hamdel.act.messages.tests.fakes import BREAK, gateway
from hamdel.act.messages.tests.stage import (
    MORNING,
    NPS,
    Clock,
    attempts,
    kavenegar,
    queue_one,
    reread,
    send,
    wish,
)
from hamdel.ground.workspaces.tenancy import inside

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "6B6A7132637473656372"
State = Message.State


class Kavenegar:
    """Plays Kavenegar: keeps messages by their local id, as it does."""

    def __init__(self):
        self.messages = {}
        self.credit_left = True
        self.refuse = {}
        self.losing = ""

    def __call__(self, asked):
        assert asked.method == "POST"
        assert asked.path.startswith(f"/v1/{KEY}/")
        what = asked.path.removeprefix(f"/v1/{KEY}/").removesuffix(".json")
        return getattr(self, what.replace("/", "_"))(asked.form)

    def envelope(self, entries, status=200):
        return status, {"return": {"status": status, "message": "تایید شد"}, "entries": entries}

    def sms_sendarray(self, form):
        lists = {
            name: json.loads(form[name]) for name in ("receptor", "sender", "message", "localmessageids")
        }
        assert len({len(values) for values in lists.values()}) == 1
        for number in lists["receptor"]:
            if number in self.refuse:
                return self.envelope(None, self.refuse[number])
        if not self.credit_left:
            return self.envelope(None, 418)
        entries = []
        for to, sender, text, local in zip(*lists.values(), strict=True):
            number = 8792343 + len(self.messages)
            entry = {"messageid": number, "message": text, "status": 1, "statustext": "در صف ارسال", "sender": sender,
                     "receptor": to, "date": 1356619709, "cost": 120}  # fmt: skip
            self.messages.setdefault(local, []).append(entry)
            entries.append(entry)
        return BREAK if self.losing == "answer" else self.envelope(entries)

    def sms_statuslocalmessageid(self, form):
        entries = []
        for local in form["localid"].split(","):
            known = self.messages.get(local)
            status = (
                {"messageid": known[0]["messageid"], "status": 10}
                if known
                else {"messageid": 0, "status": 100}
            )
            entries.append({**status, "localid": local, "statustext": ""})
        return self.envelope(entries)

    def sms_status(self, form):
        return self.envelope([{"messageid": int(one), "status": 10} for one in form["messageid"].split(",")])

    def sms_receive(self, form):
        assert form == {"linenumber": "30001234", "isread": "0"}
        entry = {
            "messageid": 35850015,
            "message": "۹",
            "sender": "09121234567",
            "receptor": "30001234",
            "date": 1795500000,
        }
        return self.envelope([entry])

    def verify_lookup(self, form):
        self.looked_up = form
        return self.envelope([{"messageid": 1, "status": 5, "cost": 100}])

    def account_info(self, form):
        return self.envelope({"remaincredit": 1500032, "expiredate": 1388607530, "type": "Master"})


@pytest.fixture
def server():
    return Kavenegar()


@pytest.fixture
def fake(server):
    with gateway(server) as fake:
        yield fake


@pytest.fixture
def account(cast, fake):
    return kavenegar(cast, fake, cost_rial_per_segment=150)


def test_a_message_goes_out_in_kavenegars_shape(cast, account, fake, server):
    queued = queue_one(cast, reference="invitation:1")

    send(account)

    message = reread(cast, queued.message)
    assert message.state == State.SENT
    assert message.provider_id == "8792343"
    assert message.cost_rial == 120
    [asked] = fake.asked
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert json.loads(asked.form["receptor"]) == ["09121234567"]
    assert json.loads(asked.form["sender"]) == ["30001234"]
    assert json.loads(asked.form["message"]) == [message.text]


def test_the_key_is_kept_nowhere(cast, account, caplog):
    queued = queue_one(cast)

    with caplog.at_level("DEBUG"):
        send(account)

    [attempt] = attempts(cast, queued.message)
    assert KEY not in attempt.request + attempt.answer + caplog.text
    assert "•••" in attempt.request


def test_an_answer_that_was_lost_is_asked_for_and_nothing_is_sent_twice(cast, account, server):
    server.losing = "answer"
    queued = queue_one(cast)
    clock = Clock()
    send(account, clock)
    assert reread(cast, queued.message).state == State.SENDING
    server.losing = ""

    send(account, clock)
    clock.forward(seconds=1)
    assert ask_after(account, at=clock()) == 0
    ask_after(account, at=clock.now + LEASE + timedelta(seconds=1))

    message = reread(cast, queued.message)
    assert message.state == State.DELIVERED
    assert [len(sent) for sent in server.messages.values()] == [1]


def test_what_kavenegar_never_had_is_sent_again(cast, account, server, fake):
    queued = queue_one(cast)
    fake.answer = lambda _asked: BREAK
    clock = Clock()
    send(account, clock)
    fake.answer = server

    ask_after(account, at=clock.forward(seconds=LEASE.total_seconds() + 1))
    assert reread(cast, queued.message).state == State.QUEUED
    clock.forward(minutes=5)
    send(account, clock)

    assert reread(cast, queued.message).state == State.SENT
    assert [len(sent) for sent in server.messages.values()] == [1]


def test_one_wrong_number_does_not_hold_up_the_others(cast, account, server):
    from hamdel.act.messages.outgoing import queue
    from tests.cast import make_customer

    people = [make_customer(cast.cafe, name=f"n{n}", phone=f"+98912555{n:04}") for n in range(9)]
    server.refuse = {"09125550004": 411}
    with inside(cast.cafe):
        queued = queue(cast.cafe, [wish(person) for person in people], at=MORNING)

    send(account)

    states = [reread(cast, one.message).state for one in queued]
    assert states == [State.FAILED if n == 4 else State.SENT for n in range(9)]
    assert reread(cast, queued[4].message).problem == "wrong_recipient"
    assert all(len(sent) == 1 for sent in server.messages.values())
    with inside(cast.cafe):
        assert Contact.objects.filter(state="sent").count() == 8


def test_without_credit_everything_waits_and_goes_once_it_is_charged(cast, account, server):
    server.credit_left = False
    queued = queue_one(cast)
    clock = Clock()

    send(account, clock)

    with inside(cast.cafe):
        paused = ChannelAccount.objects.get(id=account.id)
    assert (paused.last_problem, reread(cast, queued.message).state) == ("no_credit", State.QUEUED)
    assert reread(cast, queued.message).tries == 0
    server.credit_left = True
    clock.forward(hours=1)
    send(account, clock)
    assert reread(cast, queued.message).state == State.SENT


@pytest.mark.parametrize(("status", "problem", "state"), [
    (403, "wrong_key", "queued"), (412, "wrong_sender", "queued"), (451, "throttled", "queued"),
    (413, "too_long", "failed"), (422, "words_refused", "failed"), (420, "link_refused", "failed"),
])  # fmt: skip
def test_each_error_says_what_it_is(cast, account, server, status, problem, state):
    server.refuse = {"09121234567": status}
    queued = queue_one(cast)

    send(account)

    message = reread(cast, queued.message)
    assert (message.problem, message.state) == (problem, state)


def test_patterns_go_by_lookup_with_their_tokens(cast, account, server):
    content = Content(text="۵", template="ask-nps", variables={"name": "زهرا", "token2": "۵"})

    send_content(cast, account, content)

    assert server.looked_up == {
        "receptor": "09121234567",
        "template": "ask-nps",
        "token": "زهرا",
        "token2": "۵",
    }


def send_content(cast, account, content):
    queue_one(cast, content=content)
    send(account)


def test_delivery_is_asked_for_and_reported_once(cast, account, fake):
    queued = queue_one(cast)
    clock = Clock()
    send(account, clock)

    assert ask_delivery(account, at=clock()) == 0
    assert ask_delivery(account, at=clock.forward(minutes=3)) == 1

    assert reread(cast, queued.message).state == State.DELIVERED
    assert ask_delivery(account, at=clock.forward(hours=3)) == 0


def test_reports_come_by_callback_any_number_of_times(cast, account, client):
    queued = queue_one(cast)
    send(account)
    path = f"/act/messages/in/{account.secrets['callback_key']}/delivery/"

    for _ in range(3):
        assert client.post(path, {"messageid": "8792343", "status": "10"}).status_code == 200
    client.post(path, {"messageid": "8792343", "status": "4"})

    assert reread(cast, queued.message).state == State.DELIVERED
    assert len(attempts(cast, queued.message)) == 2


def test_a_callback_without_the_key_is_unknown(client, account):
    assert (
        client.post("/act/messages/in/nonsense/delivery/", {"messageid": "1", "status": "10"}).status_code
        == 404
    )


def test_a_polled_reply_answers_the_question_once(cast, account):
    queued = queue_one(cast, choices=NPS)
    send(account)
    later = MORNING + timedelta(minutes=5)

    poll(account, at=later)
    poll(account, at=later)

    assert reread(cast, queued.message).state == State.ANSWERED
    with inside(cast.cafe):
        [reply] = Message.objects.incoming()
        assert (reply.in_reply_to_id, reply.customer_id) == (queued.message.id, cast.customer.id)


def test_a_reply_posted_twice_without_its_number_is_one(cast, account, client):
    queue_one(cast, choices=NPS, reference="invitation:1")
    send(account)
    path = f"/act/messages/in/{account.secrets['callback_key']}/inbound/"

    for _ in range(3):
        assert client.post(path, {"from": "09121234567", "message": "۹"}).status_code == 200

    with inside(cast.cafe):
        assert Message.objects.incoming().count() == 1


def replies_of(*numbers):
    return [
        {"messageid": n, "message": "۹" if n % 2 else "خراب", "sender": "09121234567", "date": 0}
        for n in numbers
    ]


def test_replies_are_fetched_until_there_are_no_more(cast, account, server, fake):
    waiting = replies_of(*range(1, 131))

    def hand_over(_asked):
        some, waiting[:100] = waiting[:100], []
        return 200, {"return": {"status": 200}, "entries": some}

    fake.answer = hand_over

    poll(account, at=MORNING)

    with inside(cast.cafe):
        assert Message.objects.incoming().count() == 130


def test_a_reply_that_breaks_us_takes_no_other_with_it_and_is_kept(cast, account, fake):
    """Kavenegar hands each reply over once: what is not kept is lost."""

    @on_reply
    def break_down(reply):
        if reply.text == "خراب":
            raise ZeroDivisionError
        return False

    fake.answer = lambda _asked: (200, {"return": {"status": 200}, "entries": replies_of(1, 2, 3)})
    try:
        poll(account, at=MORNING)
    finally:
        _takers.remove(break_down)

    with inside(cast.cafe):
        assert sorted(Message.objects.incoming().values_list("provider_id", flat=True)) == ["1", "2", "3"]


def test_the_key_can_be_tried_without_sending(account, fake):
    from hamdel.act.messages.connectors import connector_named

    health = connector_named("kavenegar").check(account)

    assert (health.works, health.credit_rial) == (True, 1500032)
