"""Pages taken in groups: one response a link, however many arrive at once."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

from django.db import connection
from django.utils.timezone import now

from hamdel.ground.facts.models import WaitingFact
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.invitations.actions import invite_customer
from hamdel.listen.invitations.models import Invitation
from hamdel.listen.surveys.links import Link, Visit, signed
from hamdel.listen.surveys.models import Answer, Response
from hamdel.listen.surveys.taking import Over, Refused, Saved, Submission, Unknown, take


def posted(link, secret, typed, *, page="0", **more):
    return Submission(Visit(link, secret, now(), **more), typed, page)


def facts():
    with across_workspaces():
        return Counter(WaitingFact.objects.exclude(name="Survey Invited").values_list("name", flat=True))


def responses():
    with across_workspaces():
        return list(Response.objects.order_by("id"))


def test_pages_of_many_links_are_stored_together_each_with_its_outcome(survey, personal_secret):
    outcomes = take(
        [
            posted(Link.OPEN, survey.public_id, {"score": "9"}),
            posted(Link.OPEN, survey.public_id, {"score": "eleven"}),
            posted(Link.PERSONAL, personal_secret, {"score": "۳"}),
            posted(Link.PERSONAL, personal_secret, {"why": "دیر رسید"}, page="1"),
            posted(Link.PERSONAL, "no-such-link", {"score": "3"}),
            posted(Link.OPEN, "\x00", {"score": "3"}),
        ]
    )

    assert [type(outcome) for outcome in outcomes] == [Saved, Refused, Saved, Saved, Unknown, Unknown]
    assert outcomes[1].errors == {"score": "not_a_score"}
    assert [(r.score, r.completed_at is not None) for r in responses()] == [(9, False), (3, True)]
    assert facts() == {
        "Survey Started": 2,
        "Score Given": 2,
        "Comment Given": 1,
        "Survey Completed": 1,
        "Survey Delivered": 1,
    }


def test_a_page_sent_twice_is_one_response(survey):
    once = "a" * 43
    for _ in range(3):
        take([posted(Link.OPEN, survey.public_id, {"score": "9"}, once=once)] * 2)

    assert len(responses()) == 1
    assert facts() == {"Survey Started": 1, "Score Given": 1}


def test_the_secret_of_one_survey_opens_nothing_of_another(survey, personal_secret):
    [saved] = take([posted(Link.PERSONAL, personal_secret, {"score": "3"})])
    [outcome] = take([posted(Link.OPEN, survey.public_id, {"score": "9"}, once=personal_secret)])

    assert outcome.secret != saved.secret or len(responses()) == 2
    assert [r.score for r in responses()] == [3, 9]


def test_a_changed_score_is_withdrawn_and_given_anew(personal_secret):
    for score in ("3", "9"):
        take([posted(Link.PERSONAL, personal_secret, {"score": score})])

    with across_workspaces():
        told = [
            (f.name, f.properties.get("score"))
            for f in WaitingFact.objects.filter(name__startswith="Score").order_by("id")
        ]
    assert told == [("Score Given", 3), ("Score Withdrawn", 3), ("Score Given", 9)]


def test_an_answer_whose_question_is_no_longer_asked_goes(personal_secret):
    for page, typed in (
        ("0", {"score": "3"}),
        ("1", {"why": "دیر"}),
        ("0", {"score": "9"}),
        ("1", {"best": "همه‌چیز"}),
    ):
        take([posted(Link.PERSONAL, personal_secret, typed, page=page)])

    with across_workspaces():
        assert dict(Answer.objects.values_list("question", "value")) == {"score": 9, "best": "همه‌چیز"}


def test_a_signed_customer_is_known_and_a_forged_one_is_not(survey, cast):
    good = signed(cast.customer.id)
    foreign = signed(cast.foreign_customer.id)

    take(
        [
            posted(Link.OPEN, survey.public_id, {"score": "9"}, uid=uid)
            for uid in (good, good[:-1] + "x", foreign, "")
        ]
    )

    assert [r.customer_id for r in responses()] == [cast.customer.id, None, None, None]


def test_an_expired_invitation_takes_no_first_answer_but_lets_a_begun_one_end(personal_secret, cast):
    [begun] = take([posted(Link.PERSONAL, personal_secret, {"score": "3"})])
    with inside(cast.cafe):
        Invitation.objects.update(expires_at=now() - timedelta(days=1))

    assert isinstance(take([posted(Link.PERSONAL, personal_secret, {"why": ""}, page="1")])[0], Saved)
    with inside(cast.cafe):
        Response.objects.all().delete()
    assert isinstance(take([posted(Link.PERSONAL, personal_secret, {"score": "3"})])[0], Over)
    assert isinstance(begun, Saved)


def test_a_group_takes_a_handful_of_questions_however_large(survey, django_assert_max_num_queries):
    def group(size):
        return [posted(Link.OPEN, survey.public_id, {"score": "9"}) for _ in range(size)]

    take(group(1))
    with django_assert_max_num_queries(8):
        take(group(50))

    assert len(responses()) == 51


def test_a_thousand_parallel_posts_of_one_link_are_one_response(committed, committed_survey):
    with inside(committed.cafe):
        _invitation, secret = invite_customer(committed.customer, committed_survey, by=None, at=now())
    outcomes: list = []
    start = threading.Barrier(20)

    def post():
        start.wait()
        for _ in range(50):
            outcomes.extend(take([posted(Link.PERSONAL, secret, {"score": "3"})]))
        connection.close()

    threads = [threading.Thread(target=post) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outcomes) == 1_000
    assert {type(outcome) for outcome in outcomes} == {Saved}
    assert len(responses()) == 1
    assert facts() == {"Survey Started": 1, "Score Given": 1, "Survey Delivered": 1}
