"""Reactions that take a stretch of the log as a whole: once, and a poison event alone is kept."""

from __future__ import annotations

import pytest

from hamdel.ground.facts import on_batch, reactions
from hamdel.ground.facts.failures import try_again
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


def test_a_poison_event_holds_up_no_other_on_its_way_to_clickhouse(cast, counting):
    deliver(cast.cafe, *[f"m{n}" for n in range(16)])

    ship_everything()

    assert len(stored(cast.cafe)) == 17
