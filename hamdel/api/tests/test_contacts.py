"""The contact gate through the API."""

from __future__ import annotations

import pytest

from hamdel.act.contacts.models import Contact
from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.models import Identifier
from tests.cast import SOME_DAY

NOON, NIGHT = "2026-11-22T12:00:00+03:30", "2026-11-22T23:30:00+03:30"


def ask(customer, **more):
    return {"customer": str(customer), "channel": "sms", "purpose": "survey", "at": NOON, **more}


def test_the_gate_says_yes_and_no_with_a_reason(program, cast):
    yes = program.post("/contact-gate/check", ask(cast.customer.id))
    no = program.post("/contact-gate/check", ask(cast.customer.id, at=NIGHT))

    assert yes.json() == {
        "allowed": True, "reason": "", "message": "", "not_before": None, "customer": str(cast.customer.id),
    }  # fmt: skip
    assert (no.status_code, no.json()["allowed"], no.json()["reason"]) == (200, False, "quiet_hours")
    assert no.json()["not_before"].startswith("2026-11-23T05:30:00")
    with inside(cast.cafe):
        assert Contact.objects.count() == 0


def test_a_moment_without_an_offset_is_the_workspaces(program, cast):
    night = program.post("/contact-gate/check", ask(cast.customer.id, at="2026-11-22T23:30:00"))

    assert night.json()["reason"] == "quiet_hours"


def test_a_customer_is_found_by_their_own_id(program, cast):
    with inside(cast.cafe):
        Identifier.objects.create(
            workspace=cast.cafe, customer=cast.customer, kind="user", value="u-7", first_seen_at=SOME_DAY
        )

    assert program.post("/contact-gate/check", ask("u-7")).json()["customer"] == str(cast.customer.id)
    assert program.post("/contact-gate/check", ask("u-8")).status_code == 404


@pytest.mark.parametrize("by", [
    {"customer": "u-7"}, {"customer": {"external_id": "crm:12"}}, {"customer": {"id": "u-7"}}, {"customer": "crm:12"},
    {"customer": "0912 123 4567"}, {"customer": {"phone": "۰۹۱۲۱۲۳۴۵۶۷"}}, {"customer": {"email": "Zahra@Example.ir"}},
    {"customer": {"user_id": "u-7"}}, {"external_id": "u-7"},
])  # fmt: skip
def test_a_customer_is_understood_by_whatever_name_the_caller_has(program, cast, by):
    known = {
        "user": "u-7",
        "external": "crm:12",
        "phone": "+989121234567",
        "email": "zahra@example.ir",
    }
    with inside(cast.cafe):
        for kind, value in known.items():
            Identifier.objects.create(
                workspace=cast.cafe, customer=cast.customer, kind=kind, value=value, first_seen_at=SOME_DAY
            )

    said = program.post("/contact-gate/check", {"channel": "sms", "purpose": "survey", "at": NOON, **by})

    assert (said.status_code, said.json().get("customer")) == (200, str(cast.customer.id)), said.json()


def test_words_may_be_written_as_others_write_them(program, cast):
    asked = {
        "customer": str(cast.customer.id),
        "channel": "E-mail",
        "purpose": "Follow-up",
        "time": NIGHT,
    }

    said = program.post("/contact-gate/check", asked)

    assert (said.status_code, said.json()["reason"]) == (200, "quiet_hours")


def test_words_are_kept_and_heeded(program, cast):
    words = {
        "customer": str(cast.customer.id),
        "source": "call centre",
        "state": "withdrawn",
        "channel": "sms",
    }

    assert program.post("/contact-gate/consents", words).status_code == 201
    assert program.post("/contact-gate/check", ask(cast.customer.id)).json()["reason"] == "withdrawn"
    given = {**words, "state": "given", "purpose": "survey", "proof": "call 12"}
    assert program.post("/contact-gate/consents", {**given, "proof": " "}).status_code == 400
    assert program.post("/contact-gate/consents", given).status_code == 201
    assert program.post("/contact-gate/check", ask(cast.customer.id)).json()["allowed"]


@pytest.mark.parametrize(("wrong", "status", "code", "says"), [
    ({"purpose": "spam"}, 400, "bad_parameters", "purpose"),
    ({"channel": "pigeon"}, 400, "unknown_channel", "sms"),
    ({"at": "tomorrow"}, 400, "bad_parameters", "at"),
    ({"at": "0001-01-01T00:00:00Z"}, 400, "bad_parameter", "decades"),
    ({"customer": {}}, 400, "bad_parameters", "Name the customer"),
    ({"customer": None}, 400, "bad_parameters", "customer"),
    ({"customer": "u-8"}, 404, "unknown_customer", "u-8"),
    ({"customer": {"external_id": "x"}}, 404, "unknown_customer", "“x”"),
])  # fmt: skip
def test_what_is_wrong_is_said(program, cast, wrong, status, code, says):
    said = program.post("/contact-gate/check", {**ask(cast.customer.id), **wrong})

    assert (said.status_code, said.json()["code"]) == (status, code), said.json()
    assert says in said.json()["message"]


def test_only_a_member_who_may_see_customers_asks(stranger, as_member, cast):
    assert stranger.post("/contact-gate/check", ask(cast.customer.id)).status_code == 404
    assert as_member(cast.viewer).post("/contact-gate/check", ask(cast.customer.id)).status_code == 403
