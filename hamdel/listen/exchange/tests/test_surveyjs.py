"""What SurveyJS has: formulas, comments, checks, tables of questions, and what is said when it is lost."""

from __future__ import annotations

import json

import pytest

from hamdel.ground.rules import holds, parse
from hamdel.listen.exchange.reading import read_survey
from hamdel.listen.exchange.tests.making import asked, changed, dropped, surveyjs
from hamdel.listen.surveys.definition import check_definition, read_definition

TEXT = {"type": "text", "name": "t", "title": "T"}
CHOICE = {"type": "radiogroup", "name": "c", "title": "C", "choices": ["one", "two"]}


def test_formulas_that_conditions_name_are_asked_where_they_are_named():
    read = surveyjs(
        {"type": "text", "inputType": "number", "name": "age", "title": "Age"},
        {"type": "expression", "name": "group", "title": "G", "expression": "iif({age} >= 18, 'adult', 'child')"},
        {**TEXT, "visibleIf": "{grown} = true and {group} = 'adult'"},
        calculatedValues=[{"name": "grown", "expression": "{age} > 20"}],
    )  # fmt: skip

    rule = parse(asked(read)["t"]["shown_if"])
    assert [holds(rule, {"age": age}) for age in (10, 19, 30)] == [False, False, True]
    assert "prices" in dropped(read)


@pytest.mark.parametrize(
    ("form", "part"),
    [
        ({**TEXT, "validators": [{"type": "text", "minLength": 3, "maxLength": 9}]}, {"fewest": 3, "most": 9}),
        ({**TEXT, "type": "comment", "validators": [{"type": "regex", "regex": "^a+$", "text": "Only a"}]},
         {"kind": "long_text", "pattern": "a+", "pattern_text": {"en": "Only a"}}),
        ({**TEXT, "validators": [{"type": "regex", "regex": "[0-9]", "caseInsensitive": True}]},
         {"pattern": r"(?i)[\s\S]*[0-9][\s\S]*"}),
        ({**TEXT, "inputType": "time"}, {"kind": "text", "pattern": "([01]?[0-9]|2[0-3]):[0-5][0-9]"}),
        ({**TEXT, "inputType": "number", "min": 0, "max": 9, "step": 3, "correctAnswer": 6},
         {"kind": "number", "low": 0, "high": 9, "step": 3, "right": 6, "points": 1}),
        ({**CHOICE, "name": "t", "type": "checkbox", "validators": [{"type": "answercount", "minCount": 1, "maxCount": 2}]},
         {"kind": "multiple", "fewest": 1, "most": 2}),
        ({**CHOICE, "name": "t", "type": "ranking", "selectToRankEnabled": True}, {"kind": "ranking", "fewest": 1}),
        ({"type": "dropdown", "name": "t", "title": "T", "choicesMin": 1, "choicesMax": 3},
         {"choices": [{"value": str(n), "text": {"en": str(n)}} for n in (1, 2, 3)]}),
        ({**CHOICE, "name": "t", "choicesOrder": "desc"},
         {"choices": [{"value": one, "text": {"en": one}} for one in ("two", "one")]}),
        ({"type": "boolean", "name": "t", "title": "T", "correctAnswer": False},
         {"choices": [{"value": "true", "text": {"en": "Yes"}}, {"value": "false", "text": {"en": "No"}, "right": True, "points": 1}]}),
    ],
)  # fmt: skip
def test_a_question_keeps_what_may_be_answered(form, part):
    read = surveyjs(form)

    assert part.items() <= asked(read)["t"].items()
    assert check_definition(read.definition) == []


@pytest.mark.parametrize(
    ("form", "remark"),
    [
        ({**TEXT, "readOnly": True}, "read_only"),
        ({**TEXT, "validators": [{"type": "expression", "expression": "{t} > {x}"}]}, "validation"),
        ({**TEXT, "maskType": "pattern", "maskSettings": {"pattern": "999"}}, "validation"),
        ({**TEXT, "setValueExpression": "{c} + 1"}, "set_value"),
        ({**TEXT, "inputType": "datetime-local"}, "time_of_day"),
        ({**TEXT, "inputType": "date", "min": "=today()"}, "prices"),
        ({**CHOICE, "choicesVisibleIf": "{item} notempty"}, "choice_condition"),
        ({**CHOICE, "choicesByUrl": {"url": "https://example.ir/c.json"}}, "choices_elsewhere"),
        ({**CHOICE, "type": "checkbox", "showSelectAllItem": True}, "select_all"),
        ({"type": "matrix", "name": "m", "title": "M", "columns": ["a"], "rows": ["r"], "isRequired": True}, "stricter"),
        ({"type": "matrixdynamic", "name": "m", "title": "M", "columns": [{"name": "a", "cellType": "text"}],
          "detailElements": [TEXT]}, "details"),
        ({"type": "signaturepad", "name": "s", "title": "S"}, "kind"),
        ({"type": "image", "name": "i", "imageLink": "x"}, "media"),
        ({**CHOICE, "type": "checkbox", "correctAnswer": ["three"]}, "scoring"),
        ({**TEXT, "requiredIf": "{c} = 'one'"}, "required_if"),
    ],
)  # fmt: skip
def test_what_has_no_counterpart_is_said(form, remark):
    read = surveyjs({**CHOICE, "name": "before"}, form)

    assert remark in changed(read) | dropped(read)


