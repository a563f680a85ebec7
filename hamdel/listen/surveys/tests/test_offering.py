"""Choices and rows that are only for some: offered, refused and forgotten by what was answered on earlier pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation
from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.surveys.actions import create_survey, publish_survey
from hamdel.listen.surveys.definition import check_definition, in_words, read_definition, rule_fields
from hamdel.listen.surveys.models import Answer
from hamdel.listen.surveys.tests.forms import choices, form_of, question_of, said

USED = {"key": "used", "kind": "multiple", "text": said("Used"), "choices": choices("app", "shop", "phone")}


def used(value: str) -> dict[str, Any]:
    return {"field": f"used.{value}", "operator": "=", "value": True}


def carried(kind: str = "single", **more: Any) -> dict[str, Any]:
    """A question that offers what was chosen before, as importers write it."""
    items = [{**one, "shown_if": used(one["value"])} for one in choices("app", "shop", "phone")]
    return {"key": "best", "kind": kind, "text": said("Best"), "choices": items, **more}


def values(question: Any) -> list[str]:
    return [choice.value for choice in question.choices]


def test_only_choices_whose_rule_holds_are_offered():
    asks = read_definition(form_of([USED], [carried()]))

    [question] = asks.shown(1, asks.facts({"used": ["app", "phone"]}))

    assert check_definition(form_of([USED], [carried()])) == []
    assert values(question) == ["app", "phone"]


def test_a_question_with_nothing_left_to_choose_and_its_page_are_passed_over():
    asks = read_definition(form_of([USED], [carried(other=said("Other"))], [question_of("text")]))

    assert asks.next_page(0, asks.facts({})) == 2
    assert asks.next_page(0, asks.facts({"used": ["shop"]})) == 1


def test_rows_of_a_matrix_are_only_for_some_as_well():
    rows = [{**one, "shown_if": used(one["value"])} for one in choices("app", "shop", "phone")]
    matrix = {
        "key": "m",
        "kind": "matrix",
        "text": said("m"),
        "rows": rows,
        "choices": choices("bad", "good"),
    }
    asks = read_definition(form_of([USED], [matrix]))

    [question] = asks.shown(1, asks.facts({"used": ["shop"]}))

    assert [row.value for row in question.rows] == ["shop"]
    assert asks.shown(1, asks.facts({})) == []


def test_no_more_choices_are_demanded_than_are_offered():
    asks = read_definition(form_of([USED], [carried("multiple", fewest=2)]))

    [question] = asks.shown(1, asks.facts({"used": ["shop"]}))

    assert question.fewest == 1


@pytest.mark.parametrize(
    ("rule", "said_there"),
    [
        ({"field": "later", "operator": "is set"}, "no answer given before"),
        ({"field": "used.app", "operator": "=", "value": True}, "same page"),
        ({"field": "used", "operator": "?"}, ""),
    ],
)
def test_a_choice_that_asks_for_an_answer_that_is_not_there_yet_is_refused(rule, said_there):
    question = {**question_of("single"), "choices": [*choices("a"), {**choices("b")[0], "shown_if": rule}]}

    with translation.override("en"):
        problems = check_definition(form_of([USED, question], [{**question_of("text"), "key": "later"}]))

    assert [problem.where for problem in problems] == ["pages[0].questions[1].choices[1].shown_if"]
    assert said_there in problems[0].what


def test_a_choice_that_is_a_picture_is_called_by_the_words_of_its_picture():
    shop = {"value": "shop", "image": {"file": "abc", "alt": said("The shop")}}
    asks = read_definition(form_of([{**question_of("single"), "choices": [*choices("app"), shop]}]))

    assert in_words(asks, asks.questions[0], {"q": "shop"}, "en") == "The shop"
    assert dict(rule_fields(asks, "en")["q"].choices)["shop"] == "The shop"


def test_points_of_a_quiz_count_no_choice_that_was_never_offered():
    earning = {"app": 1, "shop": 2, "phone": 4}
    items = [{**one, "points": earning[one["value"]]} for one in carried()["choices"]]
    right = [{**one, "right": True} for one in carried()["choices"]]
    best, all_of_them = (
        {**carried(), "choices": items},
        {**carried("multiple"), "key": "all", "choices": right},
    )
    asks = read_definition(form_of([USED], [best, all_of_them], quiz={"pass_percent": 60}))

    reached = asks.result({"used": ["app", "shop"], "best": "shop", "all": ["app", "shop"]})

    assert (reached.points, reached.most, reached.passed) == (3, 3, True)
    assert asks.result({}).most == 0
    assert asks.most_points == 5


def test_the_points_of_a_quiz_follow_conditions_on_language_and_rules_see_them():
    [plain, persian] = choices("a", "b")
    persian |= {"points": 9, "shown_if": {"field": "language", "operator": "=", "value": "fa"}}
    question = {**question_of("single"), "choices": [{**plain, "points": 1}, persian], "other": None}
    asks = read_definition(form_of([question], quiz={"pass_percent": 60}))

    assert asks.result({"q": "a"}, {"language": "en"}).percent == 100
    assert asks.facts({"q": "a"}, {"language": "en"})["score.percent"] == 100
    assert asks.facts({"q": "a"}, {"language": "fa"})["score.percent"] == pytest.approx(100 / 9)


@pytest.fixture
def carrying(cast):
    """An open survey that asks what was used, and then which of it was best."""
    form = form_of([USED], [carried(required=True)], [{**question_of("text"), "key": "why"}])
    with inside(cast.cafe):
        made = create_survey(cast.cafe, name="Used", metric="", touchpoint="", definition=form, by=cast.owner)
        publish_survey(made, by=cast.owner, at=now())
        made.refresh_from_db()
    return made


def post(client, address, **typed):
    return client.post(address, {name.replace("__", "."): value for name, value in typed.items()})


def given() -> dict[str, Any]:
    with across_workspaces():
        return dict(Answer.objects.values_list("question", "value"))


def test_without_script_the_page_offers_what_was_chosen_and_takes_nothing_else(client, carrying):
    address = post(client, f"/s/{carrying.public_id}/", page=0, used__app=1, used__shop=1)["Location"]

    page = client.get(address).content.decode()
    refused = post(client, address, page=1, best="phone")
    taken = post(client, address, page=1, best="shop")

    assert 'value="app"' in page
    assert 'value="shop"' in page
    assert 'value="phone"' not in page
    assert refused.status_code == 422
    assert taken.status_code == 303
    assert given() == {"used": ["app", "shop"], "best": "shop"}


def test_two_who_chose_differently_never_see_the_page_kept_for_the_other(client, carrying):
    pages = []
    for chosen in ("app", "shop"):
        address = post(client, f"/s/{carrying.public_id}/", page=0, **{f"used__{chosen}": 1})["Location"]
        pages.append(client.get(address).content.decode())

    assert 'value="shop"' not in pages[0]
    assert 'value="app"' not in pages[1]


def test_an_answer_that_is_not_offered_any_more_is_forgotten_at_the_end(client, carrying):
    address = post(client, f"/s/{carrying.public_id}/", page=0, used__app=1)["Location"]
    post(client, address, page=1, best="app")
    post(client, address, page=0, used__shop=1)

    post(client, address, page=2, why="x")

    assert given() == {"used": ["shop"], "why": "x"}
