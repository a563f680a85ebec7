"""Anonymous surveys: a personal link is used once, and nothing leads from it to the answers."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from hamdel.ground.access.models import digest
from hamdel.ground.facts.models import WaitingFact
from hamdel.ground.files.models import File
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.invitations.actions import invite_customer
from hamdel.listen.surveys.actions import create_survey, publish_survey
from hamdel.listen.surveys.links import Link, Visit, signed
from hamdel.listen.surveys.mixing import mix_answers, mix_used_links
from hamdel.listen.surveys.models import Answer, BurntToken, Response
from hamdel.listen.surveys.taking import Over, Saved, Submission, take
from hamdel.listen.surveys.tests.forms import form_of, question_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(cast):
    form = form_of(
        [question_of("score"), {**question_of("hidden"), "key": "order"}],
        [{**question_of("long_text"), "key": "why"}],
    )
    with inside(cast.cafe):
        made = create_survey(
            cast.cafe, name="S", metric=None, touchpoint="work", definition=form, by=cast.owner
        )
        made.settings = {"anonymous": True}
        made.save()
        publish_survey(made, by=cast.owner, at=now())
        made.refresh_from_db()
    return made


@pytest.fixture
def secret(survey, cast):
    with inside(cast.cafe):
        _invitation, secret = invite_customer(cast.customer, survey, by=cast.owner, at=now())
    return secret


def rows(table):
    with across_workspaces(), connection.cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM {table} t")
        return " ".join(row[0] for row in cursor.fetchall())


def test_the_personal_link_is_used_up_and_another_leads_back(survey, secret):
    client = Client()
    first = client.post(f"/i/{secret}/?order=77", {"page": "0", "q": "3"})
    second = client.post(first["Location"], {"page": "1", "why": "شلوغ است"})
    again = client.post(f"/i/{secret}/", {"page": "0", "q": "9"})

    with across_workspaces():
        assert list(Response.objects.values_list("changed_at", flat=True)) == [None]
    assert first["Location"].startswith("/r/")
    assert second.status_code == 303
    assert again.status_code == 410
    assert client.get(f"/i/{secret}/").status_code == 410
    with across_workspaces():
        assert BurntToken.objects.get().digest == digest(secret)
        assert dict(Answer.objects.values_list("question", "value")) == {"q": 3, "why": "شلوغ است"}


def test_nothing_of_the_person_stands_beside_the_answers(survey, secret, cast):
    client = Client()
    first = client.post(f"/i/{secret}/?order=77&uid={signed(cast.customer.id)}", {"page": "0", "q": "3"})
    client.post(first["Location"], {"page": "1", "why": "x"})

    with across_workspaces():
        [response] = Response.objects.all()
    assert (response.customer_id, response.invitation_id, response.caused_by) == (None, None, None)
    for table in ("surveys_response", "surveys_answer"):
        assert digest(secret) not in rows(table)
        assert str(cast.customer.id) not in rows(table)
    assert str(response.id) not in rows("surveys_burnttoken")
    assert "77" not in [str(value) for value in response.answers.values_list("value", flat=True)]


def test_facts_say_that_somebody_finished_and_nothing_of_what_was_said(survey, secret):
    """Facts come with their moment: on dashboards, in cases and at webhooks they would be answers one by one."""
    client = Client()
    with across_workspaces():
        before = set(WaitingFact.objects.values_list("id", flat=True))
    first = client.post(f"/i/{secret}/?place=head+office", {"page": "0", "q": "0"})
    client.post(first["Location"], {"page": "1", "why": "شلوغ است"})

    with across_workspaces():
        facts = list(WaitingFact.objects.exclude(id__in=before).order_by("id"))
    assert [fact.name for fact in facts] == ["Survey Started", "Survey Completed"]
    assert {fact.customer_id for fact in facts} == {None}
    assert [fact.properties for fact in facts] == [
        {"survey_id": str(survey.id), "channel": "link", "touchpoint": "work"}
    ] * 2


def test_times_are_those_of_the_day_and_ids_tell_no_order(survey, secret, cast):
    client = Client()
    first = client.post(f"/i/{secret}/", {"page": "0", "q": "3"})
    client.post(first["Location"], {"page": "1", "why": "x"})

    with across_workspaces():
        [response] = Response.objects.all()
        answers, burnt = list(Answer.objects.all()), BurntToken.objects.get()
        facts = list(WaitingFact.objects.filter(name__in=["Survey Started", "Survey Completed"]))
    moments = {
        response.started_at,
        response.completed_at,
        *(a.answered_at for a in answers),
        *(f.at for f in facts),
    }
    [moment] = moments
    local = moment.astimezone(cast.cafe.zone)
    assert (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    assert {row.id.version for row in (response, burnt, *answers)} == {4}


def beside(left, right):
    """Return the ids of two tables' rows in the order they lie in, each with the transaction that wrote it."""
    with across_workspaces(), connection.cursor() as cursor:
        found = []
        for table in (left, right):
            cursor.execute(f"SELECT id, xmin::text FROM {table} ORDER BY ctid")
            found.append(cursor.fetchall())
    return found


