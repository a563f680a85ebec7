"""Definitions: read in both formats, looked at strictly, walked by rules."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from hamdel.listen.surveys.definition import (
    Kind,
    check_definition,
    in_words,
    piped,
    read_definition,
    rule_fields,
    upgraded,
)
from hamdel.listen.surveys.ready_made import READY_MADE
from hamdel.listen.surveys.tests.forms import EVERY_KIND, choices, form_of, question_of, said

LOW = {"field": "q", "operator": "≤", "value": 6}


def problems(form: Any) -> list[str]:
    return [problem.where for problem in check_definition(form)]


def with_question(**changes: Any) -> dict[str, Any]:
    return form_of([{**question_of("score"), **changes}])


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_question_of_every_kind_may_be_published(kind):
    form = form_of([question_of(kind)])

    assert check_definition(form) == []
    assert read_definition(form).questions[0].kind == kind


def test_every_kind_there_is_has_an_example():
    assert set(EVERY_KIND) == set(Kind)


def test_ready_surveys_of_format_1_may_be_published_and_keep_their_rules():
    for ready in READY_MADE.values():
        form = ready.definition()
        before = copy.deepcopy(form)

        assert check_definition(form) == []
        assert [q.kind for q in read_definition(form).questions] == ["score", "long_text", "long_text"]
        assert upgraded(form)["format"] == 2
        assert form == before


@pytest.mark.parametrize(
    ("form", "where"),
    [
        (None, ""),
        ([], ""),
        ({"format": 2, "languages": ["fa"], "pages": []}, "pages"),
        ({**form_of([question_of("text")]), "languages": "fa"}, "languages"),
        ({**form_of([question_of("text")]), "languages": ["fa", "fa"]}, "languages"),
        (with_question(kind="magic"), "pages[0].questions[0].kind"),
        (with_question(key="Key!"), "pages[0].questions[0].key"),
        (with_question(key="page"), "pages[0].questions[0].key"),
        (with_question(text={"en": "only English"}), "pages[0].questions[0].text"),
        (with_question(text={"fa": "{{later}}"}), "pages[0].questions[0].text"),
        (with_question(text={"fa": "\ud800"}), "pages[0].questions[0].text"),
        (with_question(metric="gdp"), "pages[0].questions[0].metric"),
        (with_question(shown_if={"field": "unknown", "operator": "=", "value": 1}), "pages[0].questions[0].shown_if"),
        (with_question(shown_if={"did": "Order Completed"}), "pages[0].questions[0].shown_if"),
        (with_question(kind="single"), "pages[0].questions[0].choices"),
        (with_question(kind="single", choices=choices("a", "a")), "pages[0].questions[0].choices"),
        (with_question(kind="single", choices=choices("a b")), "pages[0].questions[0].choices[0].value"),
        (with_question(kind="slider"), "pages[0].questions[0].low"),
        (with_question(kind="slider", low=5, high=1), "pages[0].questions[0].low"),
        (with_question(kind="date", low="1405/01/01"), "pages[0].questions[0].low"),
        (with_question(kind="text", pattern="("), "pages[0].questions[0].pattern"),
        (with_question(kind="text", pattern="(a+)+b"), "pages[0].questions[0].pattern"),
        (with_question(fewest=3, most=1), "pages[0].questions[0].fewest"),
        (form_of([question_of("text")], [question_of("text")]), "pages[1].questions[0].key"),
        (form_of([question_of("text")], quiz={"seconds": 1}), "quiz.seconds"),
        (form_of([question_of("text")], ends=[{"key": "a", "text": said("a"), "if": LOW}]), "ends[0].if"),
        (
            form_of([question_of("text")], ends=[{"key": "a", "text": said("a"), "link": {"url": "javascript:1"}}]),
            "ends[0].link.url",
        ),
        (form_of([question_of("text")], quotas=[{"key": "x", "limit": 5, "to": "end"}]), "quotas[0].if"),
        (
            form_of([question_of("text")], quotas=[{"key": "x", "if": LOW, "limit": 5, "to": "end:no"}]),
            "quotas[0].to",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_place(form, where):
    found = check_definition(form)

    assert where in [problem.where for problem in found]
    assert all(problem.what for problem in found)


def branched() -> dict[str, Any]:
    form = form_of(
        [question_of("score")],
        [{**question_of("text"), "key": "why"}],
        [{**question_of("text"), "key": "who"}],
    )
    form["pages"][0]["next"] = [{"if": {"not": LOW}, "to": "p3"}]
    form["pages"][1]["next"] = [{"if": {"field": "why", "operator": "is set"}, "to": "end:sorry"}]
    form["ends"] = [
        {"key": "sorry", "text": said("Sorry"), "if": LOW},
        {"key": "thanks", "text": said("Thanks")},
    ]
    return form


def test_a_branch_leads_forward_and_to_an_end():
    asks = read_definition(branched())

    assert check_definition(branched()) == []
    assert asks.way({"q": 9}).pages == (0, 2)
    assert asks.way({"q": 3}).pages == (0, 1, 2)
    assert asks.way({"q": 3, "why": "x"}).pages == (0, 1)
    assert asks.way({"q": 3, "why": "x"}).end == "sorry"
    assert asks.end({"q": 9}).key == "thanks"
    assert asks.end({"q": 3}).key == "sorry"


def test_a_branch_backwards_is_refused_and_never_followed():
    form = branched()
    form["pages"][2]["next"] = [{"if": {"field": "who", "operator": "is set"}, "to": "p1"}]

    assert "pages[2].next[0].to" in problems(form)
    assert read_definition(form).way({"q": 9, "who": "x"}).pages == (0, 2)


def test_a_page_of_hidden_questions_is_no_page_to_see():
    form = form_of([question_of("hidden")], [{**question_of("text"), "key": "t"}])

    assert read_definition(form).way({}).pages == (1,)


def test_rules_see_the_parts_of_answers():
    form = form_of([question_of("multiple")], [{**question_of("matrix"), "key": "m"}])
    form["pages"][1]["shown_if"] = {"field": "q.a", "operator": "=", "value": True}
    asks = read_definition(form)

    facts = asks.facts({"q": ["a", "c"], "m": {"price": "bad"}}, {"language": "fa"})

    assert check_definition(form) == []
    assert facts["q.a"] is True
    assert facts["m.price"] == "bad"
    assert facts["language"] == "fa"
    assert asks.way(facts).pages == (0, 1)
    assert asks.way(asks.facts({"q": ["b"]})).pages == (0,)
    assert {"q.a", "m.price", "language"} <= rule_fields(asks, "fa").keys()
    assert "m.price" not in rule_fields(asks, "fa", until="p2")


def test_an_earlier_answer_stands_in_a_later_text():
    form = form_of(
        [question_of("single")], [{**question_of("text"), "key": "t", "text": {"fa": "چرا «{{q}}»؟"}}]
    )
    asks = read_definition(form)

    assert check_definition(form) == []
    assert piped(asks, asks.questions[1].text, {"q": "a"}, "fa") == "چرا «a فارسی»؟"
    assert piped(asks, asks.questions[1].text, {"q": "other", "q.other": "<b>"}, "fa") == "چرا «<b>»؟"
    assert piped(asks, asks.questions[1].text, {}, "en") == "چرا «…»؟"


@pytest.mark.parametrize(("kind", "said_fa"), [
    ("multiple", "a فارسی، c فارسی"), ("matrix", "price فارسی: bad فارسی، taste فارسی: good فارسی"),
    ("date", "۲ آذر ۱۴۰۵"), ("number", "۱٬۲۵۰٬۰۰۰"), ("ranking", "b فارسی، a فارسی"), ("consent", "✓"),
])  # fmt: skip
def test_answers_in_words(kind, said_fa):
    asks = read_definition(form_of([question_of(kind)]))

    assert in_words(asks, asks.questions[0], EVERY_KIND[kind][2], "fa") == said_fa


def test_points_of_a_quiz():
    right = [{**c, "right": c["value"] == "a"} for c in choices("a", "b")]
    several = [{**c, "right": c["value"] != "b"} for c in choices("a", "b", "c")]
    form = form_of(
        [
            {**question_of("single"), "choices": right, "points": 2},
            {**question_of("multiple"), "key": "m", "choices": several},
            {**question_of("text"), "key": "t", "right": "تهران"},
        ],
        quiz={"pass_percent": 75},
    )
    asks = read_definition(form)

    assert check_definition(form) == []
    assert asks.result({"q": "a", "m": ["a", "c"], "t": "تهران "}).percent == 100
    assert asks.result({"q": "a", "m": ["a"], "t": "شیراز"}).points == 2
    assert asks.result({"q": "a", "m": ["a", "c"]}).passed
    assert not asks.result({}).passed


def test_the_example_of_the_reference_may_be_published():
    page = (Path(__file__).parents[4] / "docs/reference/survey-definition.md").read_text("utf-8")
    form = json.loads(page.partition("```json")[2].partition("```")[0])

    assert check_definition(form) == []
    assert read_definition(form).way({"score": 9}).end == "happy"


def test_the_reference_names_every_kind():
    page = (Path(__file__).parents[4] / "docs/reference/survey-definition.md").read_text("utf-8")

    assert all(f"`{kind}`" in page for kind in Kind)
