"""The planner's arithmetic, against formulas.md's examples and the slice of metrics."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from hamdel.listen.invitations.worth import nps_spread, rate_of, worth
from hamdel.measure.metrics.sampling import plan


def test_the_example_everybody_knows():
    found = worth(600, 0.3)

    assert found.answers == 180
    assert round(found.margin) == 11
    assert round(found.answers_for_change, -1) == 3830


@pytest.mark.parametrize("invitations", [1, 40, 2_000])
@pytest.mark.parametrize("rate", [0.05, 0.4, 1])
def test_it_agrees_with_the_metrics(invitations, rate):
    ours = worth(invitations, rate, spread=nps_spread(0.35, 0.35), change=10)
    theirs = plan(invitations, rate, 10, 0.35, 0.35)

    assert ours.answers == theirs.answers
    assert ours.margin == (None if theirs.margin is None else pytest.approx(theirs.margin, rel=1e-5))
    assert ours.answers_for_change == theirs.answers_to_see_it


@pytest.mark.parametrize(("part", "n"), [(0, 5), (5, 5), (3, 40), (180, 600)])
def test_a_rate_has_the_interval_of_wilson(part, n):
    low, high = binomtest(part, n).proportion_ci(method="wilson")
    found = rate_of(part, n)

    assert (found.low, found.high) == (
        pytest.approx(100 * low, abs=1e-4),
        pytest.approx(100 * high, abs=1e-4),
    )


def test_nobody_asked_is_no_rate_and_not_nought():
    assert rate_of(0, 0).value is None
