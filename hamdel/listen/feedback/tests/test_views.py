"""Pages of feedback sources, and notes on a customer."""

from __future__ import annotations

import argparse
import json
import re

import pytest
from django.urls import reverse

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.events.models import LoggedEvent
from hamdel.listen.events.relay import relay_once
from hamdel.listen.feedback.models import Inbox
from hamdel.listen.feedback.tests.imap_server import ImapServer
from hamdel.listen.sources.command import add_arguments, outcome_of


@pytest.fixture
def owner(client, cast):
    client.force_login(cast.owner.user)
    return client


def test_a_secret_we_make_is_shown_once(owner, cast):
    response = owner.post(reverse("feedback:new", args=["typeform"]), {"name": "پس از تحویل"})
    first, second = (owner.get(response.url).content.decode() for _turn in range(2))
    with inside(cast.cafe):
        inbox = Inbox.objects.get()

    assert inbox.secrets["secret"] in first
    assert inbox.secrets["secret"] not in second
    assert f"/listen/feedback/in/{inbox.key}/" in second


def test_a_secret_of_theirs_is_kept_and_never_shown(owner, cast):
    address = owner.post(reverse("feedback:new", args=["zendesk"]), {"name": "Zendesk"}).url
    with inside(cast.cafe):
        inbox = Inbox.objects.get()

    owner.post(reverse("feedback:secret", args=[inbox.id]), {"secret": " very-secret-indeed "})

    with inside(cast.cafe):
        inbox.refresh_from_db()
    assert inbox.secrets["secret"] == "very-secret-indeed"
    assert "very-secret-indeed" not in owner.get(address).content.decode()


@pytest.fixture
def server():
    with ImapServer() as running:
        yield running


def mailbox_form(server, **changes):
    return {"name": "Support", "host": "127.0.0.1", "port": server.server_address[1], "user": "support",
            "password": "s3cret pass", "folder": "INBOX", **changes}  # fmt: skip


def test_a_mailbox_is_asked_for_its_server(owner, cast, server):
    empty = owner.post(reverse("feedback:new", args=["mailbox"]), {"name": "Support"})
    filled = owner.post(reverse("feedback:new", args=["mailbox"]), mailbox_form(server))

    assert (empty.status_code, filled.status_code) == (422, 302)
    with inside(cast.cafe):
        inbox = Inbox.objects.get()
    assert (inbox.settings["host"], inbox.secrets["password"]) == ("127.0.0.1", "s3cret pass")
    assert "password" not in inbox.settings
    page = owner.get(filled.url).content.decode()
    assert "s3cret pass" not in page
    assert inbox.problem == ""


def test_a_mailbox_that_does_not_open_says_so_at_once_and_can_be_mended(owner, cast, server):
    owner.cookies["language"] = "en"
    wrong = owner.post(reverse("feedback:new", args=["mailbox"]), mailbox_form(server, password="typo")).url
    refused = owner.get(wrong).content.decode()
    with inside(cast.cafe):
        inbox = Inbox.objects.get()
    address = reverse("feedback:mailbox", args=[inbox.id])

    mended = owner.post(address, mailbox_form(server, name="Letters"))
    after = owner.get(mended.url).content.decode()

    assert "refuses the user name or password" in refused
    assert "refuses the user name or password" not in after
    assert "The mailbox opens" in after
    with inside(cast.cafe):
        inbox.refresh_from_db()
    assert (inbox.name, inbox.secrets["password"], inbox.problem) == ("Letters", "s3cret pass", "")

    owner.post(address, mailbox_form(server, password=""))
    with inside(cast.cafe):
        inbox.refresh_from_db()
    assert (inbox.name, inbox.secrets["password"]) == ("Support", "s3cret pass")

    half = owner.post(address, mailbox_form(server, host=""))
    assert half.status_code == 422
    assert "This field is required" in half.content.decode()


