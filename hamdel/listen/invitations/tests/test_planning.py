"""From events to planned invitations: once each, in bulk, and never for what is long past."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test.utils import CaptureQueriesContext

from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.events.shipping import take_in
from hamdel.listen.events.tests.test_shipping import receive
from hamdel.listen.invitations.actions import put_on_list
from hamdel.listen.invitations.models import Invitation, Plan
from hamdel.listen.invitations.planning import passed_over_counts, plan_after_events
from hamdel.listen.invitations.rounds import plan_next
from hamdel.listen.invitations.sampling import day_of_round, is_in_sample
from hamdel.listen.invitations.tests.conftest import MORNING, event_for, plan_of
from tests.cast import make_customer

pytestmark = pytest.mark.django_db


def plan_for(*events):
    with across_workspaces():
        plan_after_events(events)


def rows():
    with across_workspaces():
        return list(Invitation.objects.order_by("due_at"))


def test_an_event_plans_one_invitation_after_the_wait(cast, survey):
    plan = plan_of(survey, wait_minutes=120)

    plan_for(event_for(cast.customer, touchpoint="delivery"))

    [row] = rows()
    assert (row.plan_id, row.customer_id, row.state) == (plan.id, cast.customer.id, "planned")
    assert row.due_at == MORNING + timedelta(hours=2)
    assert (row.channel, row.touchpoint, row.digest) == ("sms", "delivery", None)


def test_the_same_event_again_plans_nothing_more(cast, plan):
    event = event_for(cast.customer)

    plan_for(event)
    plan_for(event, event_for(cast.phoneless))

    assert len(rows()) == 2


def test_the_condition_must_hold(cast, survey):
    plan_of(survey, condition={"field": "late", "operator": "=", "value": True})

    plan_for(event_for(cast.customer, late=True), event_for(cast.phoneless, late=False))

    assert [row.customer_id for row in rows()] == [cast.customer.id]


def test_imported_history_asks_nobody_and_is_counted(cast, plan):
    plan_for(event_for(cast.customer, at=MORNING - timedelta(days=400), received=MORNING))

    assert rows() == []
    with inside(cast.cafe):
        assert passed_over_counts([plan.id]) == {"too_old": 1}


def test_a_clock_that_runs_ahead_does_not_put_the_question_off(cast, plan):
    plan_for(event_for(cast.customer, at=MORNING + timedelta(days=300), received=MORNING))

    assert rows()[0].due_at == MORNING


def test_a_customer_who_was_merged_is_asked_as_who_they_are_now(cast, plan):
    with inside(cast.cafe):
        cast.phoneless.merged_into = cast.customer
        cast.phoneless.save()

    plan_for(event_for(cast.phoneless))

    assert rows()[0].customer_id == cast.customer.id


def test_nobody_elsewhere_is_asked(cast, plan):
    plan_for(event_for(cast.foreign_customer))

    assert rows() == []


def test_plans_that_do_not_run_ask_nobody(cast, survey):
    for state in (Plan.State.DRAFT, Plan.State.PAUSED, Plan.State.ENDED):
        plan_of(survey, state=state)
    plan_of(survey, starts_at=MORNING + timedelta(days=1))
    plan_of(survey, ends_at=MORNING)

    plan_for(event_for(cast.customer))

    assert rows() == []


def test_questions_to_the_database_do_not_grow_with_the_batch(cast, survey):
    from django.db import connection

    plan_of(survey, wait_minutes=600_000)  # so that no job is woken
    counts = []
    for size in (2, 200):
        customers = [make_customer(cast.cafe, phone=f"+98912000{n:04}") for n in range(size)]
        with across_workspaces(), CaptureQueriesContext(connection) as asked:
            plan_after_events([event_for(customer) for customer in customers])
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 6


def test_a_share_is_the_same_customers_every_time(cast, survey):
    ids = [uuid4() for _ in range(20_000)]

    tenth = {one for one in ids if is_in_sample("s", one, 10)}
    fifth = {one for one in ids if is_in_sample("s", one, 20)}

    assert tenth < fifth
    assert 0.09 < len(tenth) / len(ids) < 0.11
    assert tenth != {one for one in ids if is_in_sample("t", one, 10)}


def test_those_outside_the_share_are_counted(cast, survey):
    plan = plan_of(survey, share_percent="0.01")
    customers = [make_customer(cast.cafe, phone=f"+98912000{n:04}") for n in range(5)]

    plan_for(*[event_for(customer) for customer in customers])

    with inside(cast.cafe):
        assert sum(passed_over_counts([plan.id]).values()) + len(rows()) == 5
        assert passed_over_counts([plan.id])["not_sampled"] >= 4


def test_events_reach_plans_through_the_log_once(cast, plan, analytics_store):
    call = {"type": "track", "event": "Order Delivered", "userId": "u1", "messageId": "m1"}

    for _ in range(3):
        receive(cast.cafe, call)
        take_in()

    assert [row.plan_id for row in rows()] == [plan.id]


def test_a_list_is_asked_once(cast, survey):
    plan = plan_of(survey, whom=Plan.Whom.LIST)
    with inside(cast.cafe):
        assert put_on_list(plan, [cast.customer.id, cast.phoneless.id, cast.customer.id]) == 2

    assert plan_next(cast.cafe, plan.id, at=MORNING) == 2
    assert plan_next(cast.cafe, plan.id, at=MORNING + timedelta(days=1)) == 0


def test_a_recurring_plan_asks_everybody_once_a_round_some_each_day(cast, survey):
    plan = plan_of(survey, whom=Plan.Whom.LIST, repeat_days=7, starts_at=MORNING)
    customers = [make_customer(cast.cafe, phone=f"+98912000{n:04}") for n in range(40)]
    with inside(cast.cafe):
        put_on_list(plan, [customer.id for customer in customers])

    a_day = [plan_next(cast.cafe, plan.id, at=MORNING + timedelta(days=n)) for n in range(7)]
    again = plan_next(cast.cafe, plan.id, at=MORNING + timedelta(days=6, hours=1))
    # The server was away for three days of the second round.
    later = plan_next(cast.cafe, plan.id, at=MORNING + timedelta(days=10))

    assert sum(a_day) == 40
    assert max(a_day) < 20
    assert again == 0
    assert later == sum(day_of_round(plan.seed, one.id, 7) <= 3 for one in customers)


def test_a_segment_is_asked_once_whole_customers_only(cast, survey, analytics_store):
    from hamdel.know.segments.models import Segment

    with inside(cast.cafe):
        rule = {"field": "name", "operator": "contains", "value": "کاوه"}
        segment = Segment.objects.create(
            workspace=cast.cafe, name="کاوه‌ها", rule=rule, created_at=MORNING, changed_at=MORNING
        )
    plan = plan_of(survey, whom=Plan.Whom.SEGMENT, segment_id=segment.id)

    plan_next(cast.cafe, plan.id, at=MORNING)

    assert [row.customer_id for row in rows()] == [cast.phoneless.id]
