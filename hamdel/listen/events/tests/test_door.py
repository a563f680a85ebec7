"""The eight rules for answering SDKs, each as their code needs it, and what else the door promises."""

from __future__ import annotations

import gzip
import json

import pytest
from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.events import commit, door, keys
from hamdel.listen.events.models import LoggedEvent, QuarantinedEvent, Source
from hamdel.listen.events.tests.asking import Ask, ask

pytestmark = pytest.mark.django_db(transaction=True)
TRACK = {"type": "track", "event": "Order Completed", "userId": "u1"}


@pytest.fixture
def source(cast):
    with inside(cast.cafe):
        return Source.objects.create(workspace=cast.cafe, name="site", write_key="wk-site")


def stored():
    with across_workspaces():
        return [
            json.loads(body)
            for body in LoggedEvent.objects.order_by("position").values_list("body", flat=True)
        ]


@pytest.mark.usefixtures("source")
def test_rule_1_success_is_exactly_200_with_json():
    answer = ask(Ask("/v1/batch", {"batch": [TRACK], "writeKey": "wk-site"}))

    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json == {"success": True, "accepted": 1, "rejected": []}


@pytest.mark.usefixtures("source")
def test_rule_2_and_7_every_path_with_and_without_a_slash_and_never_a_redirect():
    paths = {
        "batch": None, "b": None, "import": None, "track": "track", "t": "track", "identify": "identify",
        "i": "identify", "page": "page", "p": "page", "screen": "screen", "s": "screen", "group": "group",
        "g": "group", "alias": "alias", "a": "alias",
    }  # fmt: skip
    call = {"event": "Order Completed", "userId": "u1", "previousId": "a1", "name": "Home", "groupId": "g1"}
    asks = [
        Ask(f"/v1/{path}{slash}", call if kind else {"batch": [TRACK]}, key="wk-site")
        for path, kind in paths.items()
        for slash in ("", "/")
    ]

    answers = ask(*asks)

    assert [
        (request.path, answer.status)
        for request, answer in zip(asks, answers, strict=True)
        if answer.status != 200
    ] == []
    assert [event["type"] for event in stored()] == [
        kind or "track" for kind in paths.values() for _ in range(2)
    ]


@pytest.mark.usefixtures("source")
def test_rule_3_errors_are_always_a_code_and_a_message():
    refused = ask(
        Ask("/v1/batch", b"{no json", key="wk-site"),
        Ask("/v1/batch", [], key="wk-site"),
        Ask("/v1/batch", {"batch": {}}, key="wk-site"),
        Ask("/v1/nowhere", {}, key="wk-site"),
        Ask("/v1/batch", method="GET"),
        Ask("/v1/track", TRACK, key="nobody's"),
        Ask("/v1/track", b"\x1f\x8bnot gzip", key="wk-site", headers={"content-encoding": "gzip"}),
    )

    assert [answer.status for answer in refused] == [400, 400, 400, 404, 405, 401, 400]
    assert all(set(answer.json) == {"code", "message"} for answer in refused)
    assert all(answer.headers["content-type"] == "application/json" for answer in refused)


def test_rule_4_a_revoked_key_is_401_and_never_410(source):
    with inside(source.workspace_id):
        Source.objects.filter(id=source.id).update(disabled_at=now())

    assert ask(Ask("/v1/track", TRACK, key="wk-site")).status == 401
    assert stored() == []


def test_rule_4_a_key_that_is_revoked_while_we_run_stops_soon(source, monkeypatch):
    monkeypatch.setattr(keys, "FRESH_SECONDS", 0)
    first = ask(Ask("/v1/track", TRACK, key="wk-site"))
    with inside(source.workspace_id):
        Source.objects.filter(id=source.id).update(disabled_at=now())

    second = ask(Ask("/v1/track", TRACK, key="wk-site"))

    assert (first.status, second.status) == (200, 401)


