"""Many workers at once: nobody is asked twice, one digit is one answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection

from hamdel.act.messages.connectors import Heard
from hamdel.act.messages.models import ChannelAccount, Message
from hamdel.act.messages.replies import take_heard
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.invitations.models import Invitation
from hamdel.listen.invitations.planning import plan_after_events
from hamdel.listen.invitations.sending import send_due
from hamdel.listen.invitations.tests.conftest import MORNING, account_of, event_for, plan_of
from hamdel.listen.surveys.models import Response
from tests.cast import make_customer


def side_by_side(deed, times):
    def alone(n):
        try:
            return deed(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(alone, range(times)))


def plan_for(events):
    with across_workspaces():
        plan_after_events(events)


def test_the_same_events_taken_in_by_many_plan_once(committed_survey, committed):
    plan_of(committed_survey)
    events = [event_for(make_customer(committed.cafe, phone=f"+98912000{n:04}")) for n in range(60)]

    side_by_side(lambda _n: plan_for(events), 6)

    with inside(committed.cafe):
        assert Invitation.objects.count() == 60


def test_many_senders_and_two_plans_ask_nobody_twice(committed_survey, committed):
    with inside(committed.cafe):
        account_of(committed.cafe)
    plan_of(committed_survey)
    plan_of(committed_survey, name="another of the same survey")
    events = [event_for(make_customer(committed.cafe, phone=f"+98912000{n:04}")) for n in range(80)]
    plan_for(events)

    def work(_n):
        while send_due(committed.cafe, now=MORNING, most=7):
            pass

    side_by_side(work, 6)

    with inside(committed.cafe):
        asked = list(Message.objects.values_list("customer_id", flat=True))
        assert len(asked) == len(set(asked)) == 80
        assert Invitation.objects.filter(reason="asked_lately").count() == 80


def test_one_digit_told_by_many_callbacks_is_one_answer(committed_survey, committed):
    with inside(committed.cafe):
        account = account_of(committed.cafe)
    plan_of(committed_survey)
    plan_for([event_for(committed.customer)])
    send_due(committed.cafe, now=MORNING)
    with inside(committed.cafe):
        Message.objects.update(state="sent", sent_at=MORNING)

    def hear(n):
        at = MORNING + timedelta(minutes=5)
        heard = Heard(address="+989121234567", text="9", provider_id=f"in-{n % 2}", at=at)
        with inside(committed.cafe):
            take_heard(ChannelAccount.objects.get(id=account.id), heard, at=at)

    side_by_side(hear, 8)

    with inside(committed.cafe):
        assert [response.score for response in Response.objects.all()] == [9]
