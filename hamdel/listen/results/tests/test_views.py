"""The pages: every kind of question drawn, filters in the address, exports, links, and nothing of other workspaces."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.results.models import SharedLink
from hamdel.listen.surveys.tests.forms import EVERY_KIND, choices, question_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def every(ask, answered):
    """A survey with a question of every kind, answered by three."""
    survey = ask(*[{**question_of(kind), "key": kind} for kind in EVERY_KIND])
    given = {
        kind: stored["q"] for kind, (_q, _typed, stored) in EVERY_KIND.items() if stored.get("q") is not None
    }
    answered(survey, given, given, {**given, "score": 3, "text": "كتاب‌هاي خوب"})
    answered(survey, {"score": 1}, is_finished=False)
    return survey


@pytest.fixture
def client(cast):
    client = Client()
    client.force_login(cast.owner.user)
    return client


def url(name, survey, *more):
    return reverse(f"results:{name}", args=[survey.id, *more])


def test_every_kind_of_question_is_drawn(every, client):
    page = client.get(url("results", every))
    text = page.content.decode()

    assert page.status_code == 200
    assert text.count('class="panel stack result"') == len(EVERY_KIND) - 1
    found = page.context["results"]
    assert (found.size.n, found.size.completed) == (3, 3)
    assert [(step.page, step.left, step.reached) for step in found.left] == [(-1, 0, 4), (0, 1, 4)]


def test_a_rule_of_the_address_chooses_responses(every, client):
    rule = json.dumps({"all": [{"field": "score", "operator": "≥", "value": 9}]})

    page = client.get(url("results", every), {"rule": rule})
    everybody = client.get(url("results", every), {"rule": "not a rule"})

    assert page.context["results"].size.n == 2
    assert everybody.context["results"].size.n == 3


def test_a_posted_rule_becomes_the_address(every, client):
    posted = {
        "rule.kind": "all",
        "rule.0.kind": "is",
        "rule.0.field": "score",
        "rule.0.operator": "≥",
        "rule.0.value": "9",
        "channel": "link",
    }

    led = client.post(url("results", every), posted)

    assert led.status_code == 302
    assert client.get(led["Location"]).context["results"].size.n == 2


def test_texts_are_searched_as_persian_is_meant(every, client):
    found = client.get(url("texts", every, "text"), {"q": "کتابهای"})

    assert [one.text for one in found.context["found"].texts] == ["كتاب‌هاي خوب"]


def test_single_responses_are_listed_and_shown(every, client):
    page = client.get(url("responses", every))
    one = client.get(url("response", every, page.context["page"][0].id))

    assert len(page.context["page"]) == 3
    assert len(one.context["answers"]) == len(EVERY_KIND) - 1


def test_others_see_none_of_it(every, cast):
    client = Client()
    client.force_login(cast.outsider.user)

    pages = [
        url("results", every),
        url("responses", every),
        url("crossing", every),
        url("links", every),
        url("texts", every, "text"),
        url("export", every, "csv"),
    ]

    assert [client.get(page).status_code for page in pages] == [404] * 6


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "sav"])
def test_files_are_sent(every, client, form):
    file = client.get(url("export", every, form))

    assert file.status_code == 200
    assert len(b"".join(file.streaming_content)) > 500


def test_a_shared_link_is_read_only_and_ends(every, client):
    made = client.post(url("links", every), {"name": "هیئت‌مدیره", "days": "7"}).context["made"]
    visitor = Client()
    seen = visitor.get(made)
    with inside(every.workspace):
        link = SharedLink.objects.get()
    client.post(url("revocation", every, link.id))

    assert seen.status_code == 200
    assert "كتاب‌هاي خوب" not in seen.content.decode()
    assert seen["X-Robots-Tag"] == "noindex, nofollow"
    assert made.rstrip("/").rsplit("/", 1)[1] not in link.digest
    assert visitor.get(made).status_code == 404
    assert visitor.post(made).status_code == 405


def test_two_questions_are_compared(ask, answered, client):
    survey = ask(
        {**question_of("single"), "key": "branch", "choices": choices("a", "b")},
        {**question_of("single"), "key": "back", "choices": choices("yes", "no")},
    )
    answered(survey, *[{"branch": "a", "back": "yes"}] * 18, *[{"branch": "a", "back": "no"}] * 2)
    answered(survey, *[{"branch": "b", "back": "yes"}] * 5, *[{"branch": "b", "back": "no"}] * 15)

    table = client.get(url("crossing", survey), {"row": "branch", "column": "back"}).context["table"].table

    assert table.verdict == "connected"
    assert [cell.n for cell in table.cells[0]][:2] == [18, 2]
