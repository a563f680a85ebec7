"""Results over the API: what is counted by hand comes back, and an anonymous survey names nobody."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils.timezone import now

from hamdel.api.tests.test_surveys import answer, make
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.surveys.actions import save_page
from hamdel.listen.surveys.models import Response, Survey


def finish(workspace, response):
    with inside(workspace):
        save_page(response, 1, {}, at=now())


def test_answers_are_counted(program, cast):
    made = make(program)
    for score in (10, 10, 9, 7, 3):
        finish(cast.cafe, answer(cast.cafe, made["id"], score))

    found = program.get(f"/surveys/{made['id']}/results").json()

    [score] = [one for one in found["questions"] if one["key"] == "score"]
    assert (score["n"], score["score"]["value"]) == (5, 40.0)
    assert {one["values"][0]: one["n"] for one in score["counts"]} == {10: 2, 9: 1, 7: 1, 3: 1}
    assert found["anonymous"] is False


def test_an_anonymous_survey_says_nothing_of_few(program, cast):
    made = make(program)
    with inside(cast.cafe):
        Survey.objects.filter(id=made["id"]).update(settings={"anonymous": True})
    finish(cast.cafe, answer(cast.cafe, made["id"], 3))

    found = program.get(f"/surveys/{made['id']}/results").json()
    single = program.get(f"/surveys/{made['id']}/responses")

    assert (found["responses"], found["questions"], found["smallest_group"], found["waiting"]) == (
        None,
        [],
        5,
        1,
    )
    assert single.status_code == 403


def test_responses_are_chosen_by_day_place_version_and_rule(program, cast):
    made, today = make(program), now().astimezone(cast.cafe.zone).date()
    for score, place in ((10, "تهران"), (9, "تهران"), (2, "رشت")):
        response = answer(cast.cafe, made["id"], score)
        finish(cast.cafe, response)
        with inside(cast.cafe):
            Response.objects.filter(id=response.id).update(place=place)
    answer(cast.cafe, made["id"], 5)

    def count(**chosen):
        found = program.get(f"/surveys/{made['id']}/results", **chosen)
        assert found.status_code == 200, found.json()
        return found.json()["responses"]

    assert count() == 3
    assert count(place="تهران") == 2
    assert count(unfinished="true") == 4
    assert count(version="1", channel="link") == 3
    assert count(**{"from": today.isoformat(), "to": (today + timedelta(days=1)).isoformat()}) == 3
    assert count(to=(today - timedelta(days=1)).isoformat()) == 0
    assert count(**{"from": "۱۴۰۰/۰۱/۰۱"}) == 3
    assert count(rule=json.dumps({"field": "score", "operator": "≥", "value": 9})) == 2


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({"from": "yesterday"}, "unreadable_day"),
        ({"from": "1405/07/02", "to": "1405/07/01"}, "empty_period"),
        ({"version": "9"}, "unknown_version"),
        ({"rule": "{"}, "bad_rule"),
        ({"rule": '{"field":"nothing","operator":"=","value":1}'}, "bad_rule"),
        ({"chanel": "sms"}, "unknown_parameter"),
        ({"unfinished": "perhaps"}, "bad_parameters"),
    ],
)
def test_what_cannot_be_chosen_by_is_refused(program, chosen, code):
    made = make(program)

    found = program.get(f"/surveys/{made['id']}/results", **chosen)

    assert (found.status_code, found.json()["code"]) == (400, code)
    assert found.json().keys() == {"code", "message"}


def test_of_an_anonymous_survey_nothing_can_be_chosen(program, cast):
    made = make(program)
    with inside(cast.cafe):
        Survey.objects.filter(id=made["id"]).update(settings={"anonymous": True})

    found = program.get(f"/surveys/{made['id']}/results", channel="sms")

    assert (found.status_code, found.json()["code"]) == (400, "anonymous_survey")
