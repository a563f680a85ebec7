"""Figures checked by hand, against scipy, and by simulation; versions; where people leave."""

from __future__ import annotations

import random
from collections import Counter
from statistics import mean, median

import pytest
from django.utils import translation
from django.utils.timezone import now
from scipy import stats

from hamdel.ground.rules import holds, parse
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.results.choosing import Selection
from hamdel.listen.results.counting import Counted, counted, size_of
from hamdel.listen.results.crossing import chi_square, chi_square_tail
from hamdel.listen.results.page import in_buckets, results_of, selection_of
from hamdel.listen.results.tallies import histogram, mean_of, median_of, options, ranking
from hamdel.listen.results.versions import combined, versions_of
from hamdel.listen.surveys.actions import publish_survey
from hamdel.listen.surveys.definition.form import parts_of
from hamdel.listen.surveys.tests.forms import choices, form_of, question_of, said

SINGLE = {**question_of("single"), "key": "q", "choices": choices("a", "b")}


def test_mean_and_median_are_those_of_the_statisticians():
    chance = random.Random(3)
    for n in (2, 3, 10, 101):
        numbers = [chance.randint(1, 60) for _n in range(n)]
        found, middle = mean_of(Counter(numbers)), median_of(Counter(numbers))
        low, high = stats.t.interval(0.95, n - 1, loc=mean(numbers), scale=stats.sem(numbers))

        assert (found.value, found.n) == (pytest.approx(mean(numbers)), n)
        assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
        assert middle.value == median(numbers)


def test_one_number_has_no_interval_and_none_no_mean():
    assert (mean_of({7: 1}).value, mean_of({7: 1}).low) == (7, None)
    assert mean_of({}) is None
    assert median_of({}) is None


def test_the_interval_of_a_mean_holds_the_truth_in_95_of_100_cases():
    chance = random.Random(11)
    for n in (10, 40):
        held = 0
        for _time in range(1500):
            found = mean_of(Counter(chance.randint(0, 100) for _n in range(n)))
            held += found.low <= 50 <= found.high
        assert 0.93 <= held / 1500 <= 0.97


def test_bins_are_round_and_hold_everything():
    bins = histogram(Counter({0: 3, 17: 2, 99: 1, 100: 4}))

    assert sum(one.n for one in bins) == 10
    assert (bins[0].start, bins[0].end, bins[0].n) == (0, 10, 3)
    assert [one.n for one in histogram(Counter({1: 2, 3: 1}))] == [2, 0, 1]


@pytest.mark.parametrize("table", [[[18, 2], [5, 15]], [[30, 40, 50], [32, 41, 44]], [[10, 20], [20, 40]]])
def test_chi_square_is_scipys(table):
    expected = stats.chi2_contingency(table, correction=False)

    chi, p = chi_square(table)

    assert (chi, p) == (pytest.approx(expected.statistic), pytest.approx(expected.pvalue))


@pytest.mark.parametrize(("chi", "freedom"), [(0.1, 1), (3.84, 1), (25, 4), (7, 12), (80, 30)])
def test_its_tail_is_scipys(chi, freedom):
    assert chi_square_tail(chi, freedom) == pytest.approx(stats.chi2.sf(chi, freedom), rel=1e-9)


def test_too_few_expected_are_not_tested():
    assert chi_square([[1, 2], [2, 1]]) == (None, None)
    assert chi_square([[50, 50], [0, 0]]) == (None, None)


@pytest.mark.django_db
def test_choices_are_counted_with_wilson_intervals(ask, answered, cast):
    survey = ask(SINGLE)
    answered(survey, *[{"q": "a"}] * 3, {"q": "b"}, {"q": "other", "q.other": "x"})

    with inside(cast.cafe):
        found = counted(Selection(survey), combined(versions_of(survey), survey))["q"]
        rows = {one.value: one for one in options(found)}

    assert {value: one.n for value, one in rows.items()} == {"a": 3, "b": 1, "other": 1}
    assert (found.n, found.others) == (5, 1)
    # Wilson 1927 for 3 of 5.
    assert (rows["a"].share.low, rows["a"].share.high) == (
        pytest.approx(23.07, abs=0.01),
        pytest.approx(88.24, abs=0.01),
    )


@pytest.mark.django_db
def test_rankings_are_mean_places(ask, answered, cast):
    survey = ask({**question_of("ranking"), "key": "q", "choices": choices("a", "b", "c")})
    answered(survey, {"q": ["a", "b", "c"]}, {"q": ["a", "c", "b"]}, {"q": ["b", "a", "c"]})

    with inside(cast.cafe):
        found: Counted = counted(Selection(survey), combined(versions_of(survey), survey))["q"]

    assert [(one.value, round(one.place.value, 3), one.firsts) for one in ranking(found)] == [
        ("a", 1.333, 2), ("b", 2, 1), ("c", 2.667, 0),
    ]  # fmt: skip


