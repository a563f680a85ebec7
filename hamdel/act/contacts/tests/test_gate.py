"""The gate with a real ledger: slots taken, given back, refused with a reason, and never taken twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hamdel.act.contacts import registers
from hamdel.act.contacts.actions import (
    change_policy,
    confirm_consent,
    give_consent,
    note_bounce,
    note_complaint,
    note_delivery,
    note_operator_blacklist,
    resubscribe,
    unsubscribe,
    withdraw_consent,
)
from hamdel.act.contacts.asking import HIGH, Ask
from hamdel.act.contacts.gate import check, confirm, policy_of, reserve, settle
from hamdel.act.contacts.models import Contact
from hamdel.act.contacts.policy import Basis, Cap, Policy
from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.actions import merge_customers
from tests.cast import make_customer

# Noon in Tehran.
NOON = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
NIGHT = NOON + timedelta(hours=11)
DAY = timedelta(days=1)


@pytest.fixture
def cafe(cast):
    with inside(cast.cafe):
        yield cast.cafe


def survey(customer, **more):
    asked = {"channel": "sms", "purpose": "survey", "sender": "invitations", "topic": "delivery", **more}
    return Ask(customer_id=customer.id, **asked)


def reason(workspace, ask, at=NOON):
    verdict = check(workspace, ask, at=at)
    assert verdict.allowed is (verdict.reason == "")
    return verdict.reason


def test_a_customer_may_be_asked_and_the_slot_is_in_the_ledger(cafe, cast):
    [verdict] = reserve(cafe, [survey(cast.customer, reference="invitation:1")], at=NOON)

    row = Contact.objects.get()
    assert verdict.allowed
    assert verdict.contact_id == row.id
    assert (row.state, row.reason, row.address, row.reference) == (
        "reserved",
        "",
        "+989121234567",
        "invitation:1",
    )


def test_checking_writes_nothing(cafe, cast):
    assert reason(cafe, survey(cast.customer)) == ""
    assert reason(cafe, survey(cast.phoneless)) == "no_address"
    assert Contact.objects.count() == 0


def test_a_refusal_is_kept_with_its_reason(cafe, cast):
    [verdict] = reserve(cafe, [survey(cast.phoneless)], at=NOON)

    assert (verdict.allowed, verdict.reason, verdict.contact_id) == (False, "no_address", None)
    assert list(Contact.objects.values_list("state", "reason")) == [("refused", "no_address")]


def test_another_workspaces_customer_is_nobody(cafe, cast):
    [verdict] = reserve(cafe, [survey(cast.foreign_customer)], at=NOON)

    assert verdict.reason == "unknown_customer"
    assert Contact.objects.count() == 0


def test_a_second_survey_within_the_cool_off_is_refused_until_the_first_failed(cafe, cast):
    [first] = reserve(cafe, [survey(cast.customer)], at=NOON)

    cooling = check(cafe, survey(cast.customer, topic="support"), at=NOON + 3 * DAY)
    assert (cooling.reason, cooling.not_before) == ("cool_off", NOON + 14 * DAY)
    assert reason(cafe, survey(cast.customer, topic="support"), NOON + 14 * DAY) == ""

    settle(cafe, [first.contact_id], outcome="failed", at=NOON)
    assert reason(cafe, survey(cast.customer, topic="support"), NOON + 3 * DAY) == ""


def test_a_reminder_belongs_to_what_it_reminds_of(cafe, cast):
    [first] = reserve(cafe, [survey(cast.customer)], at=NOON)

    reminder = survey(cast.customer, follows=first.contact_id)
    [second] = reserve(cafe, [replace(reminder, at=NOON + 2 * DAY)], at=NOON)
    assert second.allowed
    # The cap of all contacts counts it: two of three are taken, and the third is kept for more important ones.
    assert reason(cafe, reminder, NOON + 3 * DAY) == "kept_for_higher"
    assert reason(cafe, replace(reminder, priority=HIGH), NOON + 3 * DAY) == ""


def test_two_asks_at_once_take_one_slot_and_the_higher_goes_first(cafe, cast):
    low, high = reserve(
        cafe, [survey(cast.customer), survey(cast.customer, topic="support", priority=HIGH)], at=NOON
    )

    assert (low.allowed, low.reason) == (False, "cool_off")
    assert high.allowed


def test_quiet_hours_put_off_or_wait_where_the_customer_is(cafe, cast):
    morning = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)

    put_off, waits = reserve(
        cafe,
        [survey(cast.customer), survey(cast.phoneless, channel="email", waits=True)],
        at=NIGHT,
    )

    assert (put_off.allowed, put_off.reason, put_off.not_before) == (False, "quiet_hours", morning)
    assert (waits.allowed, waits.not_before) == (True, morning)
    assert Contact.objects.get(id=waits.contact_id).at == morning
    cast.customer.traits = {"timezone": "America/New_York"}
    cast.customer.save()
    assert reason(cafe, survey(cast.customer), NIGHT) == ""


def test_consent_is_needed_where_the_policy_says_and_withdrawal_wins_until_given_again(cafe, cast):
    offer = survey(cast.customer, purpose="marketing")
    words = {"channel": "sms", "purpose": "marketing", "source": "form", "proof": "ticked"}

    assert reason(cafe, offer) == "no_consent"
    give_consent(cast.customer, **words, at=NOON - 9 * DAY)
    assert reason(cafe, offer) == ""
    withdraw_consent(cast.customer, source="sms", at=NOON - 5 * DAY)
    assert reason(cafe, offer) == "withdrawn"
    # An old list, imported late, does not bring it back.
    give_consent(cast.customer, **words, at=NOON - 7 * DAY)
    assert reason(cafe, offer) == "withdrawn"
    give_consent(cast.customer, **words, at=NOON - DAY)
    assert reason(cafe, offer) == ""
    assert reason(cafe, survey(cast.customer)) == "withdrawn"


def test_double_consent_waits_for_its_confirmation(cafe, cast):
    double = Policy(basis={**Policy().basis, "marketing": Basis.DOUBLE})
    change_policy(cafe, double, by=cast.owner, at=NOON)
    words = {"channel": "sms", "purpose": "marketing", "source": "form", "proof": "ticked"}
    offer = survey(cast.customer, purpose="marketing")

    give_consent(cast.customer, **words, at=NOON - DAY, is_double=True)
    assert reason(cafe, offer) == "unconfirmed"
    assert confirm_consent(cast.customer, **words, at=NOON) is not None
    assert reason(cafe, offer) == ""
    withdraw_consent(cast.customer, source="sms", at=NOON + DAY)
    assert confirm_consent(cast.customer, **words, at=NOON + 2 * DAY) is None
    assert reason(cafe, offer) == "withdrawn"


def test_unsubscribing_of_a_topic_and_of_everything(cafe, cast):
    unsubscribe(cast.customer, topic="delivery", source="mail", at=NOON)
    unsubscribe(cast.customer, topic="delivery", source="mail", at=NOON)
    assert reason(cafe, survey(cast.customer)) == "unsubscribed"
    assert reason(cafe, survey(cast.customer, topic="support")) == ""

    unsubscribe(cast.customer, source="mail", at=NOON)
    assert reason(cafe, survey(cast.customer, topic="support")) == "unsubscribed"
    assert reason(cafe, survey(cast.customer, purpose="service")) == ""
    assert resubscribe(cast.customer, at=NOON)
    assert reason(cafe, survey(cast.customer, topic="support")) == ""


def test_bounces_complaints_and_the_operators_blacklist(cafe, cast):
    service = survey(cast.customer, purpose="service")
    note_operator_blacklist(cafe, "sms", "۰۹۱۲ ۱۲۳ ۴۵۶۷", at=NOON)
    assert (reason(cafe, survey(cast.customer)), reason(cafe, service)) == ("operator_blacklist", "")
    note_complaint(cafe, "sms", "09121234567", at=NOON)
    assert (reason(cafe, survey(cast.customer)), reason(cafe, service)) == ("complaint", "")
    note_bounce(cafe, "sms", "+989121234567", at=NOON, is_hard=True)
    assert (reason(cafe, survey(cast.customer)), reason(cafe, service)) == ("hard_bounce", "hard_bounce")


def test_soft_bounces_block_after_some_and_a_delivery_forgets_them(cafe, cast):
    mail = survey(cast.phoneless, channel="email")
    for _time in range(2):
        note_bounce(cafe, "email", "Kaveh@example.ir", at=NOON, is_hard=False)
    note_delivery(cafe, "email", "kaveh@example.ir")
    for _time in range(2):
        note_bounce(cafe, "email", "kaveh@example.ir", at=NOON, is_hard=False)

    assert reason(cafe, mail) == ""
    note_bounce(cafe, "email", "kaveh@example.ir", at=NOON, is_hard=False)
    assert reason(cafe, mail) == "soft_bounces"


def test_a_slice_above_may_refuse_and_a_workspace_may_ignore_it(cafe, cast, monkeypatch):
    monkeypatch.setattr(registers, "REFUSERS", registers.REFUSERS)
    monkeypatch.setitem(
        registers.REFUSERS,
        "test",
        registers.Refuser("test", lambda _w, ids, _at: {cast.customer.id} & set(ids), frozenset({"survey"})),
    )

    assert reason(cafe, survey(cast.customer)) == "test"
    assert reason(cafe, survey(cast.customer, purpose="follow_up")) == ""
    assert reason(cafe, survey(cast.phoneless, channel="email")) == ""
    change_policy(cafe, Policy(ignored_refusers=frozenset({"test"})), by=cast.owner, at=NOON)
    assert reason(cafe, survey(cast.customer)) == ""


def test_merged_customers_are_one_person_at_the_gate(cafe, cast):
    other = make_customer(cafe, name="زهرا", phone="+989350000000")
    reserve(cafe, [survey(other)], at=NOON)
    withdraw_consent(other, purpose="follow_up", source="call", at=NOON)
    merge_customers(cast.customer, other, by=cast.owner, at=NOON)

    assert reason(cafe, survey(cast.customer, topic="support"), NOON + DAY) == "cool_off"
    assert reason(cafe, survey(other, topic="support"), NOON + DAY) == "cool_off"
    assert reason(cafe, survey(cast.customer, purpose="follow_up")) == "withdrawn"


def test_what_was_taken_back_since_is_refused_at_the_last_moment(cafe, cast):
    [kept], [lost] = (
        reserve(cafe, [survey(cast.phoneless, channel="email")], at=NOON),
        reserve(cafe, [survey(cast.customer)], at=NOON),
    )
    withdraw_consent(cast.customer, source="sms", at=NOON + timedelta(minutes=1))

    said = confirm(cafe, [kept.contact_id, lost.contact_id], at=NOON + timedelta(minutes=2))

    assert said[kept.contact_id].allowed
    assert said[lost.contact_id].reason == "withdrawn"
    assert Contact.objects.get(id=lost.contact_id).state == "refused"
    assert Contact.objects.get(id=kept.contact_id).at == NOON + timedelta(minutes=2)


def test_a_late_queue_does_not_wake_anybody(cafe, cast):
    [verdict] = reserve(cafe, [survey(cast.customer)], at=NOON)
    morning = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)

    late = confirm(cafe, [verdict.contact_id], at=NIGHT)[verdict.contact_id]
    early = confirm(cafe, [verdict.contact_id], at=morning - timedelta(seconds=1))[verdict.contact_id]
    then = confirm(cafe, [verdict.contact_id], at=morning)[verdict.contact_id]

    assert (late.allowed, late.not_before) == (False, morning)
    assert not early.allowed
    assert then.allowed
    assert settle(cafe, [verdict.contact_id], outcome="sent", at=morning) == 1
    assert not confirm(cafe, [verdict.contact_id], at=morning)[verdict.contact_id].allowed


def test_settling_twice_changes_nothing_and_what_failed_stays_failed(cafe, cast):
    [verdict] = reserve(cafe, [survey(cast.customer)], at=NOON)

    assert settle(cafe, [verdict.contact_id], outcome="sent", at=NOON) == 1
    assert settle(cafe, [verdict.contact_id], outcome="sent", at=NOON) == 0
    assert settle(cafe, [verdict.contact_id], outcome="failed", at=NOON) == 1
    assert settle(cafe, [verdict.contact_id], outcome="sent", at=NOON) == 0


def test_each_topic_may_have_a_cap_of_its_own(cafe, cast):
    change_policy(
        cafe,
        replace(Policy(), cap=Cap(0, 7), cool_off_days=0, topic_caps={"delivery": Cap(2, 3)}),
        by=cast.owner,
        at=NOON,
    )
    reserve(cafe, [survey(cast.customer, at=NOON), survey(cast.customer, at=NOON + DAY)], at=NOON)

    assert policy_of(cafe).cap_of("delivery") == Cap(2, 3)
    assert reason(cafe, survey(cast.customer), NOON + 2 * DAY) == "topic_cap"
    # Also before contacts that are planned.
    assert reason(cafe, survey(cast.customer), NOON - DAY) == "topic_cap"
    assert reason(cafe, survey(cast.customer), NOON + 3 * DAY) == ""


def test_many_are_reserved_in_as_many_statements_as_few(cafe, cast, django_assert_max_num_queries):
    people = [make_customer(cafe, name=f"n{n}", phone=f"+98912{n:07d}") for n in range(60)]

    with django_assert_max_num_queries(20):
        verdicts = reserve(cafe, [survey(person) for person in people], at=NOON)

    assert all(verdict.allowed for verdict in verdicts)
    assert Contact.objects.count() == 60


def test_a_slot_once_taken_is_not_taken_back_by_more_important_ones(cafe, cast):
    call = {"purpose": "follow_up"}
    [low] = reserve(cafe, [survey(cast.customer, topic="a", **call)], at=NOON)
    reserve(cafe, [survey(cast.customer, topic=t, priority=HIGH, **call) for t in "bc"], at=NOON)

    assert confirm(cafe, [low.contact_id], at=NOON)[low.contact_id].allowed


def test_a_reminder_planned_already_does_not_hold_up_what_it_reminds_of(cafe, cast):
    [first] = reserve(cafe, [survey(cast.customer)], at=NOON)
    reserve(cafe, [survey(cast.customer, follows=first.contact_id, at=NOON + 2 * DAY)], at=NOON)

    assert confirm(cafe, [first.contact_id], at=NOON)[first.contact_id].allowed
