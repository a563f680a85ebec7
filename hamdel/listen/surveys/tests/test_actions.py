"""Answering a survey: page by page, changed, completed, refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection

from hamdel.ground import analytics
from hamdel.ground.facts.models import WaitingFact
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.events.shipping import ship_everything
from hamdel.listen.surveys.actions import (
    AlreadyAnswered,
    SurveyClosed,
    Way,
    WrongPage,
    close_survey,
    publish_survey,
    save_page,
    start_response,
)
from hamdel.listen.surveys.models import Response
from hamdel.listen.surveys.ready_made import READY_MADE
from tests.cast import SOME_DAY


@pytest.fixture(autouse=True)
def _inside(cast):
    with inside(cast.cafe):
        yield


@pytest.fixture
def response(survey, cast):
    way = Way(channel="link", language="fa", customer_id=cast.customer.id)
    return start_response(survey, survey.current, way, at=SOME_DAY)[0]


def names():
    return list(WaitingFact.objects.order_by("id").values_list("name", flat=True))


def test_a_low_score_leads_to_the_question_why(response):
    following = save_page(response, 0, {"score": "3"}, at=SOME_DAY)

    assert following == 1
    assert [q.key for q in response.version.asks.shown(1, {"score": 3})] == ["why"]
    assert [q.key for q in response.version.asks.shown(1, {"score": 9})] == ["best"]


@pytest.mark.parametrize("typed", ["3", "۳", "٣", " 3 "])
def test_a_score_is_read_in_any_digits(response, typed):
    save_page(response, 0, {"score": typed}, at=SOME_DAY)

    assert response.answers.get().value == 3


@pytest.mark.parametrize("typed", ["", "11", "-1", "ten", "3.5", "\x00"])
def test_what_is_no_score_is_refused_and_nothing_is_saved(response, typed):
    with pytest.raises(WrongPage) as wrong:
        save_page(response, 0, {"score": typed}, at=SOME_DAY)

    assert set(wrong.value.errors) == {"score"}
    assert response.answers.count() == 0
    assert "Score Given" not in names()


def test_the_whole_way_announces_each_step_once(response):
    save_page(response, 0, {"score": "3"}, at=SOME_DAY)
    save_page(response, 1, {"why": "دیر رسید"}, at=SOME_DAY)
    save_page(response, 1, {"why": "دیر رسید"}, at=SOME_DAY)

    assert names()[-4:] == ["Survey Started", "Score Given", "Comment Given", "Survey Completed"]


@dataclass(frozen=True)
class Counted:
    n: int
    total: float


def test_a_changed_score_counts_once_with_its_new_value(response, cast, analytics_store):
    save_page(response, 0, {"score": "3"}, at=SOME_DAY)
    save_page(response, 0, {"score": "9"}, at=SOME_DAY + timedelta(minutes=5))

    ship_everything()

    sql = "SELECT toInt64(sum(sign)) AS n, sum(sign * score) AS total FROM scores WHERE workspace_id = {workspace_id:UUID}"
    assert analytics.ask_rendered("test", sql, Counted, workspace=cast.cafe, params={}) == [Counted(1, 9.0)]


def test_after_an_hour_a_completed_response_stays_as_it_is(response):
    save_page(response, 0, {"score": "3"}, at=SOME_DAY)
    save_page(response, 1, {"why": ""}, at=SOME_DAY)

    with pytest.raises(AlreadyAnswered):
        save_page(response, 0, {"score": "9"}, at=SOME_DAY + timedelta(minutes=61))


def test_an_edited_survey_is_a_new_version_and_old_answers_keep_theirs(survey, response, cast):
    survey.draft = READY_MADE["csat-after-support"].definition()
    survey.save()

    second = publish_survey(survey, by=cast.owner, at=SOME_DAY)

    assert second.number == 2
    assert Response.objects.get(id=response.id).version.number == 1


def test_publishing_without_a_change_makes_no_version(survey, cast):
    assert publish_survey(survey, by=cast.owner, at=SOME_DAY).number == 1


def test_a_closed_survey_takes_no_response(survey, cast):
    close_survey(survey, by=cast.owner, at=SOME_DAY)

    with pytest.raises(SurveyClosed):
        start_response(survey, survey.current, Way(channel="link", language="fa"), at=SOME_DAY)


def test_saving_a_page_takes_few_queries(response, django_assert_max_num_queries):
    assert connection.in_atomic_block

    with django_assert_max_num_queries(10):
        save_page(response, 0, {"score": "3"}, at=SOME_DAY)