@pytest.mark.usefixtures("source")
def test_rule_5_overload_says_when_to_come_again(monkeypatch):
    monkeypatch.setattr(commit, "MOST_WAITING_EVENTS", 3)

    answers = ask(*[Ask("/v1/track", TRACK, key="wk-site") for _ in range(40)], together=True)

    refused = [answer for answer in answers if answer.status != 200]
    assert refused
    assert {answer.status for answer in refused} == {429}
    assert all(1 <= int(answer.headers["retry-after"]) <= 300 for answer in refused)
    assert len(stored()) == len(answers) - len(refused)


def test_rule_5_without_postgresql_it_says_so_too(tmp_path):
    answer = ask(Ask("/v1/track", TRACK, key="wk-site"), url=f"host={tmp_path} dbname=hamdel")

    assert answer.status == 503
    assert 1 <= int(answer.headers["retry-after"]) <= 300
    assert set(answer.json) == {"code", "message"}


@pytest.mark.usefixtures("source")
@pytest.mark.parametrize(
    "request_",
    [
        Ask("/v1/batch", {"batch": [{**TRACK, "anonymousId": None, "groupId": None, "traits": None}]}, key="wk-site"),
        Ask("/v1/batch", {"batch": [{**TRACK, "userId": None, "anonymousId": "a1"}]}, key="wk-site"),
        Ask("/v1/batch", gzip.compress(json.dumps({"batch": [TRACK]}).encode()), key="wk-site", headers={"content-encoding": "gzip"}),
        Ask("/v1/b", {"batch": [TRACK]}, key="wk-site", headers={"content-type": "text/plain"}),
        Ask("/v1/t", {**TRACK, "writeKey": "wk-site", "sentAt": None}),
        Ask("/v1/t", TRACK, headers={"authorization": "Basic d2stc2l0ZQ=="}),  # without the colon
        Ask("/v1/batch", {"batch": [{**TRACK, "userId": 42}]}, key="wk-site"),
    ],
    ids=["null ids", "anonymous", "gzip", "text/plain", "key in the body", "no colon", "number as id"],
)  # fmt: skip
def test_rule_6_what_sdks_send_is_accepted(request_):
    answer = ask(request_)

    assert (answer.status, answer.json) == (200, {"success": True, "accepted": 1, "rejected": []})
    assert len(stored()) == 1


@pytest.mark.usefixtures("source")
def test_rule_6_a_browser_may_ask_from_elsewhere():
    wanted = {"access-control-request-headers": "authorization,content-type,x-retry-count"}

    preflight, post = ask(
        Ask("/v1/t", method="OPTIONS", headers=wanted), Ask("/v1/t", {**TRACK, "writeKey": "wk-site"})
    )

    allowed = preflight.headers["access-control-allow-headers"].lower().split(", ")
    assert preflight.status == 200
    assert {"authorization", "content-type", "x-retry-count"} <= set(allowed)
    assert post.headers["access-control-allow-origin"] == "*"


@pytest.mark.usefixtures("source")
def test_rule_7_the_browser_sdk_learns_where_to_send():
    answer = ask(Ask("/v1/projects/wk-site/settings", method="GET"))

    assert answer.status == 200
    assert answer.json["integrations"]["Segment.io"] == {
        "apiKey": "wk-site", "apiHost": "cx.example/v1", "protocol": "https",
    }  # fmt: skip


@pytest.mark.usefixtures("source")
def test_rule_8_the_largest_things_sdks_send_are_taken():
    segment_event = {**TRACK, "properties": {"filler": "x" * 32_000}}
    rudder_event = {**TRACK, "properties": {"filler": "x" * 3_900_000}}

    small, batch, large = ask(
        Ask("/v1/track", segment_event, key="wk-site"),
        Ask("/v1/batch", {"batch": [segment_event] * 15}, key="wk-site"),
        Ask("/v1/batch", {"batch": [rudder_event]}, key="wk-site"),
    )

    assert [answer.status for answer in (small, batch, large)] == [200] * 3
    assert [answer.json["accepted"] for answer in (small, batch, large)] == [1, 15, 1]


