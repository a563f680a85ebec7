"""The pages: every kind of question drawn, filters in the address, exports, links, and nothing of other workspaces."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from hamdel.ground.calendar.days import local_day
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.results import page
from hamdel.listen.results.models import Export, SharedLink
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


UNREADABLE = [
    ({"from": "1405/13/44"}, "“1405/13/44” is no day."),
    ({"from": "junk"}, "“junk” is no day."),
    ({"to": "9999-12-31"}, "“9999-12-31” is no day."),
    ({"from": "1405/07/02", "to": "1405/07/01"}, "The last day must not be before the first."),
    ({"version": "99"}, "This survey has no version “99”."),
    ({"version": "x"}, "This survey has no version “x”."),
    ({"rule": "{bad"}, "The rule cannot be read"),
    ({"rule": '{"field":"nothing","operator":"=","value":1}'}, "The rule cannot be read"),
]


@pytest.mark.parametrize(("query", "words"), UNREADABLE)
@pytest.mark.parametrize("name", ["results", "responses", "crossing", "texts"])
def test_a_choice_nobody_can_read_is_said(every, client, name, query, words):
    client.cookies["language"] = "en"
    page = client.get(url(name, every, *(["text"] if name == "texts" else [])), query)

    text = page.content.decode()
    assert page.status_code == 200
    assert words in text
    assert "So everybody is shown." in text
    assert "Only the responses chosen" not in text


def test_what_else_was_chosen_holds_beside_what_cannot_be_read(every, client):
    client.cookies["language"] = "en"
    page = client.get(url("results", every), {"version": "99", "channel": "sms"})

    assert page.context["results"].size.n == 0
    assert "what else you chose holds" in page.content.decode()


def test_a_choice_that_chooses_all_can_be_read(every, client):
    page = client.get(url("results", every), {"rule": '{"all": []}', "from": "", "version": "1"})

    assert page.context["selection"].unread == ()


@pytest.mark.parametrize(("query", "words"), UNREADABLE)
def test_no_file_is_made_of_a_choice_nobody_can_read(every, client, query, words):
    client.cookies["language"] = "en"
    at_once = client.get(url("export", every, "csv"), query)
    asked = client.post(f"{url('exports', every)}?{urlencode({**query, 'form': 'csv'})}")

    for answer in (at_once, asked):
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert "So no file is made." in answer.content.decode()
    assert not Export.objects.exists()


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
    one = client.get(url("response", every, page.context["page"].rows[0].id))

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


def test_counts_that_took_long_are_kept_and_say_since_when(every, answered, client, monkeypatch):
    monkeypatch.setattr(page, "LONG", 0.0)
    monkeypatch.setattr(page, "TIMES_KEPT", 1_000_000)
    made = client.post(url("links", every), {"days": "7"}).context["made"]

    first = client.get(url("results", every))
    answered(every, {"score": 1})
    second = client.get(url("results", every))
    filtered = client.get(url("results", every), {"channel": "link", "unfinished": "1"})
    shared = Client().get(made)

    assert [one.context["results"].size.n for one in (first, second, filtered)] == [3, 3, 5]
    assert second.context["results"].counted_at is not None
    assert "كتاب‌هاي خوب" in second.content.decode()
    assert "كتاب‌هاي خوب" not in shared.content.decode()


def test_a_period_chooses_days_of_the_workspace(every, answered, client):
    [old] = answered(every, {"score": 4}, days_ago=10)
    day = local_day(old.completed_at, every.workspace.timezone).isoformat()

    only = client.get(url("results", every), {"from": day, "to": day}).context["results"]
    since = client.get(url("results", every), {"from": day}).context["results"]
    nonsense = client.get(url("results", every), {"from": "31/31", "to": "\x00"}).context["results"]

    assert [only.size.n, since.size.n, nonsense.size.n] == [1, 4, 4]


def test_what_is_chosen_goes_along(every, client):
    query = "?from=1405%2F01%2F01&channel=link"
    page = client.get(url("results", every) + query).content.decode()

    for name in ("responses", "crossing"):
        assert f"{url(name, every)}?from=1405%2F01%2F01&amp;channel=link" in page
    table = client.get(url("crossing", every), {"row": "score", "column": "single", "channel": "qr"})
    assert table.context["table"].table.n == 0


def test_texts_come_in_pages(ask, answered, client):
    survey = ask({**question_of("text"), "key": "why"})
    answered(survey, *[{"why": f"سخن {n}"} for n in range(60)])

    pages = [client.get(url("texts", survey, "why"), {"page": n}).context["found"] for n in (1, 2, 3)]

    assert [len(found.texts) for found in pages] == [25, 25, 10]
    assert [found.has_more for found in pages] == [True, True, False]
    assert len({one.text for found in pages for one in found.texts}) == 60


def test_single_responses_come_in_pages_newest_first_and_as_chosen(every, answered, client):
    old = answered(every, *[{"score": 2}] * 28, days_ago=4, channel="sms")

    first = client.get(url("responses", every)).context["page"]
    second = client.get(url("responses", every), {"page": "2"}).context["page"]
    chosen = client.get(url("responses", every), {"channel": "sms", "page": "2"}).context["page"]

    after = client.get(url("responses", every), {"after": first.later}).context["page"]

    assert (first.count.n, len(first), len(second), second.later) == (31, 25, 6, None)
    assert list(after) == list(second)
    assert [one.started_at for one in first] == sorted((one.started_at for one in first), reverse=True)
    assert {one.id for one in second} <= {one.id for one in old}
    assert (chosen.count.n, len(chosen)) == (28, 3)
