"""Posts answered outside Django, and those that are handed on to it."""

from __future__ import annotations

import asyncio

from django.test import Client

from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.surveys.desk import Desk
from hamdel.listen.surveys.door import AnswerDoor, is_survey_page
from hamdel.listen.surveys.models import Response
from hamdel.listen.surveys.taking import take
from hamdel.listen.surveys.window import show

FORM = (b"content-type", b"application/x-www-form-urlencoded")


class Site:
    """Stands behind the door, as Django does: keeps what was handed on."""

    def __init__(self):
        self.bodies = []

    async def __call__(self, scope, receive, send):
        self.bodies.append((await receive())["body"])
        await send({"type": "http.response.start", "status": 299, "headers": []})


def post_all(*requests):
    """Post (path, body) pairs at once; return each status and location, and what the site was handed."""

    async def together():
        desk, window, site = Desk(take, name="a"), Desk(show, name="b"), Site()
        desk.start()
        door = AnswerDoor(desk, window, site)
        answers = await asyncio.gather(*(post(door, path, body) for path, body in requests))
        await asyncio.to_thread(desk.stop)
        return answers, site.bodies

    return asyncio.run(together())


async def post(door, path, body):
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": [FORM],
        "client": ("127.0.0.1", 1),
    }
    sent = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    assert is_survey_page(scope)
    await door(scope, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"]).get(b"location", b"").decode()


def responses():
    with across_workspaces():
        return list(Response.objects.order_by("id"))


def test_a_good_page_is_stored_and_leads_on(committed_survey):
    [(status, location)], handed_on = post_all(
        (f"/s/{committed_survey.public_id}/", "page=0&score=۳".encode())
    )

    assert (status, handed_on) == (303, [])
    assert location.startswith("/r/")
    assert location.endswith("/?page=1")
    assert [r.score for r in responses()] == [3]
    assert "چه چیزی شما را ناراضی کرد؟" in Client().get(location).content.decode()


def test_what_is_not_simply_stored_is_handed_on_whole(committed_survey):
    wrong = b"page=0&score=77"
    answers, handed_on = post_all(
        (f"/s/{committed_survey.public_id}/", wrong),
        ("/i/nobody/", b"score=1"),
        ("/s/\x00/", b"score=1"),
        ("/s/x/", b"\xff\xfe=1"),
    )

    assert [status for status, _location in answers] == [299] * 4
    assert wrong in handed_on
    assert responses() == []


def test_many_at_once_are_all_stored(committed_survey):
    answers, handed_on = post_all(*[(f"/s/{committed_survey.public_id}/", b"page=0&score=9")] * 100)

    assert {status for status, _location in answers} == {303}
    assert len({location for _status, location in answers}) == 100
    assert len(responses()) == 100
    assert handed_on == []
