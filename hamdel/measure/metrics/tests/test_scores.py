import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hamdel.measure.metrics.scores import (
    interpolated,
    mean,
    nps,
    nps_value,
    nps_variance,
    quantile,
    share,
)

COUNTS = st.integers(0, 10_000)
TRIALS = 20_000


def test_four_answers_make_25():
    assert nps_value(2, 1, 1) == 25.0


def test_no_answers_are_no_value():
    assert nps_value(0, 0, 0) is None
    assert nps(0, 0, 0) is None
    assert share(0, 0) is None
    assert mean(0, 0, 0, (1, 5)) is None
    assert quantile([], 0.5) is None
    with pytest.raises(ValueError, match="No answers"):
        nps_variance(0, 0, 0)


def test_variance_is_that_of_answers_worth_plus_and_minus_100():
    answers = [100] * 50 + [0] * 30 + [-100] * 20

    assert nps_variance(50, 30, 20) == pytest.approx(np.var(answers) / 100)


def test_adjusted_interval_is_the_one_computed_by_hand():
    # 5¾ promoters, 1½ passives and ¾ detractor of 8: centre 62.5, variance 100²·(0.8125 − 0.625²)/8.
    estimate = nps(5, 0, 0)

    assert (estimate.value, estimate.high, estimate.n) == (100, 100, 5)
    assert estimate.low == pytest.approx(62.5 - 1.959964 * 100 * ((0.8125 - 0.390625) / 8) ** 0.5, abs=1e-4)


@given(COUNTS, COUNTS, COUNTS)
def test_nps_lies_in_its_interval_and_on_its_scale(promoters, passives, detractors):
    estimate = nps(promoters, passives, detractors)

    if estimate is not None:
        assert -100 <= estimate.low <= estimate.value <= estimate.high <= 100
        assert estimate.low < estimate.high


@given(COUNTS, COUNTS)
def test_wilson_agrees_with_scipy(part, rest):
    estimate = share(part, part + rest)

    if estimate is not None:
        known = stats.binomtest(part, part + rest).proportion_ci(method="wilson")
        assert estimate.low == pytest.approx(100 * known.low, abs=1e-9)
        assert estimate.high == pytest.approx(100 * known.high, abs=1e-9)


def test_mean_of_many_answers_has_the_plain_t_interval():
    answers = np.repeat([1, 2, 3, 4, 5], [300, 400, 900, 2400, 6000])
    known = stats.t.interval(0.95, len(answers) - 1, answers.mean(), stats.sem(answers))

    estimate = mean(len(answers), answers.sum(), (answers**2).sum(), (1, 5))

    assert estimate.value == pytest.approx(answers.mean())
    assert (estimate.low, estimate.high) == pytest.approx(known, abs=0.001)


def test_five_answers_all_alike_do_not_claim_to_be_exact():
    estimate = mean(5, 25, 125, (1, 5))

    assert (estimate.value, estimate.high) == (5, 5)
    assert estimate.low < 4


@given(st.lists(st.integers(1, 7), min_size=1, max_size=60))
def test_mean_lies_in_its_interval_and_on_its_scale(answers):
    estimate = mean(len(answers), sum(answers), sum(x * x for x in answers), (1, 7))

    assert 1 <= estimate.low <= estimate.value <= estimate.high <= 7


@given(st.lists(st.floats(0, 1e6), min_size=1), st.sampled_from([0.5, 0.9]))
def test_quantile_agrees_with_numpy(values, part):
    assert interpolated(sorted(values), part) == pytest.approx(np.quantile(values, part), rel=1e-9, abs=1e-9)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=200), st.sampled_from([0.5, 0.9]))
def test_quantile_lies_in_its_interval(values, part):
    estimate = quantile(values, part)

    if estimate.low is not None:
        assert estimate.low <= estimate.value <= estimate.high


# Simulations: the share of intervals that hold the truth. Seeded, so the same on every machine.

NPS_WORLDS = [
    (0.5, 0.2),
    (0.9, 0.02),
    (0.8, 0.05),
    (0.35, 0.35),
    (0.2, 0.6),
    (0.97, 0.01),
    (0.05, 0.9),
    (0.1, 0.1),
]


def nps_coverage(promoters, detractors, n, rng):
    truth = 100 * (promoters - detractors)
    counts = rng.multinomial(n, [promoters, 1 - promoters - detractors, detractors], size=TRIALS)
    unique, times = np.unique(counts, axis=0, return_counts=True)
    held = sum(
        count
        for row, count in zip(unique.tolist(), times, strict=True)
        if (found := nps(*row)).low <= truth <= found.high
    )
    return held / TRIALS


@pytest.mark.parametrize(("n", "least"), [(5, 0.91), (10, 0.93), (20, 0.93), (50, 0.93), (100, 0.93)])
def test_nps_interval_holds_the_truth(n, least):
    rng = np.random.default_rng(1403)

    # Five answers cannot show a score of 96: the docstring of `nps` says how far it falls short there.
    worlds = [world for world in NPS_WORLDS if n > 5 or world != (0.97, 0.01)]
    coverage = {world: nps_coverage(*world, n, rng) for world in worlds}

    assert {world: held for world, held in coverage.items() if held < least} == {}


MEAN_WORLDS = {
    "content": [2, 3, 5, 20, 70],
    "delighted": [1, 1, 2, 6, 90],
    "split": [40, 5, 5, 10, 40],
    "middling": [10, 20, 40, 20, 10],
    "angry": [60, 20, 10, 5, 5],
    "all or nothing": [10, 0, 0, 0, 90],
}


def mean_coverage(weights, n, rng):
    shares, scale = np.array(weights) / sum(weights), np.arange(1, 6)
    truth = float(shares @ scale)
    counts = rng.multinomial(n, shares, size=TRIALS)
    sums = np.stack([counts @ scale, counts @ scale**2], axis=1)
    unique, times = np.unique(sums, axis=0, return_counts=True)
    held = sum(
        count
        for (total, squares), count in zip(unique.tolist(), times, strict=True)
        if (found := mean(n, total, squares, (1, 5))).low - 1e-9 <= truth <= found.high + 1e-9
    )
    return held / TRIALS


@pytest.mark.parametrize("n", [5, 10, 20, 50, 200])
def test_interval_of_a_mean_holds_the_truth(n):
    rng = np.random.default_rng(1403)

    coverage = {world: mean_coverage(weights, n, rng) for world, weights in MEAN_WORLDS.items()}

    assert {world: held for world, held in coverage.items() if held < 0.93} == {}


@pytest.mark.parametrize(("part", "n"), [(0.5, 10), (0.5, 101), (0.9, 60), (0.9, 300)])
def test_interval_of_a_quantile_holds_the_truth(part, n):
    rng = np.random.default_rng(1403)
    truth = float(np.exp(stats.norm.ppf(part)))

    found = [quantile(row, part) for row in rng.lognormal(size=(4000, n)).tolist()]

    assert np.mean([estimate.low <= truth <= estimate.high for estimate in found]) >= 0.94
