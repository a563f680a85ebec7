"""From planned to queued, sent, reminded, answered: once, at the right hour, on the channel that works."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import override_settings
from django.utils.timezone import now

from hamdel.act.contacts.actions import withdraw_consent
from hamdel.act.contacts.models import Contact
from hamdel.act.messages.accounts import remove_account
from hamdel.act.messages.models import Message
from hamdel.act.messages.sending import claim_batch
from hamdel.act.messages.sending import put_on_wire as wire
from hamdel.ground.access.models import digest
from hamdel.ground.facts.models import WaitingFact
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.events.shipping import ship_everything
from hamdel.listen.invitations import sending
from hamdel.listen.invitations.actions import end_plan, invite_customer
from hamdel.listen.invitations.following import follow
from hamdel.listen.invitations.models import Invitation
from hamdel.listen.invitations.planning import plan_after_events
from hamdel.listen.invitations.queries import funnel_of
from hamdel.listen.invitations.reminding import expire_due, remind_due
from hamdel.listen.invitations.sending import send_due
from hamdel.listen.invitations.tests.conftest import MORNING, account_of, event_for, plan_of
from hamdel.listen.surveys.actions import close_survey
from hamdel.listen.surveys.links import Link, Visit
from hamdel.listen.surveys.models import Response
from hamdel.listen.surveys.taking import Submission, take
from tests.cast import make_customer

pytestmark = pytest.mark.usefixtures("db", "analytics_store")


def ask(*customers, at=MORNING):
    """Let each of these customers have had an order delivered."""
    with across_workspaces():
        plan_after_events([event_for(customer, at=at) for customer in customers])


def send(workspace, at=MORNING):
    while send_due(workspace, now=at):
        pass


def only(workspace):
    with inside(workspace):
        return Invitation.objects.get()


def messages(workspace):
    with inside(workspace):
        return list(Message.objects.order_by("created_at", "id"))


def told(name, row, *, at=MORNING, **properties):
    """Let the log say something about an invitation."""
    about = {"reference": row.reference} if name.startswith("Message") else {"invitation_id": str(row.id)}
    with across_workspaces():
        follow([event_for(row.customer, name, at=at, **about, **properties)])


def put_on_the_wire(account):
    """Let the sending job ask the gate once more, as it does right before it speaks to the gateway."""
    claim = claim_batch(account.workspace_id, account.id, now=MORNING)
    return wire(claim, claim.messages, now=MORNING)


def secret_in(message):
    return message.whole_content.link.rstrip("/").rpartition("/")[2]


def test_a_due_invitation_is_queued_with_a_link_of_128_bits(cast, plan, account):
    ask(cast.customer)

    send(cast.cafe)

    row, [message] = only(cast.cafe), messages(cast.cafe)
    assert (row.state, message.reference) == ("queued", row.reference)
    assert row.digest == digest(secret_in(message))
    assert len(secret_in(message)) >= 22
    assert message.contact_id == row.contact_id is not None
    assert [choice["value"] for choice in message.content["choices"]] == [str(n) for n in range(11)]
    assert "۰" in message.text


def test_nothing_that_is_stored_leads_to_the_answer(cast, plan, account):
    ask(cast.customer)

    send(cast.cafe)

    [message] = messages(cast.cafe)
    secret = secret_in(message)
    assert secret in message.whole_content.text
    with connection.cursor() as cursor:
        for table in ("messaging_message", "invitations_invitation", "contacts_contact", "facts_waitingfact"):
            cursor.execute(f"SELECT count(*) FROM {table} AS row WHERE row::text LIKE %s", [f"%{secret}%"])
            assert cursor.fetchone() == (0,), table
    assert message.text.count("••••••••") == 1


def test_what_the_gate_refuses_at_the_last_moment_is_told_as_a_refusal(cast, survey, account):
    plan_of(survey, most_reminders=1)
    ask(cast.customer)
    send(cast.cafe)
    with inside(cast.cafe):
        withdraw_consent(cast.customer, channel="sms", source="test", at=MORNING)

    put_on_the_wire(account)
    ship_everything()

    row, [message] = only(cast.cafe), messages(cast.cafe)
    assert (message.state, message.problem) == ("cancelled", "withdrawn")
    assert (row.state, row.reason, row.digest, row.remind_at) == ("refused", "withdrawn", None, None)
    with inside(cast.cafe):
        [why] = funnel_of(survey, now=MORNING).refusals
    assert (why.reason, why.n) == ("withdrawn", 1)


def test_what_the_gate_refuses_at_the_last_moment_goes_by_the_next_channel(cast, survey, account):
    with inside(cast.cafe):
        account_of(cast.cafe, "email", "email")
    plan_of(survey, channels=["sms", "email"], most_reminders=1)
    ask(cast.customer)
    send(cast.cafe)
    earlier = only(cast.cafe).digest
    with inside(cast.cafe):
        withdraw_consent(cast.customer, channel="sms", source="test", at=MORNING)
    put_on_the_wire(account)
    ship_everything()
    waiting = only(cast.cafe)

    send(cast.cafe)

    row, [by_sms, by_mail] = only(cast.cafe), messages(cast.cafe)
    assert (waiting.state, waiting.channel, waiting.reason) == ("planned", "email", "withdrawn")
    assert (waiting.digest, waiting.contact_id, waiting.queued_at) == (None, None, None)
    assert [(one.channel, one.state, one.problem) for one in (by_sms, by_mail)] == [
        ("sms", "cancelled", "withdrawn"),
        ("email", "queued", ""),
    ]
    assert (row.state, row.channel, row.reason, row.contact_id) == ("queued", "email", "", by_mail.contact_id)
    assert row.digest not in {None, earlier}
    with inside(cast.cafe):
        ledger = Contact.objects.order_by("asked_at", "id").values_list("channel", "state", "reason")
        assert sorted(ledger) == [("email", "reserved", ""), ("sms", "refused", "withdrawn")]


def test_a_customer_who_wants_no_surveys_is_not_chased_from_channel_to_channel(cast, survey, account):
    with inside(cast.cafe):
        account_of(cast.cafe, "email", "email")
    plan_of(survey, channels=["sms", "email"])
    ask(cast.customer)
    send(cast.cafe)
    with inside(cast.cafe):
        withdraw_consent(cast.customer, source="test", at=MORNING)
    put_on_the_wire(account)
    ship_everything()

    send(cast.cafe)

    [message] = messages(cast.cafe)
    assert (message.channel, message.state) == ("sms", "cancelled")
    assert (only(cast.cafe).state, only(cast.cafe).reason) == ("refused", "withdrawn")


def test_a_call_off_that_is_told_again_moves_nothing_on(cast, survey, account):
    with inside(cast.cafe):
        account_of(cast.cafe, "email", "email")
        account_of(cast.cafe, "telegram", "telegram")
    plan_of(survey, channels=["sms", "email", "telegram"])
    ask(cast.customer)
    send(cast.cafe)
    row = only(cast.cafe)

    def call_off(channel):
        event = event_for(cast.customer, "Message Called Off", reference=row.reference, problem="withdrawn")
        with across_workspaces():
            follow([event._replace(channel=channel)])

    call_off("sms")
    again = only(cast.cafe)
    with inside(cast.cafe):
        Invitation.objects.update(state="queued", digest=digest("the next link"), queued_at=MORNING)
    call_off("sms")

    assert (again.channel, again.state) == ("email", "planned")
    assert (only(cast.cafe).channel, only(cast.cafe).state) == ("email", "queued")


def test_a_reminder_that_is_called_off_leaves_the_invitation_as_it_is(cast, survey, account):
    plan_of(survey, most_reminders=1)
    ask(cast.customer)
    send(cast.cafe)
    told("Message Sent", only(cast.cafe))

    told("Message Called Off", only(cast.cafe), problem="withdrawn")

    assert (only(cast.cafe).state, only(cast.cafe).reason) == ("sent", "")


def test_a_channel_that_is_removed_says_so_of_what_waited_for_it(cast, plan, account):
    ask(cast.customer)
    send(cast.cafe)
    with inside(cast.cafe):
        remove_account(account, by=cast.owner, at=MORNING)

    ship_everything()

    assert (only(cast.cafe).state, only(cast.cafe).reason) == ("refused", "account_off")
    with inside(cast.cafe):
        assert Contact.objects.get().state == "failed"


def test_nothing_goes_before_its_time(cast, survey, account):
    plan_of(survey, wait_minutes=60)
    ask(cast.customer)

    send(cast.cafe, MORNING + timedelta(minutes=59))

    assert messages(cast.cafe) == []


def test_nothing_goes_in_quiet_hours(cast, plan, account):
    night = datetime(2026, 11, 2, 20, 0, tzinfo=UTC)  # 23:30 in Tehran
    ask(cast.customer, at=night)

    send(cast.cafe, night)

    [message] = messages(cast.cafe)
    assert message.not_before == datetime(2026, 11, 3, 5, 30, tzinfo=UTC)  # nine in the morning
    assert only(cast.cafe).state == "queued"


def test_a_refusal_is_kept_with_its_reason(cast, plan, account):
    with inside(cast.cafe):
        withdraw_consent(cast.customer, channel="sms", source="test", at=MORNING)
    ask(cast.customer)

    send(cast.cafe)

    row = only(cast.cafe)
    assert (row.state, row.reason, row.digest) == ("refused", "withdrawn", None)


def test_the_next_channel_takes_over_where_one_does_not_reach(cast, survey, account):
    with inside(cast.cafe):
        account_of(cast.cafe, "email", "email")
    plan_of(survey, channels=["sms", "email"])
    ask(cast.phoneless)

    send(cast.cafe)

    [message] = messages(cast.cafe)
    assert (message.channel, message.address) == ("email", "kaveh@example.ir")
    assert only(cast.cafe).channel == "email"


def test_without_any_channel_that_reaches_the_first_reason_is_said(cast, survey, account):
    plan_of(survey, channels=["sms", "email"])
    ask(cast.phoneless)

    send(cast.cafe)

    assert (only(cast.cafe).state, only(cast.cafe).reason) == ("refused", "no_address")


def test_the_same_survey_is_not_put_to_somebody_asked_lately(cast, survey, plan, account):
    with inside(cast.cafe):
        invite_customer(cast.customer, survey, by=cast.owner, at=MORNING - timedelta(days=29))
    ask(cast.customer)

    send(cast.cafe)

    with inside(cast.cafe):
        assert Invitation.objects.get(plan=plan).reason == "asked_lately"


def test_two_events_of_one_customer_make_one_message(cast, plan, account):
    ask(cast.customer, cast.customer)

    send(cast.cafe)

    assert len(messages(cast.cafe)) == 1


def test_an_end_calls_off_what_is_planned(cast, plan, account):
    ask(cast.customer)
    with inside(cast.cafe):
        assert end_plan(plan, by=cast.owner, at=MORNING) == 1

    send(cast.cafe)

    assert (messages(cast.cafe), only(cast.cafe).reason) == ([], "stopped")


def test_a_closed_survey_asks_nobody(cast, survey, plan, account):
    ask(cast.customer)
    with inside(cast.cafe):
        close_survey(survey, by=cast.owner, at=now())

    send(cast.cafe)

    assert only(cast.cafe).reason == "survey_closed"


def test_what_became_of_it_is_followed_and_never_goes_back(cast, plan, account):
    ask(cast.customer)
    send(cast.cafe)
    row = only(cast.cafe)

    told("Survey Completed", row, at=MORNING + timedelta(hours=2))
    told("Message Delivered", row, at=MORNING + timedelta(hours=1))
    told("Message Sent", row)
    told("Message Failed", row, problem="not_delivered")

    row = only(cast.cafe)
    assert row.state == "completed"
    assert row.sent_at == MORNING
    assert row.delivered_at == MORNING + timedelta(hours=2)
    assert row.started_at == row.completed_at == MORNING + timedelta(hours=2)


def test_a_message_that_failed_says_why(cast, plan, account):
    ask(cast.customer)
    send(cast.cafe)

    told("Message Sent", only(cast.cafe))
    told("Message Failed", only(cast.cafe), problem="not_delivered")

    assert (only(cast.cafe).state, only(cast.cafe).reason) == ("failed", "not_delivered")


@pytest.mark.parametrize("is_anonymous", [False, True])
def test_of_an_anonymous_survey_no_delivery_waits_for_an_answer_that_cannot_be_told(
    cast, survey, plan, account, is_anonymous
):
    with inside(cast.cafe):
        survey.settings = {**survey.settings, "anonymous": is_anonymous}
        survey.save()
    ask(cast.customer)
    send(cast.cafe)
    row = only(cast.cafe)
    told("Message Delivered", row)
    with inside(cast.cafe):
        by_hand, _secret = invite_customer(cast.phoneless, survey, by=cast.owner, at=MORNING)

        named = [
            fact.properties.get("invitation_id")
            for fact in WaitingFact.objects.filter(name="Survey Delivered")
        ]

    known = [None, None] if is_anonymous else [str(row.id), str(by_hand.id)]
    assert sorted(filter(None, named)) == sorted(filter(None, known))
    assert len(named) == 2


def answer(message, *, at, score="9"):
    return take([Submission(Visit(Link.PERSONAL, secret_in(message), at), {"score": score})])


def test_a_reminder_goes_with_the_same_link_and_stops_with_the_answer(cast, survey, account):
    plan_of(survey, most_reminders=2, remind_after_days=3)
    ask(cast.customer)
    send(cast.cafe)
    told("Message Sent", only(cast.cafe))

    assert remind_due(cast.cafe, now=MORNING + timedelta(days=2)) == 0
    assert remind_due(cast.cafe, now=MORNING + timedelta(days=3)) == 1
    first, second = messages(cast.cafe)
    assert second.whole_content.link == first.whole_content.link
    assert secret_in(second) in second.whole_content.text
    assert second.text != first.text
    assert only(cast.cafe).reminders == 1

    answer(first, at=MORNING + timedelta(days=4))
    assert remind_due(cast.cafe, now=MORNING + timedelta(days=6)) == 1
    assert len(messages(cast.cafe)) == 2
    assert only(cast.cafe).remind_at is None


def test_an_answer_calls_off_the_reminder_that_waits(cast, survey, account):
    plan_of(survey, most_reminders=1)
    ask(cast.customer)
    send(cast.cafe)
    told("Message Sent", only(cast.cafe))
    remind_due(cast.cafe, now=MORNING + timedelta(days=3))

    told("Survey Started", only(cast.cafe), at=MORNING + timedelta(days=3))

    assert [message.state for message in messages(cast.cafe)][-1] == "cancelled"


def test_a_link_that_nobody_used_expires(cast, plan, account):
    ask(cast.customer)
    send(cast.cafe)

    assert expire_due(cast.cafe, now=MORNING + timedelta(days=31)) == 1

    assert only(cast.cafe).state == "expired"
    told("Survey Started", only(cast.cafe), at=MORNING + timedelta(days=29))
    assert only(cast.cafe).state == "started"


def test_an_anonymous_survey_leaves_no_trace_of_who_answered_and_reminds_only_the_others(
    cast, survey, account
):
    with inside(cast.cafe):
        survey.settings = {"anonymous": True}
        survey.save()
    plan_of(survey, most_reminders=1)
    ask(cast.customer, cast.phoneless)
    with inside(cast.cafe):
        cast.phoneless.phone = "+989120000001"
        cast.phoneless.save()
    send(cast.cafe)
    first, _other = messages(cast.cafe)
    assert first.content.get("choices") is None  # a reply by SMS would come from somebody's number

    answer(first, at=MORNING + timedelta(hours=1))
    remind_due(cast.cafe, now=MORNING + timedelta(days=3))

    with inside(cast.cafe):
        assert Response.objects.get().invitation_id is None
        assert {row.started_at for row in Invitation.objects.all()} == {None}
        # That one of the links was used is all that can be told.
        assert funnel_of(survey, now=MORNING + timedelta(days=3)).finished == 1
    assert len([message for message in messages(cast.cafe) if message.customer_id == first.customer_id]) == 1
    assert len(messages(cast.cafe)) == 3


def test_own_words_are_filled_in(cast, survey, account):
    words = {"sms": {"fa": {"text": "{{ customer.first_name }} عزیز، {{ link }}"}}}
    plan_of(survey, wording=words)
    ask(cast.customer)
    with override_settings(PUBLIC_URL="https://cx.example.ir"):
        send(cast.cafe)

    [message] = messages(cast.cafe)
    assert message.text.startswith("سیده‌فاطمه‌زهرا عزیز، https://cx.example.ir/i/")


def test_wrong_words_are_said_and_nothing_is_sent(cast, survey, account):
    plan_of(survey, wording={"sms": {"fa": {"text": "{% if %}"}}})
    ask(cast.customer)

    send(cast.cafe)

    assert (only(cast.cafe).reason, messages(cast.cafe)) == ("bad_words", [])


def test_a_batch_that_dies_leaves_nothing_half_done(cast, plan, account, monkeypatch):
    customers = [make_customer(cast.cafe, phone=f"+98912000{n:04}") for n in range(20)]
    ask(*customers)

    def die(*_given, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(sending, "save", die)
    with pytest.raises(KeyboardInterrupt):
        send_due(cast.cafe, now=MORNING)
    monkeypatch.undo()
    send(cast.cafe)

    sent = messages(cast.cafe)
    assert len(sent) == len({message.customer_id for message in sent}) == 20
    assert json.dumps(sent[0].content)
