"""What comes back: understood, handed on, helped once, and a wish to stop obeyed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hamdel.act.contacts.models import Consent
from hamdel.act.messages.connectors import Heard, Outcome, Report
from hamdel.act.messages.content import Choice, Content
from hamdel.act.messages.models import Message
from hamdel.act.messages.news import ReportTooEarly, take_report
from hamdel.act.messages.replies import Reply, _takers, default_help, on_reply, take_heard
from hamdel.act.messages.tests.fakes import gateway
from hamdel.act.messages.tests.stage import MORNING, NPS, Clock, kavenegar, queue_one, reread, send
from hamdel.ground.facts.models import WaitingFact
from hamdel.ground.workspaces.tenancy import inside
from tests.cast import make_customer

pytestmark = pytest.mark.django_db(transaction=True)
State = Message.State
LATER = MORNING + timedelta(minutes=10)


@pytest.fixture
def account(cast):
    entries = [{"messageid": 1, "status": 1, "cost": 0}]
    with gateway(lambda _asked: (200, {"return": {"status": 200}, "entries": entries})) as fake:
        yield kavenegar(cast, fake)


@pytest.fixture
def question(cast, account):
    queued = queue_one(cast, choices=NPS, reference="invitation:1", topic="delivery")
    send(account)
    return queued.message


@pytest.fixture
def replies():
    kept: list[Reply] = []

    @on_reply
    def take(reply):
        kept.append(reply)
        return reply.value is not None

    yield kept
    _takers.remove(take)


def hear(cast, account, text, number="1", at=LATER, address="+989121234567"):
    with inside(cast.cafe):
        return take_heard(account, Heard(address, text, number), at=at)


def waiting(cast):
    with inside(cast.cafe):
        return list(Message.objects.outgoing().filter(state=State.QUEUED))


@pytest.mark.parametrize("text", ["۹", "٩", "9", "نه", "نمره‌ی ۹", "9 خوب بود"])
def test_a_digit_answers_the_latest_question(cast, account, question, replies, text):
    hear(cast, account, text)

    [reply] = replies
    assert (reply.value, reply.reference, reply.to) == ("9", "invitation:1", question)
    assert reread(cast, question).state == State.ANSWERED
    with inside(cast.cafe):
        fact = WaitingFact.objects.get(name="Message Replied")
    assert (fact.customer_id, fact.properties["value"]) == (cast.customer.id, "9")


def test_the_same_reply_delivered_again_changes_nothing(cast, account, question, replies):
    for _ in range(4):
        hear(cast, account, "9", number="77")

    assert len(replies) == 1


@pytest.mark.parametrize("text", ["11", "عالی بود", "۹ یا ۱۰", "؟"])
def test_what_is_no_score_is_helped_once_and_politely(cast, account, question, replies, text):
    hear(cast, account, text, number="1")
    hear(cast, account, text, number="2", at=LATER + timedelta(minutes=1))

    [help_message] = waiting(cast)
    assert help_message.purpose == "service"
    assert "۰ تا ۱۰" in help_message.text
    assert [reply.value for reply in replies] == [None, None]
    assert reread(cast, question).state == State.SENT


def test_after_the_help_the_answer_still_counts(cast, account, question, replies):
    hear(cast, account, "بیست", number="1")
    send(account)
    hear(cast, account, "8", number="2", at=LATER + timedelta(minutes=2))

    assert replies[-1].value == "8"
    assert reread(cast, question).state == State.ANSWERED


@pytest.mark.parametrize("text", ["لغو", "لغو11", "STOP"])
def test_a_wish_to_stop_withdraws_consent_and_is_no_answer(cast, account, question, replies, text):
    hear(cast, account, text)

    assert replies == []
    assert waiting(cast) == []
    with inside(cast.cafe):
        assert Consent.objects.filter(
            customer=cast.customer, channel="sms", state=Consent.State.WITHDRAWN
        ).exists()
    assert queue_one(cast, at=LATER + timedelta(days=30)).refusal == "withdrawn"


def test_a_strangers_message_is_kept_and_answered_by_nothing(cast, account, replies):
    hear(cast, account, "سلام، ساعت کاری؟", address="+989350000000")

    assert waiting(cast) == []
    assert (replies[0].to, replies[0].customer_id, replies[0].reference) == (None, None, "")


def test_a_thank_you_that_went_later_does_not_take_the_answer(cast, account, question, replies):
    queue_one(cast, at=LATER, purpose="follow_up", text="سپاس از خرید شما", topic="thanks")
    send(account, Clock(LATER))

    hear(cast, account, "۹", at=LATER + timedelta(minutes=5))

    assert (replies[0].to, replies[0].value) == (question, "9")


def test_an_answer_to_another_of_our_lines_is_understood(cast, account, question, replies):
    with gateway(lambda _asked: (200, {})) as fake:
        other = kavenegar(cast, fake)

    hear(cast, other, "۹")

    assert (replies[0].to, replies[0].value) == (question, "9")


def test_a_stranger_who_wants_no_messages_gets_none_when_they_become_a_customer(cast, account, replies):
    hear(cast, account, "لغو", address="+989350000000")
    known = make_customer(cast.cafe, name="تازه", phone="+989350000000")

    assert replies == []
    assert queue_one(cast, customer=known).refusal == "complaint"


def test_an_old_question_is_not_answered_any_more(cast, account, question, replies):
    hear(cast, account, "9", at=MORNING + timedelta(days=20))

    assert replies[0].to is None
    assert reread(cast, question).state == State.SENT


def test_help_lists_choices_that_are_words():
    content = Content("?", choices=(Choice("yes", "بله"), Choice("no", "خیر")), language="fa")

    assert default_help(content).endswith("۱. بله\n۲. خیر")
    assert "0 to 10" in default_help(Content("?", choices=NPS, language="en"))


def test_a_report_that_overtakes_its_message_is_asked_to_come_again(cast, account):
    queued = queue_one(cast)
    with inside(cast.cafe):
        Message.objects.filter(id=queued.message.id).update(
            state=State.SENDING, on_wire_at=LATER, claimed_at=LATER
        )
        with pytest.raises(ReportTooEarly):
            take_report(account, Report(Outcome.DELIVERED, "1"), at=LATER)


def test_a_late_report_does_not_turn_an_answer_back(cast, account, question, replies):
    hear(cast, account, "9")
    with inside(cast.cafe):
        take_report(account, Report(Outcome.DELIVERED, "1"), at=LATER)

    assert reread(cast, question).state == State.ANSWERED
