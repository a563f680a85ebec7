"""The respondent's pages, as browsers, scanners and crowds use them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.invitations.actions import link_path
from hamdel.listen.surveys.actions import close_survey, create_survey
from hamdel.listen.surveys.models import Answer, Response
from hamdel.listen.surveys.ready_made import READY_MADE

pytestmark = pytest.mark.django_db


@pytest.fixture
def personal(personal_secret):
    return link_path(personal_secret)


def everything():
    """Count the rows of every table: a GET must leave all of them as they are."""
    with across_workspaces(), connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
        return counts


def responses():
    with across_workspaces():
        return list(Response.objects.order_by("id"))


def test_the_whole_way_by_open_link(survey):
    client = Client()

    first = client.post(f"/s/{survey.public_id}/", {"page": "0", "score": "۳"})
    second = client.get(first["Location"])
    done = client.post(first["Location"], {"page": "1", "why": "دیر رسید"}, follow=True)

    assert first.status_code == 303
    assert "چه چیزی شما را ناراضی کرد؟" in second.content.decode()
    assert "سپاس" in done.content.decode()
    [response] = responses()
    assert response.score == 3
    assert response.completed_at
    assert client.cookies == {}


def test_every_saved_page_is_a_change_of_the_response_by_the_clock_of_the_server(survey):
    client, moments = Client(), [now()]

    address = client.post(f"/s/{survey.public_id}/", {"page": "0", "score": "3"})["Location"]
    moments.append(responses()[0].changed_at)
    client.post(address.replace("page=1", "page=0"), {"page": "0", "score": "4"})
    moments.append(responses()[0].changed_at)
    client.post(address, {"page": "1", "why": "دیر رسید"})
    moments += [responses()[0].changed_at, now()]

    assert moments == sorted(set(moments))


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_opens_every_link_leaves_no_trace(survey, personal, method):
    before = everything()

    for address in (f"/s/{survey.public_id}/?score=1", f"{personal}?score=9", f"{personal}?page=1&score=9"):
        for _ in range(3):
            assert getattr(Client(), method)(address).status_code == 200

    assert everything() == before


def test_a_link_in_a_mail_only_preselects(survey):
    page = Client().get(f"/s/{survey.public_id}/?score=9").content.decode()

    assert 'value="9" checked' in page
    assert responses() == []


def test_a_personal_link_is_answered_once_and_leads_back_to_its_answer(personal, cast):
    for _ in range(2):
        Client().post(personal, {"page": "0", "score": "3"})
        Client().post(personal, {"page": "1", "why": "دیر"})

    [response] = responses()
    assert response.customer_id == cast.customer.id
    assert "سپاس" in Client().get(personal).content.decode()
    with across_workspaces():
        assert Answer.objects.count() == 2


def test_a_half_finished_response_goes_on_where_it_was(personal):
    Client().post(personal, {"page": "0", "score": "3"})

    page = Client().get(personal).content.decode()

    assert "چه چیزی شما را ناراضی کرد؟" in page


def test_a_page_without_an_answer_says_so_and_leaves_nothing_behind(survey):
    answer = Client().post(f"/s/{survey.public_id}/", {"page": "0"})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert responses() == []


def test_the_respondent_may_switch_to_english(survey):
    page = Client().get(f"/s/{survey.public_id}/?lang=en").content.decode()

    assert '<html lang="en" dir="ltr">' in page
    assert "How likely are you to recommend us" in page


def test_the_whole_page_is_small(survey):
    answer = Client().get(f"/s/{survey.public_id}/")
    page = answer.content.decode()

    assert len(answer.content) <= 12_000
    assert page.count("<script>") == page.count("<script") == 1
    assert "src=" not in page
    assert page.count("<link") == page.count('<link rel="icon" href="data:,">') == 1
    assert len(str(answer.headers)) <= 1_500


def test_a_closed_survey_says_so_kindly(survey, cast):
    with inside(cast.cafe):
        close_survey(survey, by=cast.owner, at=now())

    answer = Client().get(f"/s/{survey.public_id}/")

    assert answer.status_code == 410
    assert "بسته" in answer.content.decode()


def test_guessing_links_is_stopped(survey):
    client = Client(REMOTE_ADDR="198.51.100.7")
    for number in range(20):
        assert client.get(f"/i/guess{number}/").status_code == 404

    assert client.get("/i/guess/").status_code == 429
    assert Client(REMOTE_ADDR="198.51.100.8").get("/i/guess/").status_code == 404


@pytest.mark.parametrize(("language", "said"), [("fa", "هنوز باز نشده است"), ("en", "has not opened yet")])
def test_a_survey_that_was_never_published_says_that_it_is_not_open_yet(cast, language, said):
    with inside(cast.cafe):
        draft = create_survey(
            cast.cafe,
            name="D",
            metric=None,
            touchpoint="",
            definition=READY_MADE["csat-after-support"].definition(),
            by=cast.owner,
        )

    answer = Client().get(f"/s/{draft.public_id}/?channel=qr&lang={language}")

    assert answer.status_code == 410
    assert said in answer.content.decode()
