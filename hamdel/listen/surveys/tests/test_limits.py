"""Dates, response limits, quotas, one answer a person, and the clock and marks of a quiz."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.surveys.actions import NotReady, create_survey, publish_survey
from hamdel.listen.surveys.links import Link, Visit, signed
from hamdel.listen.surveys.models import Answer, Response, Tally
from hamdel.listen.surveys.taking import Over, Saved, Submission, take
from hamdel.listen.surveys.tests.forms import choices, form_of, question_of, said

WOMAN = {"field": "q", "operator": "=", "value": "a"}


def published(cast, form, **settings):
    with inside(cast.cafe):
        made = create_survey(cast.cafe, name="S", metric=None, touchpoint="", definition=form, by=cast.owner)
        made.settings = settings
        made.save()
        publish_survey(made, by=cast.owner, at=now())
    return made


def post(survey, typed, *, link=Link.OPEN, secret="", page="0", at=None, **more):
    visit = Visit(link, secret or survey.public_id, at or now(), **more)
    [outcome] = take([Submission(visit, typed, page)])
    return outcome


def quota_form(limit=2):
    return form_of(
        [question_of("single")],
        [{**question_of("text"), "key": "t"}],
        quotas=[{"key": "women", "name": "Women", "if": WOMAN, "limit": limit, "to": "end:full"}],
        ends=[
            {"key": "full", "text": said("Enough"), "if": {"field": "q", "operator": "=", "value": "never"}},
            {"key": "thanks", "text": said("Thanks")},
        ],
    )


def test_a_survey_before_and_after_its_dates_takes_nothing_and_says_why(cast):
    later, sooner = (now() + timedelta(days=1)).isoformat(), (now() - timedelta(days=1)).isoformat()
    early = published(cast, form_of([question_of("text")]), opens_at=later)
    ended = published(cast, form_of([question_of("text")]), closes_at=sooner)

    pages = [Client().get(f"/s/{survey.public_id}/") for survey in (early, ended)]

    assert [page.status_code for page in pages] == [410, 410]
    assert "باز" in pages[0].content.decode()
    assert [type(post(survey, {"q": "x"})) for survey in (early, ended)] == [Over, Over]


def test_a_full_survey_takes_nobody_more(cast):
    survey = published(cast, form_of([question_of("text")]), most_responses=2)

    outcomes = [type(post(survey, {"q": "x"})) for _ in range(3)]

    assert outcomes == [Saved, Saved, Over]
    assert Client().get(f"/s/{survey.public_id}/").status_code == 410
    with across_workspaces():
        assert Response.objects.count() == 2


def test_a_limit_given_later_counts_those_who_answered_before(cast):
    survey = published(cast, form_of([question_of("text")]))
    post(survey, {"q": "x"})
    with inside(cast.cafe):
        survey.settings = {"most_responses": 1}
        survey.save()

    assert isinstance(post(survey, {"q": "x"}), Over)


def test_nobody_overshoots_a_limit_in_a_crowd(committed):
    survey = published(committed, form_of([question_of("text")]), most_responses=25)
    start, outcomes = threading.Barrier(8), []

    def crowd():
        start.wait()
        for _ in range(10):
            outcomes.append(post(survey, {"q": "x"}))  # noqa: PERF401 - each as it comes
        connection.close()

    threads = [threading.Thread(target=crowd) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(isinstance(outcome, Saved) for outcome in outcomes) == 25
    with across_workspaces():
        assert Response.objects.completed().count() == 25


def test_a_full_quota_leads_to_its_end_and_marks_the_response(cast):
    survey = published(cast, quota_form(limit=1))
    first = post(survey, {"q": "a"})
    post(survey, {"t": "x"}, link=first.link, secret=first.secret, page="1")

    led_out, other = post(survey, {"q": "a"}), post(survey, {"q": "b"})

    assert (led_out.following, other.following) == (None, 1)
    assert "Enough" in Client().get(f"/r/{led_out.secret}/?page=done&lang=en").content.decode()
    with across_workspaces():
        assert [r.quota for r in Response.objects.completed().order_by("id")] == ["", "women"]
        assert Response.objects.whole().count() == 1
        assert dict(Tally.objects.values_list("key", "n")) == {"": 1, "women": 1}


def test_the_last_places_of_a_quota_are_given_once_however_many_want_them(committed):
    survey = published(committed, quota_form(limit=3))
    begun = [post(survey, {"q": "a"}) for _ in range(8)]
    start = threading.Barrier(8)

    def finish(response):
        start.wait()
        post(survey, {"t": "x"}, link=response.link, secret=response.secret, page="1")
        connection.close()

    threads = [threading.Thread(target=finish, args=(response,)) for response in begun]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with across_workspaces():
        assert Response.objects.whole().count() == 3
        assert Response.objects.completed().filter(quota="women").count() == 5
        assert dict(Tally.objects.values_list("key", "n"))["women"] == 3


def test_a_quota_of_a_new_version_counts_those_who_answered_before(cast):
    survey = published(cast, form_of([question_of("single")]))
    post(survey, {"q": "a"})
    with inside(cast.cafe):
        survey.draft = quota_form(limit=1)
        survey.save()
        publish_survey(survey, by=cast.owner, at=now())

    assert post(survey, {"q": "a"}).following is None


def test_one_person_answers_once_by_whatever_link(cast):
    survey = published(cast, form_of([question_of("text")]), one_per_person=True)
    uid = signed(cast.customer.id)

    outcomes = [type(post(survey, {"q": "x"}, uid=uid)) for _ in range(2)]

    assert outcomes == [Saved, Over]
    assert isinstance(post(survey, {"q": "x"}), Saved)


def test_a_draft_with_a_mistake_is_not_published(cast):
    with pytest.raises(NotReady) as refused:
        published(cast, form_of([{**question_of("single"), "choices": []}]))

    assert refused.value.problems[0].where == "pages[0].questions[0].choices"


def test_a_survey_without_a_score_has_no_metric(cast):
    survey = published(cast, form_of([question_of("text")]))

    with inside(cast.cafe):
        survey.refresh_from_db()
    assert survey.metric == ""
    assert survey.scores_by is None


def test_the_metric_is_that_of_the_first_score(cast):
    survey = published(cast, form_of([question_of("score", metric="ces2")]))

    with inside(cast.cafe):
        survey.refresh_from_db()
    assert survey.metric == "ces2"


# Quizzes


def quiz_form(**quiz):
    right = [{**choice, "right": choice["value"] == "a"} for choice in choices("a", "b")]
    question = {
        **question_of("single"),
        "choices": right,
        "feedback": {"right": said("Well done"), "wrong": said("No, a")},
    }
    del question["other"]
    return form_of([question], [{**question, "key": "q2"}], quiz={"pass_percent": 50, **quiz})


def test_the_clock_of_a_quiz_starts_with_a_post_and_ends_on_the_server(cast):
    survey = published(cast, quiz_form(seconds=60))
    page = Client().get(f"/s/{survey.public_id}/?lang=en").content.decode()
    begun = post(survey, {}, page="start", once="a" * 40)
    with across_workspaces():
        assert Response.objects.count() == 1

    in_time = post(survey, {"q": "a"}, link=begun.link, secret=begun.secret, page="0")
    late = post(
        survey, {"q2": "a"}, link=begun.link, secret=begun.secret, page="1", at=now() + timedelta(seconds=90)
    )

    assert "Begin" in page
    assert "from the moment" in page
    assert (begun.following, in_time.following, late.following) == (0, 1, None)
    with across_workspaces():
        assert list(Answer.objects.values_list("question", flat=True)) == ["q"]


def test_a_quiz_tells_points_marks_and_hands_out_a_certificate(cast):
    survey = published(cast, quiz_form(certificate=True))
    client = Client()
    first = client.post(f"/s/{survey.public_id}/?lang=en", {"page": "0", "q": "a"})
    done = client.post(first["Location"], {"page": "1", "q2": "b"}, follow=True).content.decode()
    diploma = client.get(re.sub(r"\?.*", "?certificate=1&lang=en", first["Location"])).content.decode()

    assert "1 of 2 points, 50%" in done
    assert "passed" in done
    assert "Well done" in done
    assert "No, a" in done
    assert "passed with 50%" in diploma
    # Whoever reads it in English reads the day in the calendar of that language.
    assert f"{now().astimezone(survey.workspace.zone):%Y}" in diploma


def test_nobody_gets_a_certificate_who_did_not_pass(cast):
    survey = published(cast, quiz_form(certificate=True, pass_percent=100))
    client = Client()
    first = client.post(f"/s/{survey.public_id}/?lang=en", {"page": "0", "q": "a"})
    done = client.post(first["Location"], {"page": "1", "q2": "b"}, follow=True).content.decode()

    assert "not passed" in done
    assert "certificate" not in done.lower()
    assert (
        "passed with" not in client.get(re.sub(r"\?.*", "?certificate=1", first["Location"])).content.decode()
    )


def test_where_each_answer_is_marked_at_once_none_can_be_changed_after(cast):
    survey = published(cast, quiz_form(feedback="each"))
    client = Client()
    first = client.post(f"/s/{survey.public_id}/?lang=en", {"page": "0", "q": "b"})
    second = client.get(first["Location"]).content.decode()
    client.post(first["Location"], {"page": "0", "q": "a"})

    assert "No, a" in second
    assert "?page=0" not in second
    with across_workspaces():
        assert Answer.objects.get(question="q").value == "b"
