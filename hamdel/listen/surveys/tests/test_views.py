"""The analyst's pages: in both languages, for members who may, and for nobody of another workspace."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.surveys.links import Link, Visit
from hamdel.listen.surveys.models import Survey
from hamdel.listen.surveys.taking import Submission, take

PAGES = ("", "preview/", "sharing/")


def signed_in(member, language="en"):
    client = Client()
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["language"] = language
    return client


def surveys():
    with across_workspaces():
        return list(Survey.objects.order_by("id"))


@pytest.fixture
def answered(survey, personal_secret):
    """Zahra gave 3 by her own link and said why; two others gave 9 and 10 by the open one."""
    visit = Visit(Link.PERSONAL, personal_secret, now())
    opened = Visit(Link.OPEN, survey.public_id, now())
    take([Submission(visit, {"score": "3"}), Submission(visit, {"why": "<b>دیر رسید</b>"}, "1")])
    take([Submission(opened, {"score": "9"}), Submission(opened, {"score": "10"})])
    return survey


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_each_page_is_shown_in_both_languages(answered, cast, page, language):
    answer = signed_in(cast.owner, language).get(f"/listen/surveys/{answered.id}/{page}")

    assert answer.status_code == 200


@pytest.mark.parametrize("page", [*PAGES, "publication/"])
def test_an_outsider_sees_no_page_of_it(answered, cast, page):
    client = signed_in(cast.outsider)

    assert client.get(f"/listen/surveys/{answered.id}/{page}").status_code in {404, 405}
    assert client.post(f"/listen/surveys/{answered.id}/{page}").status_code in {404, 405}


def test_the_list_holds_only_ones_own(answered, cast):
    assert str(answered.id) in signed_in(cast.owner).get("/listen/surveys/").content.decode()
    assert str(answered.id) not in signed_in(cast.outsider).get("/listen/surveys/").content.decode()


def test_a_viewer_may_look_but_not_change(answered, cast):
    client = signed_in(cast.viewer)

    assert client.get(f"/listen/surveys/{answered.id}/").status_code == 200
    assert client.get(f"/listen/surveys/{answered.id}/edit/").status_code == 403
    assert client.post(f"/listen/surveys/{answered.id}/publication/").status_code == 403


def test_results_show_the_score_with_its_sample_the_funnel_and_the_words(answered, cast):
    page = signed_in(cast.owner).get(f"/listen/surveys/{answered.id}/").content.decode()

    assert "33.3" in page
    assert "3 answers" in page
    assert "&lt;b&gt;دیر رسید&lt;/b&gt;" in page
    assert "Without an invitation kept here 2 started and 0 completed" in page


def test_a_ready_survey_is_made_and_published(cast):
    client = signed_in(cast.analyst)

    editor = client.post("/listen/surveys/new/", {"ready_made": "nps-after-delivery"})["Location"]
    [survey] = surveys()
    published = client.post(f"/listen/surveys/{survey.id}/publication/")

    [survey] = surveys()
    assert str(survey.id) in editor
    assert client.get(editor).status_code == 200
    assert client.get(f"/listen/surveys/{survey.id}/edit/")["Location"] == editor
    assert published["Location"] == f"/listen/surveys/{survey.id}/"
    assert survey.is_open
    page = Client().get(f"/s/{survey.public_id}/?lang=en").content.decode()
    assert "How likely are you" in page


def test_a_link_for_one_customer_is_made_and_works(survey, cast):
    client = signed_in(cast.agent)

    made = client.post(
        "/listen/invitations/new/", {"survey": survey.public_id, "customer": str(cast.customer.id)}
    )

    assert made.status_code == 201
    path = "/i/" + made.content.decode().split("/i/")[1].split("/")[0] + "/"
    assert Client().get(path).status_code == 200


def test_a_link_for_another_workspaces_customer_is_not_made(survey, cast):
    answer = signed_in(cast.owner).post(
        "/listen/invitations/new/", {"survey": survey.public_id, "customer": str(cast.foreign_customer.id)}
    )

    assert answer.status_code == 422


def test_the_list_takes_as_many_questions_for_three_surveys_as_for_one(
    survey, cast, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(cast.owner)
    client.get("/listen/surveys/")
    with CaptureQueriesContext(connection) as once:
        client.get("/listen/surveys/")
    with inside(cast.cafe):
        for name in ("A", "B"):
            Survey.objects.create(workspace=cast.cafe, name=name, metric="nps", draft=survey.draft)

    with django_assert_num_queries(len(once)):
        client.get("/listen/surveys/")
