"""The pages of the gate: ledger, policy with its preview, and one customer."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.utils.timezone import now

from hamdel.act.contacts.actions import note_bounce, unsubscribe
from hamdel.act.contacts.asking import Ask
from hamdel.act.contacts.forms import PolicyForm, shown
from hamdel.act.contacts.gate import policy_of, reserve
from hamdel.act.contacts.models import Consent, Contact
from hamdel.act.contacts.policy import Cap, Policy
from hamdel.act.contacts.preview import compared, history, replay
from hamdel.ground.workspaces.tenancy import inside


def ask(customer, **more):
    said = {"channel": "link", "purpose": "survey", "sender": "test", "topic": "delivery", **more}
    return Ask(customer_id=customer.id, **said)


@pytest.fixture
def enter(client, analytics_store):
    def entered(member):
        client.force_login(member.user)
        return client

    return entered


@pytest.fixture
def ledger(cast):
    """One allowed, one refused for the cool-off, one without an address."""
    with inside(cast.cafe):
        at = now() - timedelta(days=3)
        reserve(
            cast.cafe, [ask(cast.customer), ask(cast.customer), ask(cast.phoneless, channel="sms")], at=at
        )


def test_the_ledger_shows_reasons_and_can_be_narrowed(enter, cast, ledger):
    client = enter(cast.analyst)

    everything = client.get("/act/contacts/", headers={"accept-language": "en"}).content.decode()
    narrowed = client.get("/act/contacts/?reason=no_address").content.decode()
    nothing = client.get("/act/contacts/?channel=bale")

    assert cast.customer.name in everything
    assert cast.phoneless.name in narrowed
    assert cast.customer.name not in narrowed
    assert nothing.status_code == 200
    assert cast.phoneless.name not in nothing.content.decode()


def test_the_outsider_and_the_viewer_see_nothing(enter, cast, ledger):
    assert cast.customer.name not in enter(cast.outsider).get("/act/contacts/").content.decode()
    assert enter(cast.outsider).get(f"/act/contacts/customers/{cast.customer.id}/").status_code == 404
    assert enter(cast.viewer).get("/act/contacts/").status_code == 403
    assert enter(cast.analyst).get("/act/contacts/policy/").status_code == 403


def test_the_customers_page_shows_refusals(enter, cast, ledger):
    page = enter(cast.analyst).get(f"/know/customers/{cast.customer.id}/").content.decode()

    assert f"/act/contacts/customers/{cast.customer.id}/" in page


def test_a_member_writes_down_what_was_said(enter, cast):
    client, place = enter(cast.analyst), f"/act/contacts/customers/{cast.customer.id}/"

    refused = client.post(f"{place}words/", {"state": "given", "channel": "sms", "purpose": "", "proof": ""})
    kept = client.post(
        f"{place}words/", {"state": "given", "channel": "sms", "purpose": "marketing", "proof": "call"}
    )
    client.post(f"{place}unsubscriptions/", {"topic": "delivery"})

    assert (refused.status_code, kept.status_code) == (422, 302)
    assert client.get(place).status_code == 200
    with inside(cast.cafe):
        consent = Consent.objects.get()
        assert (consent.state, consent.purpose, consent.by) == ("given", "marketing", cast.analyst)
        row = unsubscribe(cast.customer, topic="delivery", source="", at=now())
    client.post(f"{place}unsubscriptions/", {"end": str(row.id)})
    with inside(cast.cafe):
        row.refresh_from_db()
        assert row.ended_at is not None


def test_a_blocked_address_can_be_used_again(enter, cast):
    with inside(cast.cafe):
        row = note_bounce(cast.cafe, "sms", cast.customer.phone, at=now(), is_hard=True)
    client, place = enter(cast.analyst), f"/act/contacts/customers/{cast.customer.id}/"
    assert str(row.id) in client.get(place).content.decode()

    client.post(f"{place}addresses/", {"unblock": str(row.id)})

    with inside(cast.cafe):
        row.refresh_from_db()
        assert row.block == ""


def typed(**more):
    """Return what the policy's form sends of the defaults, with some fields changed."""
    form = PolicyForm(initial=shown(Policy()))
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {**values, **more}


def test_the_policy_is_kept_and_shown_again(enter, cast):
    client = enter(cast.owner)

    answer = client.post(
        "/act/contacts/policy/",
        typed(
            cap_most="۵",
            quiet_days=["4"],
            topic_caps="delivery 2 30\nپس از خرید ۱ ۹۰",
            basis_marketing="double",
        ),
    )

    assert answer.status_code == 302
    with inside(cast.cafe):
        kept = policy_of(cast.cafe)
    assert kept.cap == Cap(5, 7)
    assert kept.quiet_days == {4}
    assert kept.topic_caps == {"delivery": Cap(2, 30), "پس از خرید": Cap(1, 90)}
    assert kept.basis["marketing"] == "double"
    assert "پس از خرید 1 90" in client.get("/act/contacts/policy/").content.decode()


def test_a_policy_that_cannot_be_is_not_kept(enter, cast):
    answer = enter(cast.owner).post("/act/contacts/policy/", typed(topic_caps="delivery often", cap_days=0))

    assert answer.status_code == 422
    with inside(cast.cafe):
        assert policy_of(cast.cafe) == Policy()


def test_the_preview_saves_nothing_and_says_what_would_change(enter, cast, ledger):
    client = enter(cast.owner)

    page = client.post("/act/contacts/policy/", typed(cool_off_days=0, topic_most=0, preview="1"))

    assert page.status_code == 200
    assert 'id="preview"' in page.content.decode()
    with inside(cast.cafe):
        assert policy_of(cast.cafe) == Policy()
        past = history(cast.cafe, now=now())
        before = replay(cast.cafe, Policy(), past)
        after = replay(cast.cafe, Policy(cool_off_days=0, topic_cap=Cap(0, 1)), past)
    assert (before.asked, before.allowed, dict(before.reasons)) == (3, 1, {"cool_off": 1, "no_address": 1})
    assert (after.allowed, dict(after.reasons)) == (2, {"no_address": 1})
    assert [(line.reason, line.before, line.after) for line in compared(before, after)] == [
        ("cool_off", 1, 0),
        ("no_address", 1, 1),
    ]


def test_a_replay_under_the_same_policy_is_what_happened(cast):
    with inside(cast.cafe):
        start = now() - timedelta(days=20)
        for day in range(12):
            at = start + timedelta(days=day, hours=day % 5)
            customer = cast.customer if day % 2 else cast.phoneless
            reserve(
                cast.cafe,
                [ask(customer, purpose="follow_up", topic=f"t{day % 3}", priority=40 + day * 5)],
                at=at,
            )
        happened = Counter(Contact.objects.exclude(reason="").values_list("reason", flat=True))

        replayed = replay(cast.cafe, Policy(), history(cast.cafe, now=now()))

    assert replayed.reasons == happened
    assert replayed.refused > 0
