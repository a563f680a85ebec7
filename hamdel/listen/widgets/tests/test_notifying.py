"""Notifications through a push service that is a real server: encrypted for each browser, signed, gone when gone."""

from __future__ import annotations

import base64
import json

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from hamdel.act.messages.content import Content
from hamdel.act.messages.models import Message
from hamdel.act.messages.tests.fakes import gateway
from hamdel.act.messages.tests.stage import connect, queue_one, reread, send
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.know.customers.models import Identifier
from hamdel.listen.events.models import Source
from hamdel.listen.widgets.actions import site_of
from hamdel.listen.widgets.models import PushSubscription
from hamdel.listen.widgets.push import CURVE, _point, base64url, from_base64url
from hamdel.listen.widgets.showing import signed_id
from tests.cast import SOME_DAY

pytestmark = pytest.mark.django_db(transaction=True)
AUTH = base64url(b"0123456789abcdef")
State = Message.State


@pytest.fixture(autouse=True)
def may_speak_to_this_machine(monkeypatch):
    monkeypatch.setenv("HAMDEL_PRIVATE_TARGETS", "127.0.0.1")


@pytest.fixture
def fake():
    with gateway(lambda _asked: (201, b"")) as fake:
        yield fake


@pytest.fixture
def account(cast):
    return connect(cast, "push", contact="cx@cafe.example")


@pytest.fixture
def site(cast):
    """The write key of the site, and the signed id of our customer on it."""
    with inside(cast.cafe):
        Identifier.objects.create(
            workspace=cast.cafe, customer=cast.customer, kind="user", value="u-42", first_seen_at=SOME_DAY
        )
        key = Source.objects.create(workspace=cast.cafe, name="سایت").write_key
        return key, signed_id(site_of(cast.cafe).secrets["identity"], "u-42")


def subscribe(site, endpoint):
    """Do what a browser does; return the key that only it has."""
    key, uid = site
    private = ec.generate_private_key(CURVE)
    keys = {"p256dh": base64url(_point(private.public_key())), "auth": AUTH}
    said = {
        "key": key,
        "uid": uid,
        "anonymousId": "a-1",
        "subscription": {"endpoint": endpoint, "keys": keys},
    }
    response = Client().post("/sdk/v1/push/", json.dumps(said), content_type="text/plain")
    assert response.status_code == 200
    return private


def opened(asked, private):
    """Read what reached the push service, as the browser would."""
    return json.loads(http_ece.decrypt(asked.body, private_key=private, auth_secret=from_base64url(AUTH)))


def test_a_message_reaches_every_browser_of_the_customer_and_only_they_read_it(cast, account, site, fake):
    browsers = [subscribe(site, f"{fake.url}/send/{n}") for n in range(2)]

    queued = queue_one(
        cast,
        channel="push",
        content=Content(text="از سفارش دیروز راضی بودید؟", link="https://cx.example/i/x/"),
    )
    send(account)

    by_path = {asked.path: asked for asked in fake.asked}
    for n, private in enumerate(browsers):
        note = opened(by_path[f"/send/{n}"], private)
        assert note["text"] == "از سفارش دیروز راضی بودید؟"
        assert (note["link"], note["dir"]) == ("https://cx.example/i/x/", "rtl")
    [one, _other] = fake.asked
    token = one.headers["authorization"].removeprefix("vapid t=").split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(token + "=="))
    assert claims["aud"] == fake.url
    assert claims["sub"] == "mailto:cx@cafe.example"
    assert one.headers["content-encoding"] == "aes128gcm"
    assert reread(cast, queued.message).state == State.SENT


def test_a_browser_that_is_gone_is_not_asked_again(cast, account, site, fake):
    subscribe(site, f"{fake.url}/send/1")
    fake.answer = lambda _asked: (410, b"")

    queued = queue_one(cast, channel="push", text="سلام")
    send(account)

    message = reread(cast, queued.message)
    assert (message.state, message.problem) == (State.FAILED, "no_address")
    with across_workspaces():
        assert PushSubscription.objects.get().gone_at


def test_a_busy_service_is_tried_later(cast, account, site, fake):
    subscribe(site, f"{fake.url}/send/1")
    fake.answer = lambda _asked: (429, b"", {"Retry-After": "60"})

    queued = queue_one(cast, channel="push", text="سلام")
    send(account)

    assert reread(cast, queued.message).state == State.QUEUED


def test_nobody_is_reached_who_did_not_allow_it(cast, account):
    assert queue_one(cast, channel="push", text="سلام").refusal in {"no_address", "no_consent"}


@pytest.mark.parametrize(
    "subscription",
    [
        None, {}, {"endpoint": "https://push.example/1"}, {"endpoint": "file:///etc/passwd", "keys": {"p256dh": "x", "auth": "y"}},
        {"endpoint": "http://10.0.0.1/x", "keys": {"p256dh": "A" * 87, "auth": "A" * 22}},
        {"endpoint": "https://push.example/1", "keys": {"p256dh": "A" * 20, "auth": "A" * 22}},
    ],
)  # fmt: skip
def test_what_is_no_subscription_is_refused(site, subscription):
    key, uid = site
    said = {"key": key, "uid": uid, "subscription": subscription}

    response = Client().post("/sdk/v1/push/", json.dumps(said), content_type="text/plain")

    assert response.status_code == 400
    with across_workspaces():
        assert not PushSubscription.objects.exists()


def test_a_browser_is_told_the_key_and_may_leave(site, fake):
    key, _uid = site
    subscribe(site, f"{fake.url}/send/1")

    told = Client().get("/sdk/v1/push/", {"key": key}).json()["key"]
    said = {"key": key, "gone": f"{fake.url}/send/1"}
    Client().post("/sdk/v1/push/", json.dumps(said), content_type="text/plain")

    assert len(from_base64url(told)) == 65
    with across_workspaces():
        assert PushSubscription.objects.get().gone_at