@pytest.mark.usefixtures("source")
def test_too_much_is_413_stated_zipped_or_not():
    too_much = b"x" * (door.LARGEST_BODY + 1)
    bomb = gzip.compress(b"0" * 200_000_000)

    answers = ask(
        Ask("/v1/batch", too_much, key="wk-site", headers={"content-length": str(len(too_much))}),
        Ask("/v1/batch", too_much, key="wk-site"),
        Ask("/v1/batch", bomb, key="wk-site", headers={"content-encoding": "gzip"}),
    )

    assert [answer.status for answer in answers] == [413] * 3


@pytest.mark.usefixtures("source")
def test_the_answer_tells_what_became_of_each_event():
    bad = {
        5: {"type": "track"},
        7: "no event",
        9: {"type": "identify"},
        11: {**TRACK, "timestamp": "yesterday"},
    }
    calls = [bad.get(index, {**TRACK, "messageId": f"m{index}"}) for index in range(20)]

    answer = ask(Ask("/v1/batch", {"batch": calls}, key="wk-site"))

    assert answer.status == 200
    assert answer.json["accepted"] == 16
    assert [(reject["index"], reject["code"]) for reject in answer.json["rejected"]] == [
        (5, "no_event_name"), (7, "not_an_object"), (9, "no_identity"), (11, "bad_timestamp"),
    ]  # fmt: skip
    with across_workspaces():
        held = QuarantinedEvent.objects.order_by("code")
        assert {(one.code, json.dumps(json.loads(one.payload))) for one in held} == {
            (reject["code"], json.dumps(bad[reject["index"]])) for reject in answer.json["rejected"]
        }


@pytest.mark.usefixtures("source")
def test_a_resend_changes_nothing_however_often_and_in_whatever_order():
    calls = [{**TRACK, "messageId": f"m{index}"} for index in range(50)]
    asks = [Ask("/v1/batch", {"batch": calls[turn:] + calls[:turn]}, key="wk-site") for turn in range(20)]

    answers = ask(*asks, together=True)

    assert {answer.status for answer in answers} == {200}
    assert sorted(event["messageId"] for event in stored()) == sorted(call["messageId"] for call in calls)


def test_message_ids_belong_to_their_source(source, cast):
    with inside(cast.clinic):
        Source.objects.create(workspace=cast.clinic, name="site", write_key="wk-clinic")
    call = {**TRACK, "messageId": "m1"}

    ask(Ask("/v1/track", call, key=source.write_key), Ask("/v1/track", call, key="wk-clinic"))

    with across_workspaces():
        assert set(LoggedEvent.objects.values_list("workspace_id", flat=True)) == {
            cast.cafe.id,
            cast.clinic.id,
        }


@pytest.mark.usefixtures("source")
def test_two_alike_events_without_a_message_id_are_two_events():
    ask(Ask("/v1/track", TRACK, key="wk-site"), Ask("/v1/track", TRACK, key="wk-site"))

    assert len(stored()) == 2


@pytest.mark.usefixtures("source")
def test_one_event_nested_without_end_does_not_lose_its_batch():
    deep = "[" * 10_000 + "]" * 10_000
    raw = '{"batch":[%s,{"type":"track","event":"x","userId":"u","properties":{"a":%s}},%s],"sentAt":null}' % (
        json.dumps(TRACK), deep, json.dumps(TRACK),
    )  # fmt: skip

    answer = ask(Ask("/v1/batch", raw.encode(), key="wk-site"))

    assert answer.status == 200
    assert (answer.json["accepted"], [reject["code"] for reject in answer.json["rejected"]]) == (
        2,
        ["too_deep"],
    )
    with across_workspaces():
        assert QuarantinedEvent.objects.get().payload.count("[") == 10_000


@pytest.mark.usefixtures("source")
def test_a_flood_of_unknown_keys_does_not_forget_the_good_ones(monkeypatch):
    monkeypatch.setattr(keys, "MOST_UNKNOWN", 5)
    flood = [Ask("/v1/track", TRACK, key=f"wrong-{number}") for number in range(12)]

    answers = ask(Ask("/v1/track", TRACK, key="wk-site"), *flood, Ask("/v1/track", TRACK, key="wk-site"))

    assert [answer.status for answer in answers] == [200, *[401] * 12, 200]