@pytest.mark.django_db
def test_versions_count_together_while_choices_are_the_same(ask, answered, cast):
    survey = ask(SINGLE, {**question_of("slider"), "key": "s"})
    answered(survey, {"q": "a", "s": 10})
    with inside(cast.cafe):
        reworded = {**SINGLE, "text": {"fa": "به بیان دیگر"}}
        survey.draft = form_of([reworded, {**question_of("slider"), "key": "s", "high": 50}])
        survey.save()
        publish_survey(survey, by=cast.owner, at=now())
    answered(survey, {"q": "b", "s": 20})

    with inside(cast.cafe):
        found = counted(Selection(survey), combined(versions_of(survey), survey))

    assert (found["q"].n, found["q"].asked.apart) == (2, ())
    assert (found["s"].n, found["s"].asked.apart) == (1, (1,))


RULES = [
    {"field": "q", "operator": "=", "value": "A"},
    {"field": "q", "operator": "≠", "value": "a"},
    {"field": "q.other", "operator": "contains", "value": "كتاب"},
    {"field": "m.x", "operator": "=", "value": True},
    {"not": {"field": "m.x", "operator": "=", "value": True}},
    {"field": "s", "operator": "between", "value": [3, 8]},
    {"field": "s", "operator": "is not set"},
    {
        "any": [
            {"field": "s", "operator": ">", "value": 8},
            {"field": "language", "operator": "=", "value": "en"},
        ]
    },
]


@pytest.mark.django_db
@pytest.mark.parametrize("form", RULES)
def test_a_rule_finds_whom_it_holds_for(form, ask, answered, cast):
    survey = ask(
        SINGLE,
        {**question_of("multiple"), "key": "m", "choices": choices("x", "y")},
        {**question_of("score"), "key": "s"},
    )
    given = [
        {"q": "a", "m": ["x"], "s": 3},
        {"q": "other", "q.other": "کتاب‌ها", "m": ["y"]},
        {"m": ["none"], "s": 9},
        {"q": "b", "s": 8, "m": ["x", "y"]},
    ]
    answered(survey, *given)
    answered(survey, {"s": 0}, language="en")
    rule = parse(form)

    with inside(cast.cafe):
        found = size_of(Selection(survey, rule=rule)).n
    expected = 0
    for answers, language in [*((one, "fa") for one in given), ({"s": 0}, "en")]:
        facts = {**answers, "language": language}
        for key, value in answers.items():
            facts |= parts_of(key, value)
        expected += holds(rule, facts)

    assert found == expected


@pytest.mark.django_db
def test_points_of_a_quiz(ask, answered, cast):
    right = [{**one, "right": one["value"] == "a"} for one in choices("a", "b")]
    survey = ask(
        {**question_of("single"), "key": "q", "choices": right, "other": None},
        quiz={"pass_percent": 60, "feedback": "end"},
    )
    answered(survey, *[{"q": "a"}] * 3, {"q": "b"})

    with inside(cast.cafe):
        selection = selection_of(survey, {}, "en", at=now())
        found = dict(results_of(survey, selection, "en").quiz)

    assert len(found) == 3
    assert list(found.values())[1].startswith("۷۵")
    assert list(found.values())[2].startswith("۴")
    # 3 of 4 had the one point, and no interval leaves the scale.
    assert "−" not in next(iter(found.values()))


@pytest.mark.django_db
def test_points_of_a_quiz_are_of_what_was_offered(ask, answered, cast):
    used = {"key": "used", "kind": "multiple", "text": said("Used"), "choices": choices("a", "b")}
    right = [
        {**one, "right": True, "shown_if": {"field": f"used.{one['value']}", "operator": "=", "value": True}}
        for one in choices("a", "b")
    ]
    marked = {**question_of("multiple"), "choices": right, "none": None, "most": None}
    survey = ask(pages=form_of([used], [marked])["pages"], quiz={"pass_percent": 60, "feedback": "end"})
    answered(survey, {"used": ["a"], "q": ["a"]}, {"used": ["a", "b"], "q": ["a"]})

    with inside(cast.cafe):
        found = dict(results_of(survey, selection_of(survey, {}, "en", at=now()), "en").quiz)

    # Whoever used one of them could choose no other.
    assert list(found.values())[1].startswith("۵۰")


def test_a_rule_that_any_of_two_fulfil_chooses_among_finished_responses_of_this_survey(ask, answered, cast):
    survey, other = ask(SINGLE), ask(SINGLE)
    answered(survey, {"q": "a"}, {"q": "b"})
    answered(survey, {"q": "b"}, is_finished=False)
    answered(other, {"q": "b"})
    rule = '{"any":[{"field":"q","operator":"=","value":"a"},{"field":"q","operator":"=","value":"b"}]}'

    with inside(cast.cafe):
        found = size_of(selection_of(survey, {"rule": rule}, "en", at=now()))

    assert found.n == 2


@pytest.mark.parametrize(
    ("query", "first"),
    [({}, "Shahrivar 1405"), ({"from": "1405/06/10", "to": "1406/01/15"}, "10–31 Shahrivar 1405")],
)
def test_a_month_that_was_cut_off_by_choice_is_called_by_its_days(ask, cast, query, first):
    survey = ask(SINGLE)
    with inside(cast.cafe), translation.override("en"):
        selection = selection_of(survey, query, "en", at=now())
        found = in_buckets([("2026-09-05", 2), ("2027-04-01", 1)], selection)

    assert found[0] == (first, 2)
    assert sum(n for _label, n in found) == 3
