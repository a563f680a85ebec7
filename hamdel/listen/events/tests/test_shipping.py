"""From an event acknowledged to an event in ClickHouse, with kills in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection

from hamdel.ground import analytics
from hamdel.ground.facts import Fact, announce
from hamdel.ground.facts.models import WaitingFact
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.events.intake import SourceKey, take
from hamdel.listen.events.log import append_to_log
from hamdel.listen.events.models import LoggedEvent, Shipment, Source
from hamdel.listen.events.rebuilding import rebuild
from hamdel.listen.events.shipping import load_again, send, ship_everything, take_in

pytestmark = pytest.mark.usefixtures("analytics_store")


@dataclass(frozen=True)
class Stored:
    name: str
    customer_id: UUID
    touchpoint: str


def stored(workspace):
    sql = (
        "SELECT name, customer_id, touchpoint FROM events"
        " WHERE workspace_id = {workspace_id:UUID} ORDER BY occurred_at, name"
    )
    return analytics.ask_rendered("test", sql, Stored, workspace=workspace, params={})


def receive(workspace, *calls, received_at=datetime(2026, 11, 2, tzinfo=UTC)):
    with inside(workspace):
        source, _new = Source.objects.get_or_create(workspace=workspace, name="shop")
        intake = take(calls, source=SourceKey(source.id, workspace.id), received_at=received_at)
        append_to_log(connection, intake.rows)
        return intake


def test_an_event_reaches_clickhouse_with_its_customer(cast):
    receive(
        cast.cafe,
        {
            "type": "track",
            "event": "Order Completed",
            "userId": "u1",
            "properties": {"touchpoint": "checkout"},
        },
    )

    ship_everything()

    [event] = stored(cast.cafe)
    assert (event.name, event.touchpoint) == ("Order Completed", "checkout")
    assert stored(cast.clinic) == []


def test_a_resend_changes_nothing_for_ever(cast):
    call = {"type": "track", "event": "Order Completed", "userId": "u1", "messageId": "m1"}
    for _ in range(20):
        receive(cast.cafe, call)
        ship_everything()

    with across_workspaces():
        assert LoggedEvent.objects.count() == 1
    assert len(stored(cast.cafe)) == 1


def test_two_workspaces_may_use_the_same_message_id(cast):
    call = {"type": "track", "event": "Order Completed", "userId": "u1", "messageId": "m1"}
    receive(cast.cafe, call)
    receive(cast.clinic, call)

    ship_everything()

    assert len(stored(cast.cafe)) == len(stored(cast.clinic)) == 1


def test_a_kill_after_recording_and_before_sending_loses_nothing(cast):
    receive(cast.cafe, {"type": "track", "event": "Order Completed", "userId": "u1"})
    take_in()

    ship_everything()

    assert len(stored(cast.cafe)) == 1


def test_a_kill_after_sending_and_before_noting_it_doubles_nothing(cast):
    receive(cast.cafe, {"type": "track", "event": "Order Completed", "userId": "u1"})
    load = take_in()
    send(load)
    Shipment.objects.update(shipped_at=None)

    ship_everything()

    assert len(stored(cast.cafe)) == 1
    assert load_again(load.shipment).rows == load.rows


@dataclass(frozen=True, kw_only=True)
class KettleBoiled(Fact):
    name = "Kettle Boiled"
    litres: int


def test_a_fact_becomes_an_event_once(cast):
    with inside(cast.cafe):
        announce(
            KettleBoiled(
                workspace_id=cast.cafe.id, customer_id=cast.customer.id, at=datetime.now(UTC), litres=2
            )
        )

    ship_everything()
    ship_everything()

    assert [(event.name, event.customer_id) for event in stored(cast.cafe)] == [
        ("Kettle Boiled", cast.customer.id)
    ]
    with across_workspaces():
        assert WaitingFact.objects.count() == 0


def test_a_fact_of_a_rolled_back_deed_was_never_announced(cast):
    with pytest.raises(ZeroDivisionError), inside(cast.cafe):
        announce(KettleBoiled(workspace_id=cast.cafe.id, at=datetime.now(UTC), litres=2))
        1 / 0  # noqa: B018

    assert ship_everything() == 0


def test_clickhouse_is_made_anew_from_the_log(cast):
    receive(cast.cafe, *[{"type": "track", "event": f"E{n}", "userId": f"u{n}"} for n in range(30)])
    ship_everything()
    before = stored(cast.cafe)

    assert rebuild() == 30

    assert stored(cast.cafe) == before
