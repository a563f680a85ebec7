"""A POST sent again under its Idempotency-Key."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection
from django.test import Client
from django.utils.timezone import now

from hamdel.api import once
from hamdel.api.models import KeptReply
from hamdel.ground.access.actions import issue_token
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.surveys.models import Survey

READY = {"ready_made": "nps-after-delivery", "publish": True}


def send(program, path, body, key, **options):
    import json

    return program.client.post(
        f"/api/v1{path}",
        json.dumps(body, default=str),
        content_type="application/json",
        headers={"Idempotency-Key": key},
        **program.headers,
        **options,
    )


def surveys_of(cast):
    with inside(cast.cafe):
        return Survey.objects.filter(workspace=cast.cafe).count()


def test_the_same_request_twice_has_one_effect_and_one_answer(program, cast):
    first = send(program, "/surveys", READY, "order-1")
    again = send(program, "/surveys", READY, "order-1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert (first.get("Idempotent-Replayed"), again["Idempotent-Replayed"]) == (None, "true")
    assert surveys_of(cast) == 1


def test_without_a_key_every_request_counts(program, cast):
    program.post("/surveys", READY)
    program.post("/surveys", READY)

    assert surveys_of(cast) == 2


def test_a_personal_link_is_told_again_and_kept_sealed(program, cast):
    survey = send(program, "/surveys", READY, "survey").json()["id"]
    body = {"customers": [cast.customer.id]}

    first = send(program, f"/surveys/{survey}/invitations", body, "invite")
    again = send(program, f"/surveys/{survey}/invitations", body, "invite")

    link = first.json()["items"][0]["link"]
    assert again.json()["items"][0]["link"] == link
    with connection.cursor() as cursor, inside(cast.cafe):
        cursor.execute("SELECT reply FROM api_keptreply WHERE key = 'invite'")
        assert link.strip("/").rpartition("/")[2] not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/surveys", {**READY, "name": "Another"}),
        ("/surveys?x=1", READY),
        ("/segments/preview", {"rule": {}}),
    ],
)
def test_a_key_of_another_request_is_422(program, cast, path, body):
    send(program, "/surveys", READY, "order-1")

    refused = send(program, path, body, "order-1")

    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    assert surveys_of(cast) == 1


def test_what_was_refused_may_be_sent_again_under_its_key(program, cast):
    refused = send(program, "/surveys", {"ready_made": None}, "order-1")
    made = send(program, "/surveys", READY, "order-1")

    assert (refused.status_code, made.status_code) == (400, 201)


def test_what_failed_halfway_may_be_sent_again_under_its_key(program, cast, monkeypatch):
    from hamdel.api import surveys

    def stumbles(*_args, **_options):
        raise RuntimeError("the process ends here")

    with monkeypatch.context() as broken:
        broken.setattr(surveys, "publish_survey", stumbles)
        failed = send(program, "/surveys", READY, "order-1")
    made = send(program, "/surveys", READY, "order-1")

    assert (failed.status_code, made.status_code) == (500, 201)
    assert surveys_of(cast) == 1


def test_a_key_is_its_members_own(program, as_member, cast):
    first = send(program, "/surveys", READY, "order-1")
    other = send(as_member(cast.analyst), "/surveys", READY, "order-1")
    foreign = send(as_member(cast.outsider), "/surveys", READY, "order-1")

    assert len({answer.json()["id"] for answer in (first, other, foreign)}) == 3


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", "کلید"])
def test_not_every_text_is_a_key(program, cast, key):
    refused = send(program, "/surveys", READY, key.encode().decode("latin-1"))

    assert (refused.status_code, refused.json()["code"]) == (400, "bad_idempotency_key")
    assert surveys_of(cast) == 0


def test_after_a_day_a_key_is_new_again(program, cast):
    send(program, "/surveys", READY, "order-1")
    with across_workspaces():
        KeptReply.objects.update(at=now() - timedelta(hours=25))

    again = send(program, "/surveys", READY, "order-1")

    assert again.get("Idempotent-Replayed") is None
    assert surveys_of(cast) == 2


def test_old_replies_are_forgotten(program, cast):
    send(program, "/surveys", READY, "old")
    with across_workspaces():
        KeptReply.objects.update(at=now() - timedelta(hours=25))
    send(program, "/surveys", READY, "new")

    with across_workspaces():
        assert once.forget_old_replies() == 1
        assert list(KeptReply.objects.values_list("key", flat=True)) == ["new"]


def test_a_file_is_imported_once(program, cast):
    from django.core.files.uploadedfile import SimpleUploadedFile

    def upload(text):
        file = SimpleUploadedFile("s.json", text)
        return program.client.post(
            "/api/v1/surveys/import", {"file": file}, headers={"Idempotency-Key": "file-1"}, **program.headers
        )

    survey = b'{"pages": [{"elements": [{"type": "text", "name": "why", "title": "Why?"}]}]}'
    first, again, other = upload(survey), upload(survey), upload(survey.replace(b"Why?", b"How?"))

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.json() == first.json()
    assert surveys_of(cast) == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_the_same_moment_have_one_effect_and_one_answer(cast, analytics_store):
    secret = issue_token(cast.owner, name="test", by=cast.owner)
    starting, answers = threading.Barrier(8), []

    def call():
        starting.wait()
        try:
            answers.append(
                Client().post(
                    "/api/v1/surveys",
                    READY,
                    content_type="application/json",
                    headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "same"},
                )
            )
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert surveys_of(cast) == 1


@pytest.mark.django_db(transaction=True)
def test_a_request_that_is_still_at_work_is_waited_for_only_so_long(cast, analytics_store, monkeypatch):
    monkeypatch.setattr(once, "WAIT_SECONDS", 0.2)
    secret = issue_token(cast.owner, name="test", by=cast.owner)
    held, done = threading.Event(), threading.Event()

    def hold():
        with inside(cast.cafe):
            KeptReply.objects.create(workspace=cast.cafe, member=cast.owner, key="same", at=now())
            held.set()
            done.wait(20)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(20)
    answer = Client().post(
        "/api/v1/surveys",
        READY,
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "same"},
    )
    done.set()
    thread.join()

    assert (answer.status_code, answer.json()["code"]) == (409, "still_at_work")
