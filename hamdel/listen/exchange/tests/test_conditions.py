"""Conditions of three programs, and the rules they become."""

from __future__ import annotations

import json

import pytest

from hamdel.ground.rules import holds, parse
from hamdel.listen.exchange.conditions import rule_of
from hamdel.listen.exchange.expressions import read_expression
from hamdel.listen.exchange.making import Making
from hamdel.listen.exchange.reading import read_survey
from hamdel.listen.exchange.report import CannotSay, Report
from hamdel.listen.surveys.definition import read_definition


def find(name):
    making = Making(["en"], Report())
    making.page()
    age = making.ask("age", "number", {"en": "Age"})
    pets = making.ask("pets", "multiple", {"en": "Pets"})
    city = making.ask("city", "single", {"en": "City"})
    grade = making.ask("grade", "single", {"en": "Grade"})
    name_ = making.ask("name", "text", {"en": "Name"})
    making.know("age", age)
    making.know("pets", pets, {"cat": "cat", "dog": "dog"})
    making.know("city", city, {"tehran": "tehran", "new york": "new_york"})
    making.know("grade", grade, {"1": "1", "2": "2", "3": "3"})
    making.know("name", name_)
    return making.find(name)


ANSWERS = {"age": 30, "pets": ["cat"], "pets.cat": True, "city": "new_york", "grade": "2", "name": "Ali"}


@pytest.mark.parametrize(
    ("words", "is_true"),
    [
        ("{age} >= 18", True),
        ("18 > {age}", False),
        ("{age} = 30 and {city} = 'New York'", True),
        ("{city} <> 'Tehran' && !({age} < 20)", True),
        ("{pets} contains 'cat'", True),
        ("{pets} contains 'dog' or {age} < 10", False),
        ("{pets} notcontains 'dog'", True),
        ("{pets} anyof ['dog', 'cat']", True),
        ("{pets} allof ['dog', 'cat']", False),
        ("{name} notempty", True),
        ("{name} empty or {grade} > 2", False),
        ("{grade} =< 2", True),
        ("{city} anyof ['tehran', 'new york']", True),
        ("iif({age} > 20, {grade} = 2, {grade} = 3)", True),
        ("(({age} >= 18) and ({age} <= 30)) or {city} = 'tehran'", True),
        ("true", True),
        ('age == "30" and !is_empty(name)', True),
        ("(age gt 20 AND grade ne 3)", True),
        ("count(name, age)", True),
        ("0", False),
    ],
)
def test_a_condition_means_the_same_here(words, is_true):
    rule = rule_of(read_expression(words), find)

    assert holds(parse(rule), ANSWERS) is is_true


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("{age} + 1 = 31", "expression"),
        ("sum({age}, 2) > 3", "expression"),
        ("{age} > {grade}", "compare"),
        ("{unknown} = 1", "unknown_question"),
        ("{city} = 'Paris'", "unknown_choice"),
        ("regexMatch('/x/', name)", "function"),
        ("{age} = ", "syntax"),
        ("((((", "syntax"),
        ("{age} ; drop", "syntax"),
        ("(" * 5_000, "syntax"),
        ("!" * 4_000 + "{age}", "syntax"),
    ],
)
def test_what_cannot_be_said_is_told(words, why):
    with pytest.raises(CannotSay) as refusal:
        rule_of(read_expression(words), find)

    assert refusal.value.why == why


def shown(reading, answers):
    """Return the keys of all questions these answers lead to."""
    asks = read_definition(reading.definition)
    facts = asks.facts(answers)
    return [question.key for number in asks.way(facts).pages for question in asks.shown(number, facts)]


def choice(identity, *, qid="QID1", operator="Selected", **row):
    return {
        "LogicType": "Question",
        "LeftOperand": f"q://{qid}/SelectableChoice/{identity}",
        "Operator": operator,
        "Type": "Expression",
        **row,
    }


def qsf(questions, blocks, flow, **elements):
    made = [
        {
            "Element": "BL",
            "Payload": [{"ID": name, "BlockElements": parts} for name, parts in blocks.items()],
        },
        {"Element": "FL", "Payload": {"Flow": flow}},
        *(
            {"Element": "SQ", "PrimaryAttribute": name, "Payload": payload}
            for name, payload in questions.items()
        ),
        *({"Element": kind, "Payload": payload} for kind, payload in elements.items()),
    ]
    return read_survey(
        json.dumps(
            {"SurveyEntry": {"SurveyName": "S", "SurveyLanguage": "EN"}, "SurveyElements": made}
        ).encode()
    )


def q(name):
    return {"Type": "Question", "QuestionID": name}


MC = {"QuestionText": "Which?", "DataExportTag": "which", "QuestionType": "MC", "Selector": "SAVR",
      "Choices": {"1": {"Display": "A"}, "2": {"Display": "B"}, "3": {"Display": "C", "TextEntry": "true"}}}  # fmt: skip
TE = {
    "QuestionText": "Why ${q://QID1/ChoiceGroup/SelectedChoices}?",
    "DataExportTag": "why",
    "QuestionType": "TE",
    "Selector": "ML",
}


