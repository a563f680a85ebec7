"""Conditions on single choices and rows come along, from every program, and go out again."""

from __future__ import annotations

import json

import pytest

from hamdel.listen.exchange.exporting import as_surveyjs
from hamdel.listen.exchange.reading import read_survey
from hamdel.listen.exchange.tests.making import (
    asked,
    dropped,
    limesurvey,
    mc,
    qualtrics,
    surveyjs,
    when,
)
from hamdel.listen.surveys.definition import check_definition, read_definition
from hamdel.listen.surveys.models import Survey

USED = {
    "type": "checkbox",
    "name": "used",
    "title": "Used",
    "choices": ["app", "shop"],
    "showOtherItem": True,
}


def ticked(field):
    return {"field": field, "operator": "=", "value": True}


def conditions(question, part="choices"):
    return {one["value"]: one.get("shown_if") for one in question[part]}


def is_kept(read):
    """Nothing was lost, and what was made can be published."""
    return not dropped(read) and check_definition(read.definition) == []


@pytest.mark.parametrize(
    "more",
    [
        {"choices": [{"value": "app", "visibleIf": "{used} contains 'app'"}, "web"]},
        {"choices": [{"value": "app", "enableIf": "{used} contains 'app'"}, "web"]},
    ],
)
def test_one_choice_of_surveyjs_keeps_its_condition(more):
    read = surveyjs(USED, {"type": "radiogroup", "name": "best", "title": "Best", **more})

    assert conditions(asked(read)["best"]) == {"app": ticked("used.app"), "web": None}
    assert is_kept(read)


def test_a_condition_about_all_choices_is_one_for_each():
    best = {"type": "radiogroup", "name": "best", "title": "Best", "choices": ["app", "shop"]}

    read = surveyjs(USED, {**best, "choicesVisibleIf": "{used} contains {item}"})

    assert conditions(asked(read)["best"]) == {"app": ticked("used.app"), "shop": ticked("used.shop")}
    # What decides about a page is asked on one before it.
    assert [len(page["questions"]) for page in read.definition["pages"]] == [1, 1]
    assert is_kept(read)


def test_rows_and_columns_of_a_matrix_have_conditions_too():
    matrix = {"type": "matrix", "name": "m", "title": "M", "columns": ["bad", {"value": "good", "visibleIf": "{used} notempty"}],
              "rows": ["app", "shop"], "rowsVisibleIf": "{used} contains {item}"}  # fmt: skip

    read = surveyjs(USED, matrix)

    assert conditions(asked(read)["m"], "rows") == {"app": ticked("used.app"), "shop": ticked("used.shop")}
    assert conditions(asked(read)["m"])["bad"] is None
    assert conditions(asked(read)["m"])["good"] is not None
    assert is_kept(read)


@pytest.mark.parametrize(
    ("mode", "wrap"), [("selected", lambda rule: rule), ("unselected", lambda rule: {"not": rule})]
)
def test_choices_of_another_question_follow_what_was_chosen_there(mode, wrap):
    best = {"type": "radiogroup", "name": "best", "title": "Best", "choicesFromQuestion": "used",
            "choicesFromQuestionMode": mode}  # fmt: skip

    read = surveyjs(USED, best)

    assert conditions(asked(read)["best"]) == {
        "app": wrap(ticked("used.app")),
        "shop": wrap(ticked("used.shop")),
    }
    assert is_kept(read)


def test_a_condition_that_cannot_be_carried_over_is_said_with_its_reason():
    choices = [{"value": "x", "visibleIf": "age({used}) > 3"}, "y"]

    read = surveyjs(USED, {"type": "radiogroup", "name": "b", "title": "B", "choices": choices})

    assert conditions(asked(read)["b"]) == {"x": None, "y": None}
    assert dropped(read) == {"choice_condition"}


