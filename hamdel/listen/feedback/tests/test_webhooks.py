"""Who may call, how often, and what becomes of what cannot be read."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.feedback.models import Delivery, Inbox
from hamdel.listen.feedback.tests.signing import SECRETS, signed
from hamdel.listen.feedback.tests.test_connectors import SHAPES

ALL = pytest.mark.parametrize("name", SHAPES)
WITH_TIME = ["zendesk", "chatwoot", "formbricks"]


@ALL
def test_a_signed_call_is_taken_and_a_second_one_changes_nothing(source, name):
    over = source(name)

    answers = [over.call(SHAPES[name]).json() for _turn in range(3)]

    assert all(answer["ok"] for answer in answers)
    assert len(over.deliveries()) == 1
    count = len(over.logged())
    assert count >= 1
    # Delivered under another id, as after a replay by hand: the events are there already.
    over.call(
        {**copy.deepcopy(SHAPES[name]), "id" if name in {"zendesk", "intercom"} else "event_id": "another"},
        delivery="another",
    )
    assert len(over.logged()) == count


@ALL
@pytest.mark.parametrize("wrong", ["secret", "body", "missing", "empty", "binary"])
def test_a_call_that_is_not_signed_is_not_kept(source, client, name, wrong):
    over = source(name)
    body, headers = signed(name, SHAPES[name], secret="whsec_AAAA" if wrong == "secret" else None)
    if wrong == "body":
        body = body.replace(b"{", b"{ ", 1)
    if wrong not in {"secret", "body"}:
        headers = {
            key: {"missing": None, "empty": "", "binary": "\u00ff=v1,\u00e9"}[wrong] for key in headers
        }
        headers = {key: value for key, value in headers.items() if value is not None}

    response = client.post(over.address, body, content_type="application/json", headers=headers)

    assert (response.status_code, response.json()["code"]) == (401, "signature")
    assert over.logged() == []
    assert over.deliveries() == []


@pytest.mark.parametrize("name", WITH_TIME)
@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_call_or_one_from_the_future_is_refused(source, name, minutes):
    over = source(name)

    response = over.call(SHAPES[name], at=datetime.now(UTC) + timedelta(minutes=minutes))

    assert (response.status_code, response.json()["code"]) == (401, "old")
    assert over.logged() == []


@ALL
def test_a_kind_nobody_uses_is_acknowledged(source, name):
    over = source(name)
    unknown = copy.deepcopy(SHAPES[name]) | {
        "zendesk": {"type": "zen:event-type:user.created"}, "chatwoot": {"event": "webwidget_triggered"}, "intercom": {"topic": "user.deleted"},
        "formbricks": {"event": "surveyDeleted"}, "typeform": {"event_type": "form_response_partial"},
    }[name]  # fmt: skip

    response = over.call(unknown)

    assert (response.status_code, response.json()["outcome"]) == (200, "ignored")
    assert over.logged() == []
    [(kind, outcome, _events)] = over.deliveries()
    assert (bool(kind), outcome) == (True, "ignored")


@ALL
@pytest.mark.parametrize("payload", [b"not json", b"[]", b"\xff\xfe\x00", b"{}", b'{"a":' * 2_000])
def test_what_cannot_be_read_is_kept_whole(source, name, payload):
    over = source(name)

    response = over.call(payload)

    assert response.status_code == 200
    assert over.logged() == []
    [(_kind, outcome, _events)] = over.deliveries()
    assert outcome == ("ignored" if payload == b"{}" else "failed")


@ALL
def test_no_shape_of_a_known_kind_breaks_it(source, name):
    """Each part in turn becomes something else: it is taken, or kept as unreadable, never an error of ours."""
    over = source(name)
    for number, (path, value) in enumerate(mutations(SHAPES[name])):
        response = over.call(changed(SHAPES[name], path, value), delivery=f"m{number}")
        assert response.status_code == 200, (path, value)


def mutations(shape, path=()):
    for key, part in shape.items() if isinstance(shape, dict) else enumerate(shape):
        for value in (None, {}, "x", -1):
            yield (*path, key), value
        if isinstance(part, dict | list):
            yield from mutations(part, (*path, key))


def changed(shape, path, value):
    copied = copy.deepcopy(shape)
    part = copied
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return copied


def test_what_failed_can_be_tried_again(source, cast, client):
    over = source("zendesk")
    broken = copy.deepcopy(SHAPES["zendesk"])
    del broken["detail"]
    over.call(broken)
    with inside(cast.cafe):
        failed = Delivery.objects.get()
        failed.body = json.dumps(SHAPES["zendesk"])
        failed.save()
    client.force_login(cast.owner.user)

    response = client.post(reverse("feedback:retry", args=[failed.id]))

    assert response.status_code == 302
    with inside(cast.cafe):
        failed.refresh_from_db()
    assert (failed.outcome, failed.body, failed.events) == ("taken", "", 1)
    assert len(over.logged()) == 1


def test_without_a_secret_nothing_is_taken_and_the_page_says_so(source, cast, client):
    over = source("chatwoot")
    with inside(cast.cafe):
        over.inbox.secrets = {}
        over.inbox.save()

    response = over.call(SHAPES["chatwoot"], secret="")

    assert (response.status_code, response.json()["code"]) == (401, "no_secret")
    client.force_login(cast.owner.user)
    assert "notice--bad" in client.get(reverse("feedback:inbox", args=[over.inbox.id])).content.decode()


def test_addresses_cannot_be_guessed_at_leisure(source, client):
    source("typeform")

    statuses = [
        client.post(
            reverse("feedback:delivery", args=[f"guess{n}"]), b"{}", content_type="application/json"
        ).status_code
        for n in range(25)
    ]

    assert statuses[:20] == [404] * 20
    assert statuses[-1] == 429


def test_a_source_that_is_off_is_not_there(source, cast, client):
    over = source("typeform")
    client.force_login(cast.owner.user)
    client.post(reverse("feedback:state", args=[over.inbox.id]))

    assert over.call(SHAPES["typeform"]).status_code == 404


def test_events_go_to_the_workspace_of_the_source_only(source, cast):
    source("typeform").call(SHAPES["typeform"])

    with inside(cast.clinic):
        assert not Delivery.objects.exists()
        assert not Inbox.objects.exists()


def test_the_secret_is_sealed(source, cast):
    over = source("chatwoot")

    from django.db import connection

    with inside(cast.cafe), connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM feedback_inbox WHERE id = %s", [over.inbox.id])
        [stored] = cursor.fetchone()

    assert SECRETS["chatwoot"] not in stored