def test_display_logic_of_qualtrics():
    logic = {
        "0": {"0": choice(1), "1": choice(3, Conjuction="Or"), "Type": "If"},
        "Type": "BooleanExpression",
    }

    reading = qsf(
        {"QID1": MC, "QID2": {**TE, "DisplayLogic": logic}},
        {"b": [q("QID1"), q("QID2")]},
        [{"Type": "Block", "ID": "b"}],
    )

    assert shown(reading, {"which": "1"}) == ["which", "why"]
    assert shown(reading, {"which": "other"}) == ["which", "why"]
    assert shown(reading, {"which": "2"}) == ["which"]
    assert reading.definition["pages"][-1]["questions"][0]["text"]["en"] == "Why {{which}}?"


def test_branches_and_the_end_in_a_flow_of_qualtrics():
    branch = {"0": {"0": choice(2), "Type": "If"}, "Type": "BooleanExpression"}
    flow = [
        {"Type": "Block", "ID": "a"},
        {
            "Type": "Branch",
            "BranchLogic": branch,
            "Flow": [{"Type": "Block", "ID": "b"}, {"Type": "EndSurvey"}],
        },
        {"Type": "Standard", "ID": "c"},
    ]

    reading = qsf(
        {"QID1": MC, "QID2": TE, "QID3": {**TE, "DataExportTag": "last"}},
        {"a": [q("QID1")], "b": [q("QID2")], "c": [q("QID3")]},
        flow,
    )

    assert shown(reading, {"which": "2"}) == ["which", "why"]
    assert shown(reading, {"which": "1"}) == ["which", "last"]


def test_skip_logic_of_qualtrics():
    skip = {"SkipToDestination": "QID3", "Locator": "q://QID1/SelectableChoice/1", "Condition": "Selected"}
    out = {
        "SkipToDestination": "ENDOFSURVEY",
        "Locator": "q://QID1/SelectableChoice/2",
        "Condition": "Selected",
    }
    blocks = {"a": [{**q("QID1"), "SkipLogic": [skip, out]}, q("QID2"), {"Type": "Page Break"}, q("QID3")]}

    reading = qsf(
        {"QID1": MC, "QID2": TE, "QID3": {**TE, "DataExportTag": "last"}},
        blocks,
        [{"Type": "Block", "ID": "a"}],
    )

    assert shown(reading, {"which": "1"}) == ["which", "last"]
    assert shown(reading, {"which": "2"}) == ["which"]
    assert shown(reading, {"which": "other"}) == ["which", "why", "last"]


def test_embedded_data_and_a_quota_of_qualtrics():
    flow = [{"Type": "EmbeddedData", "EmbeddedData": [{"Field": "plan"}]}, {"Type": "Block", "ID": "a"}]
    logic = {
        "0": {
            "0": {
                "LogicType": "EmbeddedField",
                "LeftOperand": "plan",
                "Operator": "EqualTo",
                "RightOperand": "gold",
            }
        }
    }
    quota = {"Name": "Men", "Occurrences": 50, "Logic": {"0": {"0": choice(1)}}}

    reading = qsf({"QID1": {**MC, "DisplayLogic": logic}}, {"a": [q("QID1")]}, flow, QO=quota)

    assert shown(reading, {"plan": "gold"}) == ["plan", "which"]
    assert shown(reading, {"plan": "tin"}) == []
    assert reading.definition["quotas"][0]["limit"] == 50
    assert reading.definition["quotas"][0]["if"] == {"field": "which", "operator": "=", "value": "1"}


def test_nps_of_qualtrics_is_nps_here():
    reading = qsf({"QID1": {**MC, "Selector": "NPS"}}, {"a": [q("QID1")]}, [{"Type": "Block", "ID": "a"}])

    [question] = reading.asked
    assert (question["kind"], question["metric"]) == ("score", "nps")


EVERY_KIND = {
    "MC/SACOL": "single", "MC/MACOL": "multiple", "MC/MSB": "multiple", "TE/ESTB": "long_text", "RO/DND": "ranking", "FileUpload/FileUpload": "file",
    "DB/GRB": "statement", "Slider/HBAR": "slider", "Slider/STAR": "slider", "Matrix/Bipolar": "matrix", "Matrix/MaxDiff": "single",
    "CS/VRTL": "constant_sum", "Matrix/CS": "number", "Matrix/Profile": "text", "PGR/DragAndDrop": "matrix",
    "HotSpot/OnOff": None, "HeatMap/Image": None, "DD/DL": None, "Captcha/V2": None, "Meta/Browser": None, "Draw/Signature": None, "HL/Text": None,
}  # fmt: skip


@pytest.mark.parametrize("name", EVERY_KIND)
def test_every_kind_of_qualtrics_becomes_a_question_or_is_named(name):
    kind, selector = name.split("/")
    payload = {
        **MC, "QuestionType": kind, "Selector": selector, "SubSelector": "SingleAnswer", "Answers": {"1": {"Display": "x"}, "2": {"Display": "y"}},
        "Groups": ["One", "Two"], "Validation": {"Settings": {"ChoiceTotal": "100", "ForceResponse": "ON"}},
    }  # fmt: skip

    reading = qsf(
        {"QID1": payload, "QID2": TE}, {"a": [q("QID1"), q("QID2")]}, [{"Type": "Block", "ID": "a"}]
    )

    kinds = {question["kind"] for question in reading.asked if question["key"].startswith("which")}
    # A row with a text field of its own has its words asked for beside it.
    beside = {"text"} if EVERY_KIND[name] == "matrix" or selector == "CS" else set()
    assert kinds == ({EVERY_KIND[name]} | beside if EVERY_KIND[name] else set())
    if EVERY_KIND[name] is None:
        assert [remark.what for remark in reading.report.dropped if remark.what == "kind"] == ["kind"]