def test_a_comment_field_becomes_a_question_shown_with_its_own():
    read = surveyjs(
        CHOICE, {**TEXT, "visibleIf": "{c} = 'one'", "showCommentArea": True, "commentText": "Why?"}
    )

    comment = asked(read)["t_comment"]
    assert (comment["kind"], comment["text"]) == ("long_text", {"en": "T – Why?"})
    assert comment["shown_if"] == asked(read)["t"]["shown_if"]


def test_choices_of_another_question_are_offered_again():
    read = surveyjs(CHOICE, {"type": "checkbox", "name": "t", "title": "T", "choicesFromQuestion": "c"})

    assert [one["value"] for one in asked(read)["t"]["choices"]] == ["one", "two"]
    assert changed(read) == dropped(read) == set()


def test_choices_that_stand_alone_and_refusals_are_choices():
    choices = ["one", "two", {"value": "nothing", "text": "Nothing", "isExclusive": True}]

    read = surveyjs({**CHOICE, "type": "checkbox", "choices": choices, "showDontKnowItem": True})

    kept = asked(read)["c"]
    assert [one["value"] for one in kept["choices"]] == ["one", "two", "dontknow"]
    assert kept["none"] == {"en": "Nothing"}


def test_insertions_stand_in_the_titles_of_cells_too():
    table = {
        "type": "multipletext",
        "name": "m",
        "title": "About {t}",
        "items": [{"name": "a", "title": "A"}],
    }

    read = surveyjs(TEXT, table)

    assert asked(read)["m_a"]["text"]["en"] == "About {{t}} – A"


def test_cells_of_a_table_of_questions_are_known_by_row_and_column():
    table = {"type": "matrixdropdown", "name": "m", "title": "M", "rows": ["r1"], "columns": [
        {"name": "a", "cellType": "checkbox", "choices": ["x", "y"]}, {"name": "b", "choices": ["x", "y"]}]}  # fmt: skip

    read = surveyjs(table, {**TEXT, "visibleIf": "{m.r1.a} contains 'x' and {m.r1.b} = 'y'"})

    definition = read_definition(read.definition)
    rule = parse(asked(read)["t"]["shown_if"])
    facts = [definition.facts({"m_a": {"r1": ["x"]}, "m_b": {"r1": b}}) for b in ("x", "y")]
    assert [holds(rule, one) for one in facts] == [False, True]


def test_panels_say_what_they_are_about():
    panel = {
        "type": "panel",
        "name": "p",
        "title": "Home",
        "description": "Where you live",
        "elements": [TEXT],
    }

    read = surveyjs(panel, pages=None, elements=[panel])

    said = asked(read)["p_title"]
    assert (said["kind"], said["text"], said["help"]) == (
        "statement",
        {"en": "Home"},
        {"en": "Where you live"},
    )


def test_the_language_of_texts_without_one_is_told_by_their_letters():
    read = surveyjs({**TEXT, "title": "نام شما چیست؟"})

    assert read.definition["languages"] == ["fa"]


def test_languages_count_although_no_text_is_called_default():
    read = surveyjs({**TEXT, "title": {"de": "Name", "fr": "Nom"}}, title=None)

    assert read.definition["languages"] == ["de", "fr"]
    assert asked(read)["t"]["text"] == {"de": "Name", "fr": "Nom"}


def test_a_ninth_language_is_said():
    codes = ("en", "fa", "de", "fr", "ar", "tr", "ru", "es", "it")

    read = surveyjs({**TEXT, "title": dict.fromkeys(codes, "x")}, locale="en")

    assert len(read.definition["languages"]) == 8
    [remark] = [one for one in read.report.dropped if one.what == "languages"]
    assert remark.words["languages"] == "it"


def test_how_it_was_asked_comes_along():
    read = surveyjs(
        TEXT, description="About us", showPrevButton=False, showProgressBar="off", cookieName="once", timeLimit=60,
        navigateToUrl="https://example.ir/", navigateToUrlOnCondition=[{"expression": "{t} = 'a'", "url": "https://example.ir/a"}],
        data={"t": "x"},
    )  # fmt: skip

    definition = read_definition(read.definition)
    assert read.settings == {"back": False, "progress": False, "one_per_person": True}
    assert read.definition["pages"][0]["questions"][0]["text"] == {"en": "About us"}
    assert [definition.end({"t": said}).link.url for said in ("a", "b")] == [
        "https://example.ir/a",
        "https://example.ir/",
    ]
    assert {"time_limit", "sample_answers"} <= dropped(read)
    assert "redirect" in changed(read)


@pytest.mark.parametrize("name", ["json", "survey", "content"])
def test_a_survey_in_its_wrapping_is_found(name):
    form = {"id": 7, "name": "Kept", name: {"pages": [{"elements": [TEXT]}]}}

    read = read_survey(json.dumps(form).encode())

    assert (read.name, list(asked(read))) == ("Kept", ["t"])
