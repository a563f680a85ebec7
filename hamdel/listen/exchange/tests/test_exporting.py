"""A survey that leaves as SurveyJS and comes back asks the same."""

from __future__ import annotations

import json

import pytest

from hamdel.listen.exchange.exporting import as_surveyjs
from hamdel.listen.exchange.reading import read_survey
from hamdel.listen.surveys.definition import check_definition, read_definition
from hamdel.listen.surveys.models import Survey

BOTH = {"fa": "متن", "en": "Text"}


def choices(*values):
    return [{"value": value, "text": {"fa": f"گزینه {value}", "en": f"Choice {value}"}} for value in values]


DEFINITION = {
    "format": 2,
    "languages": ["fa", "en"],
    "pages": [
        {
            "key": "p1",
            "title": {"fa": "صفحه", "en": "Page"},
            "questions": [
                {"key": "plan", "kind": "hidden", "text": {"fa": "plan"}},
                {"key": "nps", "kind": "score", "metric": "nps", "text": {"fa": "ما را توصیه می‌کنید؟", "en": "Would you recommend us?"}, "required": True},
                {"key": "city", "kind": "single", "text": BOTH, "choices": choices("a", "b"), "other": {"fa": "جای دیگر", "en": "Else"}},
                {"key": "why", "kind": "multiple", "text": BOTH, "choices": choices("x", "y", "z"), "none": {"fa": "هیچ", "en": "None"}, "most": 2, "random_order": True},
            ],
            "next": [{"if": {"field": "nps", "operator": "=", "value": 0}, "to": "end"}],
        },
        {
            "key": "p2",
            "shown_if": {"any": [{"field": "nps", "operator": "≤", "value": 6}, {"field": "why.x", "operator": "=", "value": True}]},
            "questions": [
                {"key": "table", "kind": "matrix", "text": BOTH, "rows": choices("r1", "r2"), "choices": choices("c1", "c2")},
                {"key": "order", "kind": "ranking", "text": BOTH, "choices": choices("k", "l", "m")},
                {"key": "slide", "kind": "slider", "text": BOTH, "low": 0, "high": 50, "step": 5},
                {"key": "line", "kind": "text", "text": {"fa": "گفتید {{city}}", "en": "You said {{city}}"}, "pattern": "[0-9]+", "most": 20},
                {"key": "long", "kind": "long_text", "text": BOTH, "shown_if": {"not": {"field": "city", "operator": "in", "value": ["a", "b"]}}},
                {"key": "number", "kind": "number", "text": BOTH, "low": 0, "high": 10},
                {"key": "day", "kind": "date", "text": BOTH},
                {"key": "mail", "kind": "email", "text": BOTH},
                {"key": "phone", "kind": "phone", "text": BOTH},
                {"key": "file", "kind": "file", "text": BOTH},
                {"key": "say", "kind": "statement", "text": BOTH},
            ],
        },
    ],
    "ends": [
        {"key": "sorry", "if": {"field": "nps", "operator": "≤", "value": 6}, "text": {"fa": "متأسفیم", "en": "Sorry"}},
        {"key": "thanks", "text": {"fa": "سپاس", "en": "Thanks"}},
    ],
}  # fmt: skip
SAME = (
    "kind",
    "text",
    "metric",
    "required",
    "low",
    "high",
    "step",
    "most",
    "pattern",
    "random_order",
    "several",
)


@pytest.fixture
def there_and_back():
    assert check_definition(DEFINITION) == []
    form = as_surveyjs(Survey(name="نظرسنجی", draft=DEFINITION))
    return read_survey(json.dumps(form).encode())


def test_questions_come_back_as_they_left(there_and_back):
    before, after = read_definition(DEFINITION), read_definition(there_and_back.definition)

    assert there_and_back.name == "نظرسنجی"
    assert after.languages == ["fa", "en"]
    for question in before.questions:
        again = after.by_key[question.key]
        assert {part: getattr(again, part) for part in SAME} == {
            part: getattr(question, part) for part in SAME
        }
        assert [(one.value, one.text) for one in again.choices] == [
            (one.value, one.text) for one in question.choices
        ]
        assert [(one.value, one.text) for one in again.rows] == [
            (one.value, one.text) for one in question.rows
        ]
        assert (again.other, again.none) == (question.other, question.none)


@pytest.mark.parametrize(
    "answers",
    [
        {"nps": 9},
        {"nps": 3},
        {"nps": 0},
        {"nps": 8, "why": ["x"]},
        {"nps": 2, "city": "a"},
        {"nps": 2, "city": "other"},
    ],
)
def test_the_same_answers_lead_the_same_way(there_and_back, answers):
    ways = []
    for definition in (read_definition(DEFINITION), read_definition(there_and_back.definition)):
        facts = definition.facts(answers)
        way = definition.way(facts)
        asked = [q.key for page in way.pages for q in definition.shown(page, facts)]
        ways.append((asked, definition.end(facts, way.end).text))

    assert ways[0] == ways[1]