def test_another_mailbox_is_read_from_its_newest_letter_on(owner, cast, server):
    owner.post(reverse("feedback:new", args=["mailbox"]), mailbox_form(server))
    with inside(cast.cafe):
        inbox = Inbox.objects.get()
        Inbox.objects.update(progress={"validity": 1, "uid": 900})
    address = reverse("feedback:mailbox", args=[inbox.id])

    owner.post(address, mailbox_form(server, password=""))
    with inside(cast.cafe):
        inbox.refresh_from_db()
    same = inbox.progress
    owner.post(address, mailbox_form(server, folder="نظرها"))
    with inside(cast.cafe):
        inbox.refresh_from_db()

    assert same == {"validity": 1, "uid": 900}
    assert inbox.progress == {}


def test_two_sources_of_one_name_are_not_made(owner):
    for status in (302, 422):
        assert (
            owner.post(reverse("feedback:new", args=["zendesk"]), {"name": "Zendesk"}).status_code == status
        )


def test_nobody_else_gets_in(owner, client, cast):
    owner.post(reverse("feedback:new", args=["typeform"]), {"name": "x"})
    with inside(cast.cafe):
        inbox = Inbox.objects.get()
    page = reverse("feedback:inbox", args=[inbox.id])

    statuses = {}
    for who in ("outsider", "viewer", "agent", "analyst"):
        client.force_login(getattr(cast, who).user)
        statuses[who] = client.get(page).status_code

    assert statuses == {"outsider": 404, "viewer": 403, "agent": 403, "analyst": 200}


def test_a_list_says_how_to_begin(owner):
    page = owner.get(reverse("feedback:inboxes")).content.decode()

    for name in ("zendesk", "chatwoot", "intercom", "formbricks", "typeform", "mailbox"):
        assert reverse("feedback:new", args=[name]) in page


def test_a_note_lands_on_the_customers_story(client, cast, analytics_store):
    from hamdel.listen.events.shipping import ship_everything

    client.force_login(cast.agent.user)
    customer = reverse("customers:customer", args=[cast.customer.id])

    response = client.post(
        reverse("feedback:note", args=[cast.customer.id]),
        {"kind": "interview", "text": "بسته‌بندی را دوست ندارد", "touchpoint": "packing"},
    )
    relay_once()
    ship_everything()

    assert response.url == customer
    assert "بسته‌بندی را دوست ندارد" in client.get(customer).content.decode()


def test_an_empty_note_is_asked_for_again(client, cast):
    client.force_login(cast.agent.user)

    response = client.post(reverse("feedback:note", args=[cast.customer.id]), {"kind": "call", "text": " "})

    assert response.status_code == 422
    assert re.search("error", response.content.decode())


def test_feedback_comes_by_file(cast, tmp_path):
    """The mapping we ship: a row with a text, one with a rating only, one that says nothing of anybody."""
    file = tmp_path / "reviews.csv"
    file.write_text(
        "id,at,text,rating,kind,source,channel,touchpoint,user_id,email,phone,name\n"
        "1,2026-11-01T10:00:00Z,کند است,2,review,bazaar,,app,,zahra@example.ir,,زهرا\n"
        ",2026-11-02T10:00:00Z,,5,review,bazaar,,,,,۰۹۱۲۱۲۳۴۵۶۷,\n"
        "3,2026-11-02T10:00:00Z,nobody,,note,,,,,,,\n"
    )
    parser = argparse.ArgumentParser()
    add_arguments(parser)

    outcomes = [
        outcome_of(
            file, parser.parse_args([str(file), "--workspace", "cafe", "--mapping", "feedback", "--json"])
        )
        for _turn in range(2)
    ]

    assert [(one["events_added"], one["events_known"], one["rows_rejected"]) for one in outcomes] == [
        (3, 0, 1),
        (0, 3, 1),
    ]
    with inside(cast.cafe):
        names = [json.loads(row.body)["name"] for row in LoggedEvent.objects.order_by("position")]
    assert names == ["Feedback Given", "Score Given", "Score Given"]
