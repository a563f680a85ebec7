"""Rules: read, written, said and true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given

from hamdel.ground.rules import (
    AnyOf,
    Did,
    Field,
    Is,
    Kind,
    Not,
    NotARule,
    Operator,
    Within,
    as_json,
    holds,
    parse,
    sentence,
)
from hamdel.ground.rules.tests.making import FIELDS, NOW, Event, people, rules

CITY = {"city": Field(Kind.TEXT, "city", "City")}


@given(rules)
def test_a_rule_is_read_back_as_it_was_written(rule):
    assert parse(as_json(rule), fields=FIELDS) == rule


@given(rules, people)
def test_not_turns_every_rule_round(rule, person):
    values, events = person

    assert holds(Not(rule), values, events=events, now=NOW) is not holds(rule, values, events=events, now=NOW)


@pytest.mark.parametrize("language", ["fa", "en"])
@given(rule=rules)
def test_every_rule_can_be_said(rule, language):
    with translation.override(language):
        assert sentence(rule, FIELDS)


@pytest.mark.parametrize(
    ("rule", "fields", "expected"),
    [
        ({"field": "score", "operator": "<=", "value": 6}, {"score": 6}, True),
        ({"field": "score", "operator": "≤", "value": 6}, {"score": 7}, False),
        ({"field": "score", "operator": "<=", "value": 6}, {"score": "۵"}, True),
        ({"field": "score", "operator": "<=", "value": 6}, {}, False),
        ({"field": "score", "operator": "≠", "value": 6}, {}, False),
        ({"field": "score", "operator": "between", "value": [6, 8]}, {"score": 8}, True),
        ({"field": "city", "operator": "=", "value": "كرج"}, {"city": "کرج"}, True),
        ({"field": "city", "operator": "contains", "value": "می‌خواهم"}, {"city": "نمیخواهم"}, True),
        ({"field": "city", "operator": "starts with", "value": "TEH"}, {"city": "tehran"}, True),
        ({"field": "city", "operator": "is not set"}, {"city": ""}, True),
        ({"field": "city", "operator": "in", "value": ["تهران", "کرج"]}, {"city": "شیراز"}, False),
        ({"field": "late", "operator": "=", "value": True}, {"late": "true"}, True),
        ({"field": "born", "operator": "<", "value": "1990-01-01"}, {"born": "1989-12-31T23:59:59Z"}, True),
        ({"field": "born", "operator": "<", "value": "1990-01-01"}, {"born": "1990-02-30"}, False),
        ({"all": []}, {}, True),
        ({"any": []}, {}, False),
    ],
)
def test_a_rule_is_true_when_it_should_be(rule, fields, expected):
    assert holds(parse(rule), fields) is expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"did": "Order Completed"}, True),
        ({"did": "Order Completed", "times": {"at least": 3}}, False),
        ({"did": "Order Completed", "times": {"exactly": 2}}, True),
        ({"did": "Order Completed", "times": {"at most": 1}}, False),
        ({"did": "Order Completed", "within": {"days": 10}, "times": {"exactly": 1}}, True),
        ({"did": "Order Completed", "where": {"field": "total", "operator": ">", "value": 100}}, True),
        ({"did": "Order Completed", "where": {"field": "total", "operator": ">", "value": 500}}, False),
        ({"did": "Order Completed", "where": {"field": "channel", "operator": "=", "value": "web"}}, True),
        ({"did not": "Order Completed", "within": {"hours": 1}}, True),
        ({"did not": "Order Refunded"}, True),
        ({"did": "Order Refunded", "times": {"at most": 0}}, True),
    ],
)
def test_what_a_customer_did_is_counted(rule, expected):
    events = [
        Event("Order Completed", NOW - timedelta(days=40), properties={"total": 90}),
        Event("Order Completed", NOW - timedelta(days=3), channel="web", properties={"total": 250}),
        Event("Order Delivered", NOW - timedelta(days=1)),
    ]

    assert holds(parse(rule), {}, events=events, now=NOW) is expected


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        (None, "A rule is an object"),
        ([], "A rule is an object"),
        ({}, "one of all, any, not"),
        ({"all": {}}, "^all: Here belongs a list"),
        ({"all": [], "any": []}, "“any” does not belong here"),
        ({"field": "city"}, "^operator: Here belongs one of"),
        ({"field": "city", "operator": "~", "value": 1}, "^operator: Here belongs one of"),
        ({"field": "city", "operator": "in", "value": 1}, "takes a list"),
        ({"field": "city", "operator": "=", "value": 1}, "^value: Here belongs a text"),
        ({"field": "city", "operator": "=", "value": "\ud800"}, "^value: Here belongs a text"),
        ({"field": "city", "operator": "<", "value": "a"}, "“<” does not fit a text"),
        ({"field": "city", "operator": "is set", "value": "a"}, "takes no value"),
        (
            {"all": [{"not": {"field": "town", "operator": "is set"}}]},
            r"^all\[0\]\.not\.field: There is no field “town”",
        ),
        ({"did": ""}, "^did: Here belongs the name of an event"),
        ({"did": "A", "times": {"at least": -1}}, "^times: Write how often"),
        ({"did": "A", "within": {"years": 1}}, "^within: Write a span"),
        ({"did not": "A", "times": {"exactly": 2}}, "“times” does not belong here"),
        ({"did": "A", "where": {"did": "B"}}, "^where: Inside “where”"),
    ],
)
def test_what_is_not_a_rule_is_refused_with_the_place_and_the_reason(form, reason):
    with translation.override("en"), pytest.raises(NotARule, match=reason):
        parse(form, fields=CITY)


def test_a_rule_nested_without_end_is_refused():
    form = {"all": []}
    for _ in range(1_000):
        form = {"not": form}

    with translation.override("en"), pytest.raises(NotARule, match="at most 20 deep"):
        parse(form)


def test_looking_back_in_time_needs_to_know_what_time_it_is():
    with pytest.raises(ValueError, match="now"):
        holds(Did("A", within=Within(1)), {}, events=[Event("A", datetime(2026, 1, 1, tzinfo=UTC))])


def test_a_rule_is_a_sentence_in_both_languages():
    rule = parse(
        {
            "all": [
                {"field": "city", "operator": "in", "value": ["تهران", "کرج"]},
                {
                    "did": "Order Completed",
                    "times": {"at least": 2},
                    "within": {"days": 90},
                    "where": {"field": "total", "operator": ">", "value": 1_000_000},
                },
            ]
        }
    )

    with translation.override("en"):
        assert sentence(rule, CITY) == (
            "City is one of “تهران”, “کرج” and (did “Order Completed” at least 2 times in the last 90 days,"
            " where total is more than 1,000,000)"
        )
    with translation.override("fa"):
        assert sentence(rule, {"city": Field(Kind.TEXT, "city", "شهر")}) == (
            "شهر یکی از «تهران»، «کرج» است و (دست‌کم ۲ بار «Order Completed» داشته، در ۹۰ روز گذشته،"
            " با این شرط که total بیشتر از ۱٬۰۰۰٬۰۰۰ است)"
        )


def test_brackets_keep_or_inside_and_apart():
    either = AnyOf((Is("city", Operator.IS, "قم"), Is("city", Operator.UNSET)))

    with translation.override("en"):
        said = sentence(parse({"all": [as_json(either), {"field": "city", "operator": "is set"}]}), CITY)

    assert said == "(City is “قم” or City is not known) and City is known"