@pytest.mark.django_db(transaction=True)
def test_neither_transaction_nor_place_leads_from_a_link_to_its_answers(survey, cast):
    client, order = Client(), {}
    for n in range(40):
        with inside(cast.cafe):
            _invitation, secret = invite_customer(cast.customer, survey, by=cast.owner, at=now())
        client.post(f"/i/{secret}/", {"page": "0", "q": str(n % 11)})
        order[digest(secret)] = n
    with across_workspaces():
        digests = dict(BurntToken.objects.values_list("id", "digest"))
    before, _responses = beside("surveys_burnttoken", "surveys_response")
    assert [order[digests[row]] for row, _by in before] == list(range(40))

    with across_workspaces():
        mix_used_links()
    links, responses = beside("surveys_burnttoken", "surveys_response")

    assert not {by for _row, by in links} & {by for _row, by in responses}
    mixed = [order[digests[row]] for row, _by in links]
    assert sorted(mixed) == list(range(40))
    assert mixed != list(range(40))
    assert sum(place == n for place, n in enumerate(mixed)) < 10


@pytest.mark.django_db(transaction=True)
def test_answers_that_are_settled_are_written_anew_and_stay_what_they_are(survey, cast):
    client = Client()
    for n in range(30):
        with inside(cast.cafe):
            _invitation, secret = invite_customer(cast.customer, survey, by=cast.owner, at=now())
        first = client.post(f"/i/{secret}/", {"page": "0", "q": str(n % 11)})
        client.post(first["Location"], {"page": "1", "why": f"سخن {n}"})
    before, answers = beside("surveys_response", "surveys_answer")

    with across_workspaces():
        mix_answers(at=now() + timedelta(days=3))
    after, answers_after = beside("surveys_response", "surveys_answer")

    assert [row for row, _by in before] != [row for row, _by in after]
    assert {row for row, _by in before} == {row for row, _by in after}
    assert {row for row, _by in answers} == {row for row, _by in answers_after}
    assert [row for row, _by in answers] != [row for row, _by in answers_after]


def test_a_link_posted_many_times_at_once_is_one_response(survey, secret):
    def posted():
        return Submission(Visit(Link.PERSONAL, secret, now()), {"q": "3"}, "0")

    together = take([posted() for _ in range(5)])
    after = take([posted()])

    assert {type(outcome) for outcome in together} == {Saved}
    assert isinstance(after[0], Over)
    with across_workspaces():
        assert Response.objects.count() == BurntToken.objects.count() == 1


def test_an_answer_that_is_complete_can_be_changed_by_nobody(survey, secret):
    client = Client()
    first = client.post(f"/i/{secret}/", {"page": "0", "q": "3"})
    client.post(first["Location"], {"page": "1", "why": "x"})

    late = client.post(first["Location"], {"page": "0", "q": "9"})

    assert late.status_code == 200  # the thanks again
    with across_workspaces():
        assert Answer.objects.get(question="q").value == 3


def test_a_file_is_of_the_day_and_its_ids_tell_no_order(cast):
    form = form_of([{**question_of("file"), "key": "letter"}])
    with inside(cast.cafe):
        made = create_survey(cast.cafe, name="F", metric=None, touchpoint="", definition=form, by=cast.owner)
        made.settings = {"anonymous": True}
        made.save()
        publish_survey(made, by=cast.owner, at=now())
    sent = SimpleUploadedFile("نامه.pdf", b"%PDF-1.7\n...")

    Client().post(f"/s/{made.public_id}/", {"page": "0", "letter": sent})

    with across_workspaces():
        [file] = File.objects.select_related("content")
    assert file.kept_at.astimezone(cast.cafe.zone).time() == time(0)
    assert {file.id.version, file.content.id.version} == {4}