def test_a_choice_of_qualtrics_keeps_its_display_logic():
    best = mc("QID2", "Tea", ("Coffee", {"DisplayLogic": when("QID1", "2")}))

    read = qualtrics(mc("QID1", "Tea", "Coffee", selector="MAVR"), best)

    assert [one.get("shown_if") for one in asked(read)["qid2"]["choices"]] == [None, ticked("qid1.2")]
    assert is_kept(read)


@pytest.mark.parametrize(
    ("which", "wrap"), [("Selected", lambda rule: rule), ("Unselected", lambda rule: {"not": rule})]
)
def test_choices_carried_forward_in_qualtrics_follow_the_answer(which, wrap):
    carried = mc("QID2", DynamicChoices={"Locator": f"q://QID1/ChoiceGroup/{which}Choices"})

    read = qualtrics(mc("QID1", "Tea", "Coffee", selector="MAVR"), carried)

    taken = asked(read)["qid2"]["choices"]
    assert [one["text"]["en"] for one in taken] == ["Tea", "Coffee"]
    assert [one["shown_if"] for one in taken] == [wrap(ticked("qid1.1")), wrap(ticked("qid1.2"))]
    assert is_kept(read)


def test_rows_of_a_form_that_became_questions_keep_their_condition():
    form = {
        **mc("QID2", "Name", ("Coffee?", {"DisplayLogic": when("QID1", "2")})),
        "QuestionType": "TE",
        "Selector": "FORM",
    }

    read = qualtrics(mc("QID1", "Tea", "Coffee"), form)

    assert [asked(read)[key].get("shown_if") for key in ("qid2_1", "qid2_2")] == [
        None,
        {"field": "qid1", "operator": "=", "value": "2"},
    ]


@pytest.mark.parametrize(
    ("attribute", "wrap"),
    [("array_filter", lambda rule: rule), ("array_filter_exclude", lambda rule: {"not": rule})],
)
def test_rows_of_limesurvey_follow_an_earlier_answer(attribute, wrap):
    subs, answers = {"a": "A", "b": "B"}, {"1": "bad", "2": "good"}

    read = limesurvey(
        {"type": "M", "subs": subs},
        {"type": "F", "subs": {**subs, "z": "Z"}, "answers": answers, "attributes": {attribute: "q1"}},
    )

    assert conditions(asked(read)["q2"], "rows") == {
        "a": wrap(ticked("q1.a")),
        "b": wrap(ticked("q1.b")),
        "z": None,
    }
    assert is_kept(read)


def test_a_subquestion_of_limesurvey_keeps_its_relevance():
    rows = [{"qid": f"5{n}", "parent_qid": "2", "title": code, "question": code, "language": "en", "scale_id": "0",
             "question_order": str(n), "relevance": relevance}
            for n, (code, relevance) in enumerate([("a", "1"), ("b", 'q1 == "Y"')])]  # fmt: skip

    read = limesurvey({"type": "Y"}, {"type": "M"}, subquestions=rows)

    assert conditions(asked(read)["q2"]) == {"a": None, "b": {"field": "q1", "operator": "=", "value": "Y"}}


def test_what_goes_out_to_surveyjs_offers_the_same_when_it_comes_back():
    read = surveyjs(USED, {"type": "radiogroup", "name": "best", "title": "Best", "choices": ["app", "shop"],
                           "choicesVisibleIf": "{used} contains {item}"})  # fmt: skip
    form = as_surveyjs(Survey(name="s", draft=read.definition))

    back = read_survey(json.dumps(form).encode())

    assert back.definition["pages"][1]["questions"] == read.definition["pages"][1]["questions"]


def test_other_among_several_is_known_by_its_words():
    read = surveyjs(USED, {"type": "text", "name": "t", "title": "T", "visibleIf": "{used} contains 'other'"})
    asks = read_definition(read.definition)

    for answers, is_shown in (({"used": ["other"], "used.other": "web"}, True), ({"used": ["app"]}, False)):
        facts = asks.facts(answers)
        assert asks.is_shown(1, facts) is is_shown

    assert asks.facts({"used": ["other"], "used.other": "web"})["used.other"] == "web"
