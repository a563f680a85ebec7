"""Results over the API: what is counted by hand comes back, and an anonymous survey names nobody."""

from __future__ import annotations

from django.utils.timezone import now

from hamdel.api.tests.test_surveys import answer, make
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.surveys.actions import save_page
from hamdel.listen.surveys.models import Survey


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
