"""A gateway described on a form: its call, its success, its reports and replies."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamdel.act.messages.http_sms.conditions import BadCondition, read_condition
from hamdel.act.messages.http_sms.filling import in_address, in_form, in_json
from hamdel.act.messages.http_sms.forms import HttpSmsForm
from hamdel.act.messages.models import Message
from hamdel.act.messages.tests.fakes import BREAK, gateway
from hamdel.act.messages.tests.stage import NPS, attempts, connect, queue_one, reread, send
from hamdel.ground.workspaces.tenancy import inside

State = Message.State
NASTY = 'سلام "نقل" \\ & <b> {to} {key}\nخط دوم؟ +۵٪'
SETTINGS = {
    "sender": "3000", "line_type": "own", "method": "POST", "headers": "Authorization: Bearer {key}",
    "body_kind": "json", "body": '{"to": "{to}", "message": "{text}", "ref": "{id}"}',
    "success": "status = 200 and body.result.ok = true", "id_place": "body.result.ids.0", "number_format": "plain",
    "key": "very-secret-key", "cost_rial_per_segment": 0, "stop_words": "", "report_id": "mid",
    "report_status": "st", "report_delivered": "DELIVRD, 10", "report_failed": "UNDELIV", "inbound_from": "msisdn",
    "inbound_text": "body", "inbound_id": "mo_id",
}  # fmt: skip


@pytest.fixture
def fake():
    with gateway(lambda _asked: (200, {"result": {"ok": True, "ids": ["abc-1"]}})) as fake:
        yield fake


@pytest.fixture
def account(cast, fake):
    return connect(cast, "http_sms", url=f"{fake.url}/v2/send?line={{from}}", **SETTINGS)


@pytest.mark.django_db(transaction=True)
def test_the_call_is_made_as_described_and_the_key_kept_out_of_the_log(cast, account, fake):
    queued = queue_one(cast, text=NASTY)

    send(account)

    [asked] = fake.asked
    message = reread(cast, queued.message)
    assert (asked.method, asked.path, asked.query) == ("POST", "/v2/send", {"line": ["3000"]})
    assert asked.headers["authorization"] == "Bearer very-secret-key"
    assert asked.headers["content-type"] == "application/json"
    assert asked.json == {"to": "989121234567", "message": NASTY, "ref": str(message.local_id)}
    assert (message.state, message.provider_id) == (State.SENT, "abc-1")
    assert "very-secret-key" not in attempts(cast, message)[0].request


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("said", "state", "problem"), [
    ((200, {"result": {"ok": False}}), "failed", "refused"), ((422, {}), "failed", "refused"),
    ((429, {}, {"Retry-After": "7"}), "queued", "throttled"), ((503, {}), "queued", "gateway_down"),
    ((500, {}), "sending", "gateway_down"), (BREAK, "sending", "line_broke"), ((401, b"who are you"), "queued", "wrong_key"),
])  # fmt: skip
def test_what_is_no_success_is_never_sent_twice(cast, account, fake, said, state, problem):
    fake.answer = lambda _asked: said
    queued = queue_one(cast)

    send(account)

    message = reread(cast, queued.message)
    assert (message.state, message.problem) == (state, problem)
    assert len(fake.asked) == 1


@pytest.mark.django_db(transaction=True)
def test_reports_and_replies_come_under_the_gateways_own_names(cast, account, client):
    queued = queue_one(cast, choices=NPS)
    send(account)
    base = f"/act/messages/in/{account.secrets['callback_key']}"

    assert client.get(f"{base}/delivery/", {"mid": "abc-1", "st": "DELIVRD"}).status_code == 200
    assert reread(cast, queued.message).state == State.DELIVERED
    body = json.dumps({"msisdn": "9121234567", "body": "نمره ۹", "mo_id": "7"})
    for _ in range(3):
        said = client.post(f"{base}/inbound/", body, content_type="application/json")
        assert said.status_code == 200

    assert reread(cast, queued.message).state == State.ANSWERED
    with inside(cast.cafe):
        assert Message.objects.incoming().count() == 1
    assert client.post(f"{base}/inbound/", "{", content_type="application/json").status_code == 400
    assert client.post(f"{base}/inbound/", {"nothing": "1"}).status_code == 400


@given(st.text(max_size=100))
def test_no_words_break_out_of_json(text):
    assert json.loads(in_json('{"a": "{text}", "b": "x"}', {"text": text})) == {"a": text, "b": "x"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "harm", ["\0", "\ud800", "1" * 40, "\u202e", "9" * 300_000], ids=lambda harm: ascii(harm[:6])
)
def test_what_nobody_could_store_does_no_harm_and_comes_once(cast, account, client, harm):
    base = f"/act/messages/in/{account.secrets['callback_key']}"
    report = json.dumps({"mid": harm, "st": "DELIVRD", "note": harm})
    reply = json.dumps({"msisdn": f"0912{harm}4567", "body": f"نمره{harm}", "mo_id": f"7{harm}"})

    for what, body in (("delivery", report), ("inbound", reply)) * 2:
        said = client.post(f"{base}/{what}/", body, content_type="application/json")
        assert said.status_code == 200

    with inside(cast.cafe):
        assert Message.objects.incoming().count() == 1


def test_words_are_quoted_for_where_they_stand():
    values = {"to": "+98912", "text": "a&b=c d/ی"}

    assert (
        in_address("http://x/?t={text}&to={to}", values) == "http://x/?t=a%26b%3Dc%20d%2F%DB%8C&to=%2B98912"
    )
    assert in_form("t={text}", values) == "t=a%26b%3Dc+d%2F%DB%8C"


@pytest.mark.parametrize("line", ["", "status", "status == = 1", "import os", "body. = 3"])
def test_a_condition_that_cannot_be_read_is_refused(line):
    with pytest.raises(BadCondition):
        read_condition(line)


@pytest.mark.parametrize(("line", "holds"), [
    ("status = 200", True), ("status == 200", True), ("status != 200", False), ("text contains ok", True), ("body.a.0.b = true", True),
    ("body.a.5 = x", False), ("body.n = 3 and status = 200", True), ("body.n = 3 and status = 201", False),
])  # fmt: skip
def test_conditions_read_an_answer(line, holds):
    body = {"a": [{"b": True}], "n": 3}

    assert all(test.holds(200, "All OK", body) for test in read_condition(line)) is holds


def test_a_form_that_could_never_work_is_refused_with_reasons():
    typed = {**SETTINGS, "name": "g", "url": "https://g.example/", "per_second": "5"}

    assert HttpSmsForm(typed).is_valid()
    wrong = HttpSmsForm({**typed, "body": "{to: {text}}", "success": "whatever", "headers": "no colon"})
    assert not wrong.is_valid()
    assert set(wrong.errors) == {"body", "success", "headers"}
    assert set(HttpSmsForm({**typed, "body": " "}).errors) == {"body"}
    assert HttpSmsForm({**typed, "body": "", "body_kind": "none"}).is_valid()


@pytest.mark.parametrize("url", [
    "not a url", "ftp://x.example/y", "http://", "javascript:alert(1)", "http://10.0.0.7/sms", "http://[::1]/", "//x.example/",
])  # fmt: skip
def test_an_address_nobody_could_call_is_refused_on_the_form(url):
    typed = {**SETTINGS, "name": "g", "per_second": "5", "url": url}

    assert set(HttpSmsForm(typed).errors) == {"url"}


@pytest.mark.parametrize("url", [
    "https://g.example/send?to={to}&text={text}", "http://127.0.0.1:8080/{id}", "https://sms.example.ir/{key}/send",
])  # fmt: skip
def test_an_address_with_places_to_fill_is_taken(url):
    assert HttpSmsForm({**SETTINGS, "name": "g", "per_second": "5", "url": url}).is_valid()
