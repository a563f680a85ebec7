"""The builder: what is typed becomes the rule, a rule becomes the same fields again, and every button only submits."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from hamdel.ground.rules import (
    All,
    AnyOf,
    Did,
    DidNot,
    Field,
    Is,
    Kind,
    Not,
    Operator,
    Times,
    as_json,
    holds,
    parse,
)
from hamdel.ground.rules.building import EMPTY, Draft
from hamdel.ground.rules.tests import making

FIELDS = {
    "city": Field(Kind.TEXT, "city", "City", group="Person"),
    "visits": Field(Kind.NUMBER, "visits", "Visits"),
    "joined": Field(Kind.MOMENT, "joined", "Joined"),
    "vip": Field(Kind.BOOLEAN, "vip", "VIP"),
    "plan": Field(Kind.TEXT, "plan", "Plan", choices=(("gold", "Gold plan"), ("free", "Free plan"))),
}
EVENTS = ["Order Completed", "Order Delivered"]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def fields_of(draft):
    """Return what a browser would send of this builder."""
    posted = {}
    for node in draft.root.walk():
        posted[f"{node.path}.kind"] = node.kind
        posted |= {f"{node.path}.{name}": value for name, value in node.values.items()}
    return posted


def read(posted, **more):
    return Draft.read(posted, fields=FIELDS, events=EVENTS, **more)


def row(path="rule.0", field="city", operator="=", value="تهران", value2=""):
    return {
        "rule.kind": "all",
        f"{path}.kind": "is",
        f"{path}.field": field,
        f"{path}.operator": operator,
        f"{path}.value": value,
        f"{path}.value2": value2,
    }


leaves = st.one_of(
    st.builds(
        Is,
        st.just("city"),
        st.sampled_from([Operator.IS, Operator.CONTAINS]),
        st.sampled_from(["تهران", "Rey", "12"]),
    ),
    st.builds(Is, st.just("city"), st.just(Operator.IN), st.sampled_from([("a",), ("تهران", "کرج")])),
    st.builds(Is, st.just("visits"), st.sampled_from(making.ORDERED), st.integers(-5, 5) | st.just(2.5)),
    st.builds(
        Is, st.just("visits"), st.just(Operator.BETWEEN), st.tuples(st.integers(0, 2), st.integers(2, 5))
    ),
    st.builds(
        Is, st.just("joined"), st.sampled_from(making.ORDERED), st.sampled_from(["2024-02-29", "2026-10-31"])
    ),
    st.builds(Is, st.just("vip"), st.just(Operator.IS), st.booleans()),
    st.builds(Is, st.sampled_from(["city", "vip"]), st.sampled_from([Operator.SET, Operator.UNSET])),
    st.builds(
        Did,
        making.names,
        st.none() | st.builds(Is, st.just("total"), st.sampled_from(making.ORDERED), st.integers(0, 9)),
        making.times,
        making.withins,
    ),
    st.builds(DidNot, making.names, st.none(), making.withins),
)


@settings(max_examples=300, deadline=None)
@given(making.combined(leaves), making.people)
def test_a_rule_comes_back_from_the_page_with_the_same_meaning(rule, person):
    values, events = person

    draft = read(fields_of(Draft.of(as_json(rule), fields=FIELDS)))

    again = parse(draft.rule, fields=FIELDS)
    assert holds(again, values, events=events, now=making.NOW) is holds(
        rule, values, events=events, now=making.NOW
    )


@given(making.rules)
@settings(max_examples=150, deadline=None)
def test_every_rule_can_be_shown(rule):
    draft = Draft.of(as_json(rule), fields=making.FIELDS)

    assert draft.root.is_group
    assert Draft.read(fields_of(draft), fields=making.FIELDS).root.kind == draft.root.kind
    assert isinstance(draft.sentence, str)


def test_nothing_posted_is_an_empty_rule():
    draft = read({})

    assert draft.is_empty
    assert draft.is_valid()
    assert draft.rule == EMPTY
    assert draft.sentence == ""
    assert not draft.is_being_built


def test_buttons_add_and_remove_and_keep_what_was_typed():
    posted = row()

    one = read({**posted, "rule.do": "add-did rule"})
    two = read({**fields_of(one), "rule.do": "add-group rule"})
    three = read({**fields_of(two), "rule.do": "where rule.1"})
    four = read({**fields_of(three), "rule.do": "remove rule.0"})

    assert all(draft.is_being_built for draft in (one, two, three, four))
    assert [part.kind for part in two.root.parts] == ["is", "did", "any"]
    assert two.root.parts[0].values["value"] == "تهران"
    assert three.root.parts[1].where.parts[0].in_event
    assert [(part.kind, part.path) for part in four.root.parts] == [("did", "rule.0"), ("any", "rule.1")]
    assert four.root.parts[0].where.parts[0].path == "rule.0.where.0"


@pytest.mark.parametrize(
    ("field", "operator", "value", "expected"),
    [
        ("visits", ">", "۱٬۲۰۰", 1200),
        ("visits", ">", "2.5", 2.5),
        ("joined", "<", "۱۴۰۳/۰۵/۱۲", "2024-08-02"),
        ("joined", "<", "2024-08-02", "2024-08-02"),
        ("vip", "=", "true", True),
        ("city", "in", "تهران، کرج, ری", ["تهران", "کرج", "ری"]),
        ("city", "=", "  تهران ", "تهران"),
    ],
)
def test_values_become_what_their_field_is(field, operator, value, expected):
    draft = read(row(field=field, operator=operator, value=value))

    assert draft.rule == {"all": [{"field": field, "operator": operator, "value": expected}]}


@pytest.mark.parametrize(
    ("field", "operator", "value", "message"),
    [
        ("", "=", "x", "Choose what to compare."),
        ("nowhere", "=", "x", "Choose what to compare."),
        ("city", "=", " ", "Fill in what to compare with."),
        ("visits", ">", "many", "Here belongs a number."),
        ("joined", "<", "soon", "Here belongs a day."),
        ("joined", "<", "1403/13/40", "There is no such day."),
    ],
)
def test_what_is_missing_is_said_beside_its_condition(field, operator, value, message):
    draft = read(row(field=field, operator=operator, value=value))

    assert not draft.is_valid()
    assert draft.root.parts[0].error == message
    assert draft.problem == "One of the conditions is not complete."
    with pytest.raises(ValueError, match="not complete"):
        _ = draft.rule


def test_what_is_complete_is_said_while_the_rest_is_not():
    posted = {
        **row(field="plan", value="gold"),
        **row("rule.1", field="visits", value=""),
        "rule.do": "look rule",
    }

    draft = read(posted)

    assert draft.sentence == "Plan is “Gold plan”"
    assert draft.is_incomplete
    assert [part.error for part in draft.root.parts] == ["", ""]


def test_the_sentence_is_in_the_readers_language_and_calendar():
    draft = read(row(field="joined", operator="<", value="1403/05/12"))

    assert draft.sentence == "Joined is less than 2 Aug 2024"
    with translation.override("fa"):
        assert "۱۲ مرداد ۱۴۰۳" in draft.sentence


def test_an_event_inside_an_event_and_what_is_nested_too_deep_are_left_out():
    posted = {"rule.kind": "all", "rule.0.kind": "did", "rule.0.event": "A", "rule.0.where.kind": "did"}
    path = "rule"
    for _n in range(40):
        posted[f"{path}.kind"] = "all"
        path += ".1" if path == "rule" else ".0"

    draft = read(posted)

    assert draft.root.parts[0].where is None
    assert sum(1 for _node in draft.root.walk()) < 25
    assert draft.is_valid()


def test_groups_say_what_they_mean():
    one, two = Is("city", Operator.IS, "a"), Is("visits", Operator.ABOVE, 3)

    kinds = [
        Draft.of(as_json(rule), fields=FIELDS).root.kind
        for rule in (
            All((one, two)),
            AnyOf((one, two)),
            Not(AnyOf((one, two))),
            Not(All((one, two))),
            Not(one),
            one,
        )
    ]

    assert kinds == ["all", "any", "none", "not_all", "none", "all"]


def test_how_often_and_when():
    rule = as_json(Did("Order Completed", None, Times(), None))
    posted = fields_of(Draft.of({"all": [rule]}, fields=FIELDS, events=EVENTS))
    posted |= {"rule.0.bound": "at most", "rule.0.count": "۳", "rule.0.unit": "days", "rule.0.amount": "۹۰"}

    assert read(posted).rule == {
        "all": [{"did": "Order Completed", "times": {"at most": 3}, "within": {"days": 90}}]
    }
    assert read({**posted, "rule.0.bound": "never"}).rule == {
        "all": [{"did not": "Order Completed", "within": {"days": 90}}]
    }
    assert read({**posted, "rule.0.amount": "0"}).root.parts[0].error == ""
    assert not read({**posted, "rule.0.amount": "0"}).is_valid()


def test_a_comparison_the_new_field_does_not_know_gives_way():
    changed = row(field="city", operator="≤", value="2") | {"rule.do": "look"}

    draft = read(changed)

    assert draft.root.parts[0].values["operator"] == "="
    assert (
        read(row(field="visits", operator="≤", value="2") | {"rule.do": "look"})
        .root.parts[0]
        .values["operator"]
        == "≤"
    )