ONLY_OURS = {
    "format": 2,
    "languages": ["fa", "en"],
    "pages": [
        {
            "key": "first",
            "questions": [
                {"key": "agree", "kind": "consent", "text": BOTH, "required": True},
                {"key": "easy", "kind": "score", "metric": "ces1", "look": "faces", "text": BOTH, "low_label": {"fa": "کم"}},
                {"key": "share", "kind": "constant_sum", "text": BOTH, "choices": choices("a", "b"), "total": 10},
                {"key": "many", "kind": "matrix", "text": BOTH, "rows": choices("ردیف", "R-2"), "choices": choices("خوب", "Bad"), "several": True, "random_order": True},
                {"key": "slide", "kind": "slider", "text": BOTH, "low": 1, "high": 9, "step": 2, "unit": {"fa": "تومان"}, "high_label": BOTH},
                {"key": "test", "kind": "single", "text": BOTH, "choices": [{"value": "x", "text": BOTH, "points": 2}, {"value": "y", "text": BOTH}], "other": BOTH,
                 "feedback": {"right": BOTH}},
                {"key": "code", "kind": "text", "text": BOTH, "pattern": "[0-9]{4}|-", "help": {"fa": "مانند {2,3}"}},
                {"key": "files", "kind": "file", "text": BOTH, "most": 4},
            ],
            "next": [{"if": {"field": "test.other", "operator": "is set"}, "to": "end:full"},
                     {"if": {"field": "test", "operator": "in", "value": ["x", "y"]}, "to": "last"}],
        },
        {"key": "middle", "questions": [{"key": "say", "kind": "statement", "text": {"fa": "گفتید {{test.other}}"}, "help": BOTH}]},
        {"key": "last", "questions": [{"key": "why", "kind": "long_text", "text": BOTH}]},
    ],
    "ends": [
        {"key": "full", "text": BOTH, "title": BOTH, "if": {"any": []}, "link": {"url": "https://example.ir/a?b=1&c", "text": BOTH}},
        {"key": "bye", "text": {"fa": "سپاس\n<بدرود>"}, "link": {"url": "https://example.ir"}},
    ],
    "quotas": [{"key": "few", "name": "کم", "if": {"field": "test", "operator": "=", "value": "x"}, "limit": 5, "to": "end:full"}],
    "quiz": {"pass_percent": 50, "seconds": 60, "feedback": "none", "certificate": True},
}  # fmt: skip
HOW = {"anonymous": True, "most_responses": 9, "back": False, "closes_at": "2031-01-01T00:00:00+03:30"}


def test_what_surveyjs_has_no_word_for_comes_back_as_well():
    assert check_definition(ONLY_OURS) == []

    form = as_surveyjs(Survey(name="همه", draft=ONLY_OURS, settings=HOW))
    again = read_survey(json.dumps(form).encode())

    assert again.definition == ONLY_OURS
    assert again.settings == HOW


def test_what_stands_beside_is_trusted_no_more_than_the_rest_of_a_file():
    form = as_surveyjs(Survey(name="x", draft=ONLY_OURS, settings=HOW))
    form["hamdel"] = {"quotas": [{"key": "q", "if": {"field": "nobody"}}, 7, {"if": 3}], "quiz": [], "settings": {"anonymous": "perhaps", "path": "admin"}}  # fmt: skip
    form["pages"][0]["elements"][1]["hamdel"] = {
        "kind": "score",
        "metric": {"a": 1},
        "low_label": 7,
        "look": "\x00",
    }
    form["completedHtmlBeside"] = {
        "hamdel": {"key": "../", "text": {"fa": 3}, "link": {"url": "javascript:alert(1)"}}
    }

    again = read_survey(json.dumps(form).encode())

    assert check_definition(again.definition) == []
    assert "path" not in again.settings
    assert "javascript" not in json.dumps(again.definition)


@pytest.mark.parametrize(("metric", "scale"), [("csat", (1, 5)), ("ces2", (1, 7))])
def test_a_score_whose_survey_says_what_it_measures_leaves_with_its_scale_and_comes_back(metric, scale):
    score = {"key": "score", "kind": "score", "text": BOTH, "look": "faces"}
    survey = Survey(name="S", metric=metric, draft={"pages": [{"questions": [score]}], "thanks": BOTH})

    form = as_surveyjs(survey)
    back = read_survey(json.dumps(form).encode(), "s.json")

    asked = form["pages"][0]["elements"][0]
    assert (asked["rateMin"], asked["rateMax"]) == scale
    assert [(q["kind"], q["metric"], q["look"]) for q in back.asked] == [("score", metric, "faces")]
    assert back.report.changed == back.report.dropped == []
