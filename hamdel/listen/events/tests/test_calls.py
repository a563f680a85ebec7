"""What a single call must be, and what our event of it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson
import pytest

from hamdel.listen.events.calls import Rejected, event_of, moment_of
from hamdel.listen.events.intake import SourceKey, take
from hamdel.listen.events.log import event_id

RECEIVED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SOURCE = SourceKey(UUID(int=1), UUID(int=2))
TRACK = {"type": "track", "event": "Order Completed", "userId": "u1", "messageId": "m1"}


def event(call, *, default_type=None, sent_at=None):
    return event_of(call, default_type=default_type, sent_at=sent_at, received_at=RECEIVED)


def body(call, **batch):
    [row] = take([call], source=SOURCE, received_at=RECEIVED, **batch).rows
    return orjson.loads(row.body)


def rejection(call, **batch):
    [reject] = take([call], source=SOURCE, received_at=RECEIVED, **batch).rejects
    return reject.code


def test_a_track_call_is_stored_in_our_shape():
    call = TRACK | {
        "anonymousId": "a1", "properties": {"total": 5}, "context": {"locale": "fa"}, "integrations": {"All": True},
        "timestamp": "2026-11-23T15:00:00+03:30",
    }  # fmt: skip

    assert body(call) == {
        "type": "track", "name": "Order Completed", "messageId": "m1", "occurredAt": "2026-11-23T11:30:00+00:00",
        "userId": "u1", "anonymousId": "a1", "properties": {"total": 5}, "context": {"locale": "fa"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("identify", "Customer Identified"),
        ("page", "Page Viewed"),
        ("screen", "Screen Viewed"),
        ("group", "Account Joined"),
        ("alias", "Customer Aliased"),
    ],
)
def test_calls_without_a_name_of_their_own_get_one(kind, name):
    assert event({"userId": "u", "previousId": "a"}, default_type=kind)["name"] == name


def test_a_page_keeps_its_name_and_category_among_its_properties():
    call = {
        "type": "page",
        "userId": "u",
        "name": "سبد خرید",
        "category": "shop",
        "properties": {"url": "/cart"},
    }

    assert body(call)["properties"] == {"name": "سبد خرید", "category": "shop", "url": "/cart"}


def test_the_kind_of_client_is_not_taken_for_a_channel_of_contact():
    stored = body(TRACK | {"channel": "server"})

    assert "channel" not in stored
    assert stored["context"] == {"channel": "server"}


def test_traits_in_the_context_of_an_identify_are_its_traits():
    stored = body({"type": "identify", "userId": "u", "context": {"traits": {"email": "zahra@example.ir"}}})

    assert stored["traits"] == {"email": "zahra@example.ir"}


def test_the_context_of_the_batch_is_under_that_of_each_call():
    call = TRACK | {"context": {"ip": "5.160.0.1"}}

    assert body(call, shared_context={"ip": "0.0.0.0", "locale": "fa"})["context"] == {
        "ip": "5.160.0.1", "locale": "fa",
    }  # fmt: skip


@pytest.mark.parametrize("years_wrong", [-10, 0, 10])
def test_a_wrong_clock_of_the_client_is_corrected(years_wrong):
    wrong = timedelta(days=365 * years_wrong)
    happened = RECEIVED - timedelta(minutes=5)
    sent = RECEIVED + wrong

    stored = body(TRACK | {"timestamp": (happened + wrong).isoformat()}, sent_at=sent.isoformat())

    assert stored["occurredAt"] == happened.isoformat()


def test_a_single_call_carries_its_own_time_of_sending():
    stored = body(TRACK | {"timestamp": "2016-11-23T08:00:00Z", "sentAt": "2016-11-23T08:00:10Z"})

    assert stored["occurredAt"] == (RECEIVED - timedelta(seconds=10)).isoformat()


@pytest.mark.parametrize("sent_at", [None, "", "yesterday", 5, [], {}])
def test_a_senseless_time_of_sending_is_no_correction(sent_at):
    stored = body(TRACK | {"timestamp": "2026-11-01T00:00:00Z"}, sent_at=sent_at if sent_at != 5 else None)

    assert stored["occurredAt"] == "2026-11-01T00:00:00+00:00"


def test_without_a_timestamp_it_happened_when_it_came():
    assert body(TRACK)["occurredAt"] == RECEIVED.isoformat()


@pytest.mark.parametrize("ahead", [timedelta(hours=15), timedelta(days=200), timedelta(days=2_000_000)])
def test_what_is_yet_to_come_happened_when_it_came_and_what_was_said_is_kept(ahead):
    stated = (RECEIVED + ahead).isoformat()

    stored = body(TRACK | {"timestamp": stated})

    assert stored["occurredAt"] == RECEIVED.isoformat()
    assert stored["context"]["statedTimestamp"] == stated


def test_a_moment_of_another_time_zone_stays_what_it_is():
    tonight = RECEIVED + timedelta(hours=13)

    stored = body(TRACK | {"timestamp": tonight.isoformat()})

    assert stored["occurredAt"] == tonight.isoformat()
    assert "statedTimestamp" not in stored.get("context", {})


def test_moments_no_calendar_of_ours_can_show_are_moved_to_its_edge():
    assert body(TRACK | {"timestamp": "0001-01-01T00:00:00Z"})["occurredAt"] == "1970-01-02T00:00:00+00:00"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-23T08:30:00.123Z", datetime(2026, 11, 23, 8, 30, 0, 123000, tzinfo=UTC)),
        ("2026-11-23T12:00:00+03:30", datetime(2026, 11, 23, 8, 30, tzinfo=UTC)),
        ("2026-11-23 08:30:00", datetime(2026, 11, 23, 8, 30, tzinfo=UTC)),
        (1_795_422_600, datetime(2026, 11, 23, 8, 30, tzinfo=UTC)),
        (1_795_422_600_123, datetime(2026, 11, 23, 8, 30, 0, 123000, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        (float("nan"), None),
        (1e300, None),
        (True, None),
        ("۲۰۲۶", None),
        ([], None),
    ],
)
def test_moments_are_read_in_the_ways_clients_write_them(written, moment):
    assert moment_of(written) == moment


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (None, "not_an_object"),
        ("text", "not_an_object"),
        ([TRACK], "not_an_object"),
        (TRACK | {"type": "purchase"}, "unknown_type"),
        (TRACK | {"type": []}, "unknown_type"),
        (TRACK | {"type": None}, "unknown_type"),
        (TRACK | {"event": "  "}, "no_event_name"),
        (TRACK | {"event": 5}, "no_event_name"),
        (TRACK | {"event": "x" * 301}, "bad_event_name"),
        (TRACK | {"properties": "x"}, "not_an_object"),
        (TRACK | {"context": [1]}, "not_an_object"),
        (TRACK | {"userId": {}}, "bad_identifier"),
        (TRACK | {"userId": True}, "bad_identifier"),
        (TRACK | {"messageId": ["m"]}, "bad_identifier"),
        (TRACK | {"userId": "x" * 301}, "bad_identifier"),
        (TRACK | {"userId": ""}, "no_identity"),
        ({"type": "alias", "userId": "u"}, "no_identity"),
        (TRACK | {"timestamp": "soon"}, "bad_timestamp"),
        (TRACK | {"properties": {"x": "y" * 4_000_000}}, "too_large"),
    ],
)
def test_what_cannot_be_taken_says_why(call, code):
    assert rejection(call) == code


@pytest.mark.parametrize(
    "reach",
    [
        {"traits": {"email": "zahra@example.ir"}},
        {"context": {"traits": {"phone": "+989121234567"}}},
        {"context": {"externalIds": [{"id": "crm-1", "type": "crm"}]}},
    ],
)
def test_an_event_without_ids_is_somebodys_if_they_can_be_reached(reach):
    assert body({"type": "track", "event": "Call Ended", **reach})["name"] == "Call Ended"


def test_the_same_message_is_the_same_event_and_a_message_without_id_never_is():
    [first] = take([TRACK], source=SOURCE, received_at=RECEIVED).rows
    [again] = take([TRACK | {"properties": {"late": True}}], source=SOURCE, received_at=RECEIVED).rows
    nameless = [
        take([{**TRACK, "messageId": None}], source=SOURCE, received_at=RECEIVED).rows[0] for _ in range(2)
    ]

    assert first.event_id == again.event_id == event_id(SOURCE.workspace_id, SOURCE.source_id, "m1").bytes
    assert nameless[0].event_id != nameless[1].event_id


def test_a_rejection_is_an_exception_with_a_code():
    with pytest.raises(Rejected) as reason:
        event({}, default_type=None)

    assert reason.value.code == "unknown_type"
