"""Reactions that take a stretch of the log as a whole: once, and a poison event alone is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils.timezone import now

from hamdel.ground.facts import on_batch, reactions
from hamdel.ground.facts.failures import MOST_ATTEMPTS, try_again, try_what_is_due
from hamdel.ground.facts.models import FailedReaction
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.events.shipping import ship_everything, take_in
from hamdel.listen.events.tests.test_shipping import receive, stored

pytestmark = pytest.mark.usefixtures("analytics_store")
seen: list[list[str]] = []
poison = {"m7"}


def count(events):
    """Note which orders came together; one of them cannot be digested."""
    if any(event.properties["order"] in poison for event in events):
        raise ValueError("poison")
    seen.append([event.properties["order"] for event in events])


@pytest.fixture
def counting():
    seen.clear()
    on_batch("Order Delivered")(count)
    yield
    reactions._reactions.pop(count)
    poison.add("m7")


def deliver(workspace, *orders):
    calls = [
        {"type": "track", "event": "Order Delivered", "userId": order, "messageId": order,
         "properties": {"order": order}}
        for order in orders
    ]  # fmt: skip
    receive(workspace, *calls, {"type": "track", "event": "Order Completed", "userId": "u"})


def test_a_stretch_comes_whole_and_only_what_was_asked_for(cast, counting):
    deliver(cast.cafe, "m1", "m2")
    deliver(cast.clinic, "m3")

    take_in()

    assert seen == [["m1", "m2", "m3"]]


def test_a_poison_event_stands_alone_and_can_be_tried_again(cast, counting):
    deliver(cast.cafe, *[f"m{n}" for n in range(16)])

    take_in()

    assert sorted(order for orders in seen for order in orders) == sorted(
        f"m{n}" for n in range(16) if n != 7
    )
    assert len(seen) <= 5
    with across_workspaces():
        failed = FailedReaction.objects.get()
    assert "ValueError: poison" in failed.error
    poison.clear()
    with inside(cast.cafe):
        assert try_again(failed, at=failed.failed_at)
    assert seen[-1] == ["m7"]


def test_what_failed_is_tried_again_by_itself_ever_more_seldom(cast, counting):
    deliver(cast.cafe, "m7")
    take_in()
    assert try_what_is_due(at=now()) == 0  # it has only just failed

    for attempts in (2, 3):
        let_minutes_pass(60)
        assert try_what_is_due(at=now()) == 0
        assert the_failure().attempts == attempts
    let_minutes_pass(15)
    poison.clear()
    assert try_what_is_due(at=now()) == 0  # after three attempts it rests for twenty minutes
    let_minutes_pass(6)

    assert try_what_is_due(at=now()) == 1
    assert seen == [["m7"]]
    let_minutes_pass(600)
    assert try_what_is_due(at=now()) == 0
    assert seen == [["m7"]]


def test_what_fails_for_ever_waits_for_a_person(cast, counting):
    deliver(cast.cafe, "m7")
    take_in()
    with across_workspaces():
        FailedReaction.objects.update(attempts=MOST_ATTEMPTS)

    let_minutes_pass(60 * 24 * 365)
    poison.clear()

    assert try_what_is_due(at=now()) == 0
    assert the_failure().settled_at is None


def let_minutes_pass(minutes):
    with across_workspaces():
        FailedReaction.objects.update(failed_at=F("failed_at") - timedelta(minutes=minutes))


def the_failure():
    with across_workspaces():
        return FailedReaction.objects.get()


def test_a_poison_event_holds_up_no_other_on_its_way_to_clickhouse(cast, counting):
    deliver(cast.cafe, *[f"m{n}" for n in range(16)])

    ship_everything()

    assert len(stored(cast.cafe)) == 17
