from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from hamdel.listen.sources.mapping import compile_mapping
from hamdel.listen.sources.values import MappingError, RowRejected

TEHRAN = ZoneInfo("Asia/Tehran")
COLUMNS = ["id", "who", "mail", "at", "late_at", "mark", "words", "replies"]
ROW = {
    "id": "7", "who": "u1", "mail": "a@b.example", "at": "2026-11-01 10:00", "late_at": "", "mark": "4",
    "words": "خوب", "replies": '[{"at": "۱۴۰۵/۰۸/۱۱", "text": "سلام"}]',
}  # fmt: skip
ORDER = {"event": "Order Completed", "messageId": "order-{id}", "timestamp": "{at}"}


def events(written, row=None):
    mapping = compile_mapping({"customer": {"userId": "{who}"}, **written}, columns=COLUMNS, zone=TEHRAN)
    return list(mapping.events({**ROW, **(row or {})}))


def test_a_row_becomes_an_event_of_segment_shape():
    written = {
        "customer": {
            "userId": "{who}",
            "email": "{mail}",
            "externalIds": {"crm": "C-{id}"},
            "traits": {"tier": "gold"},
        },
        "events": [
            ORDER | {"touchpoint": "purchase", "channel": "web", "properties": {"total": {"number": "۱۲۰۰"}}}
        ],
    }

    assert events(written) == [
        {
            "type": "track",
            "event": "Order Completed",
            "timestamp": "2026-11-01T06:30:00.000Z",
            "messageId": "order-7",
            "userId": "u1",
            "context": {
                "externalIds": [{"type": "crm", "id": "C-7", "collection": "users", "encoding": "none"}],
                "traits": {"tier": "gold", "email": "a@b.example"},
            },
            "properties": {"total": 1200, "touchpoint": "purchase", "channel": "web"},
        }
    ]


def test_identify_carries_traits_of_its_own():
    rule = {"type": "identify", "messageId": "who-{who}", "timestamp": "{at}", "traits": {"city": "شیراز"}}

    event = events({"customer": {"userId": "{who}", "email": "{mail}"}, "events": [rule]})[0]

    assert event["traits"] == {"email": "a@b.example", "city": "شیراز"}
    assert "properties" not in event


def test_an_event_comes_only_when_its_condition_holds():
    delivered = {
        "event": "Order Delivered",
        "messageId": "d-{id}",
        "timestamp": "{late_at}",
        "when": {"filled": "{late_at}"},
    }

    assert [e["event"] for e in events({"events": [ORDER, delivered]})] == ["Order Completed"]
    assert len(events({"events": [ORDER, delivered]}, {"late_at": "2026-11-05"})) == 2


def test_a_score_carries_its_scale():
    score = {"metric": "csat", "value": "{mark}", "min": 1, "max": 5, "comment": "{words}"}
    rule = {"event": "Score Given", "messageId": "s-{id}", "timestamp": "{at}", "score": score}

    assert events({"events": [rule]})[0]["properties"] == {
        "metric": "csat", "score": 4, "scale_min": 1, "scale_max": 5, "comment": "خوب",
    }  # fmt: skip
    with pytest.raises(RowRejected, match="outside of 1–5"):
        events({"events": [rule]}, {"mark": "6"})


def test_a_list_in_a_cell_gives_an_event_for_each_item():
    rule = {
        "event": "Reply Sent",
        "for_each": {"json": "{replies}"},
        "as": "reply",
        "messageId": "r-{id}-{reply.number}",
        "timestamp": {"date": "{reply.at}", "time": "23:59:59"},
        "properties": {"text": "{reply.text}"},
    }

    assert [(e["messageId"], e["timestamp"], e["properties"]) for e in events({"events": [rule]})] == [
        ("r-7-1", "2026-11-02T20:29:59.000Z", {"text": "سلام"})
    ]


def test_computed_columns_may_use_those_before_them():
    written = {
        "let": {"double": {"multiply": ["{mark}", 2]}, "more": {"add": ["{double}", 1]}},
        "events": [ORDER | {"properties": {"more": "{more}"}}],
    }

    assert events(written)[0]["properties"] == {"more": 9}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"who": ""}, "which customer"),
        ({"at": ""}, "no timestamp"),
        ({"at": "soon"}, "not a date"),
        ({"id": None}, None),
    ],
)
def test_a_row_without_what_an_event_needs_is_refused(row, says):
    if says is None:
        assert events({"events": [ORDER]}, row)[0]["messageId"] == "order-"
        return
    with pytest.raises(RowRejected, match=says):
        events({"events": [ORDER]}, row)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ([], "list of 'events'"),
        ({"events": []}, "list of 'events'"),
        ({"events": [ORDER], "format": 9}, "format 9"),
        ({"events": [ORDER], "evnets": 1}, "evnets is not known"),
        ({"events": [{"event": "X", "messageId": "1"}]}, "needs its 'timestamp'"),
        ({"events": [{"event": "X", "timestamp": "{at}"}]}, "'messageId' is needed"),
        ({"events": [{"messageId": "1", "timestamp": "{at}"}]}, "needs a name"),
        ({"events": [ORDER | {"type": "trakc"}]}, "type is one of"),
        (
            {"events": [ORDER | {"properties": {"x": "{prise}"}}]},
            r"events\[0\].properties.x: the file has no column",
        ),
        ({"events": [ORDER | {"score": {"metric": "nps"}}]}, "max, min, value is needed"),
        ({"events": [ORDER], "skip": [{"when": True}]}, "'because'"),
        ({"events": [ORDER], "group": {"key": "{id}"}}, "key is not known"),
        ({"events": [ORDER], "read": {"charset": "utf-8"}}, "charset is not known"),
    ],
)
def test_a_mistake_in_a_mapping_is_told_with_its_place(written, says):
    with pytest.raises(MappingError, match=says):
        compile_mapping(written, columns=COLUMNS, zone=TEHRAN)
