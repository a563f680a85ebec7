"""Rules: read, written, said and true."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamdel.ground.rules import All, Any_, Is, Not, NotARule, as_json, holds, parse, sentence

values = st.one_of(st.integers(-1000, 1000), st.text(min_size=1, max_size=5), st.booleans())
comparisons = st.one_of(
    st.builds(Is, st.text(min_size=1, max_size=5), st.sampled_from(["=", "≠", "<", ">=", "contains"]), values),
    st.builds(Is, st.text(min_size=1, max_size=5), st.just("in"), st.lists(values, max_size=3)),
    st.builds(Is, st.text(min_size=1, max_size=5), st.sampled_from(["is set", "is not set"])),
)
rules = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds(All, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Any_, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=8,
)
facts = st.dictionaries(st.text(min_size=1, max_size=2), values | st.none(), max_size=4)


@given(rules)
def test_a_rule_is_read_back_as_it_was_written(rule):
    assert parse(as_json(rule)) == rule


@given(rules, facts)
def test_not_turns_every_rule_round(rule, fields):
    assert holds(Not(rule), fields) is not holds(rule, fields)


@given(rules)
def test_every_rule_can_be_said(rule):
    assert sentence(rule)


@pytest.mark.parametrize(
    ("rule", "fields", "expected"),
    [
        ({"field": "score", "operator": "<=", "value": 6}, {"score": 6}, True),
        ({"field": "score", "operator": "<=", "value": 6}, {"score": 7}, False),
        ({"field": "score", "operator": "<=", "value": 6}, {}, False),
        ({"field": "city", "operator": "=", "value": "كرج"}, {"city": "کرج"}, True),
        ({"field": "city", "operator": "is not set"}, {"city": ""}, True),
        ({"field": "city", "operator": "in", "value": ["تهران", "کرج"]}, {"city": "شیراز"}, False),
        ({"all": []}, {}, True),
        ({"any": []}, {}, False),
    ],
)
def test_a_rule_is_true_when_it_should_be(rule, fields, expected):
    assert holds(parse(rule), fields) is expected


@pytest.mark.parametrize(
    "form", [None, [], "x", {}, {"all": {}}, {"field": "a"}, {"field": "a", "operator": "~", "value": 1},
             {"field": "a", "operator": "in", "value": 1}, {"all": [], "any": []}],
)  # fmt: skip
def test_what_is_not_a_rule_is_refused_with_a_reason(form):
    with pytest.raises(NotARule, match=r"\w"):
        parse(form)
