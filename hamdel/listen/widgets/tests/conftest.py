"""A published survey at the café, a site with a write key, and a kiosk."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.models import Identifier
from hamdel.listen.events.models import Source
from hamdel.listen.surveys.actions import create_survey, publish_survey
from hamdel.listen.surveys.definition import Metric
from hamdel.listen.widgets import site_views
from hamdel.listen.widgets.actions import add_device, create_widget, put_live, site_of
from hamdel.listen.widgets.showing import signed_id
from tests.cast import SOME_DAY

QUESTIONS = {
    "format": 2,
    "languages": ["fa", "en"],
    "pages": [
        {
            "key": "p1",
            "questions": [
                {
                    "key": "score", "kind": "score", "metric": "nps", "required": True,
                    "text": {"fa": "ما را به دوستتان پیشنهاد می‌کنید؟", "en": "Would you recommend us?"},
                }
            ],
        },
        {
            "key": "p2",
            "questions": [
                {
                    "key": "why", "kind": "long_text", "text": {"fa": "چرا {{score}}؟", "en": "Why {{score}}?"},
                    "shown_if": {"field": "score", "operator": "≤", "value": 6},
                },
                {
                    "key": "liked", "kind": "multiple", "text": {"fa": "چه خوب بود؟", "en": "What was good?"},
                    "choices": [
                        {"value": "price", "text": {"fa": "قیمت", "en": "Price"}},
                        {"value": "speed", "text": {"fa": "سرعت", "en": "Speed"}},
                    ],
                    "other": {"fa": "چیز دیگر", "en": "Something else"},
                    "shown_if": {"field": "score", "operator": ">", "value": 6},
                },
            ],
        },
        {"key": "p3", "questions": [{"key": "phone", "kind": "phone", "text": {"fa": "شمارهٔ شما", "en": "Your phone"}}]},
    ],
    "ends": [
        {
            "key": "sorry", "if": {"field": "score", "operator": "≤", "value": 6}, "title": {"fa": "متأسفیم", "en": "We are sorry"},
            "text": {"fa": "با شما تماس می‌گیریم.", "en": "We shall call you."},
        },
        {"key": "thanks", "text": {"fa": "سپاسگزاریم.", "en": "Thank you."}},
    ],
}  # fmt: skip


def published(member, questions=QUESTIONS, *, name="تجربهٔ خرید"):
    with inside(member.workspace):
        survey = create_survey(
            member.workspace,
            name=name,
            metric=Metric.NPS,
            touchpoint="purchase",
            definition=questions,
            by=member,
        )
        publish_survey(survey, by=member, at=SOME_DAY)
        survey.refresh_from_db()
        return survey


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """What was told some seconds ago belongs to another test."""
    site_views._told.clear()


@pytest.fixture
def survey(cast):
    return published(cast.owner)


@pytest.fixture
def key(cast):
    with inside(cast.cafe):
        return Source.objects.create(workspace=cast.cafe, name="سایت").write_key


@pytest.fixture
def widget(cast, survey):
    with inside(cast.cafe):
        widget = create_widget(cast.cafe, name="پس از خرید", survey=survey, by=cast.owner)
        put_live(widget, by=cast.owner)
        return widget


@pytest.fixture
def uid(cast):
    """The signed id with which the site's server vouches for the customer."""
    with inside(cast.cafe):
        Identifier.objects.create(
            workspace=cast.cafe, customer=cast.customer, kind="user", value="u-42", first_seen_at=SOME_DAY
        )
        return signed_id(site_of(cast.cafe).secrets["identity"], "u-42")


@pytest.fixture
def device(cast, survey):
    with inside(cast.cafe):
        return add_device(
            cast.cafe, name="کنار صندوق", survey=survey, pin="4711", place="شعبهٔ ونک", by=cast.owner
        )


def post(address, content, client=None):
    """Send JSON as the scripts of sites do: as plain text, from nowhere in particular."""
    return (client or Client()).post(address, json.dumps(content), content_type="text/plain")


@pytest.fixture
def logged_in(cast):
    def login(member):
        client = Client()
        client.force_login(member.user)
        return client

    return login
