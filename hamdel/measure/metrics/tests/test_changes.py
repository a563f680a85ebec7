import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamdel.measure.metrics.changes import Direction, Verdict, change
from hamdel.measure.metrics.scores import mean, nps, nps_variance, quantile, share
from hamdel.measure.metrics.student import t_quantile

TRIALS = 10_000
# Three standard errors of the simulation itself.
SLACK = 0.0065


def test_clear_rise_is_up_and_better():
    seen = change(nps(700, 200, 100), nps(400, 300, 300))

    assert (seen.verdict, seen.better, seen.difference) == (Verdict.UP, True, 50)
    assert seen.low < 50 < seen.high


def test_less_effort_is_down_and_better():
    now, before = mean(500, 1000, 2400, (1, 5)), mean(500, 1500, 5000, (1, 5))

    seen = change(now, before, direction=Direction.LOWER)

    assert (seen.verdict, seen.better) == (Verdict.DOWN, True)


def test_small_difference_is_no_evidence():
    seen = change(nps(52, 28, 20), nps(50, 30, 20))

    assert (seen.verdict, seen.better) == (Verdict.NO_EVIDENCE, None)
    assert seen.low < 0 < seen.high


@pytest.mark.parametrize(
    ("now", "before"),
    [(None, nps(5, 3, 2)), (nps(5, 3, 2), None), (None, None), (nps(900, 0, 0), nps(0, 0, 9))],
)
def test_too_few_answers_are_not_judged(now, before):
    assert change(now, before, minimum=10).verdict is Verdict.TOO_FEW


def test_estimate_without_interval_is_not_judged():
    assert change(quantile([1, 2, 3], 0.5), quantile([7, 8, 9], 0.5)).verdict is Verdict.TOO_FEW


def test_for_many_answers_it_is_the_z_test():
    now, before = (5000, 3000, 2000), (4800, 3100, 2100)

    seen = change(nps(*now), nps(*before))

    reach = 1.959964 * (nps_variance(*now) + nps_variance(*before)) ** 0.5
    assert (seen.low, seen.high) == pytest.approx((3 - reach, 3 + reach), abs=0.02)


def test_for_shares_it_is_the_interval_of_newcombe():
    # Newcombe 1998, example (a): 56/70 against 48/80 gives 0.0524 to 0.3339.
    seen = change(share(56, 70), share(48, 80))

    wider = t_quantile(0.975, 69) / 1.959964
    unwidened = [20 + (edge - 20) / wider for edge in (seen.low, seen.high)]
    assert unwidened == pytest.approx([5.24, 33.39], abs=0.01)


@given(st.integers(1, 500), st.integers(0, 500), st.integers(0, 500), st.integers(1, 500))
def test_change_mirrors_when_periods_are_swapped(promoters, passives, detractors, others):
    one, other = nps(promoters, passives, detractors), nps(others, passives, promoters)
    there, back = change(one, other), change(other, one)

    assert there.difference == -back.difference
    assert (there.verdict is Verdict.UP) == (back.verdict is Verdict.DOWN)


def false_alarms(draw, rng):
    """The share of pairs from one and the same world that are called a change."""
    pairs = zip(draw(rng), draw(rng), strict=True)
    verdicts = [change(one, other).verdict for one, other in pairs]
    return 1 - verdicts.count(Verdict.NO_EVIDENCE) / len(verdicts)


@pytest.mark.parametrize("n", [10, 30, 100, 400])
@pytest.mark.parametrize("world", [(0.5, 0.3, 0.2), (0.9, 0.08, 0.02), (0.35, 0.3, 0.35), (0.1, 0.1, 0.8)])
def test_same_world_twice_rarely_looks_like_a_change_of_nps(world, n):
    def draw(rng):
        return [nps(*row) for row in rng.multinomial(n, world, size=TRIALS).tolist()]

    assert false_alarms(draw, np.random.default_rng(7)) <= 0.05 + SLACK


@pytest.mark.parametrize("n", [10, 30, 100, 400])
@pytest.mark.parametrize("world", [[2, 3, 5, 20, 70], [40, 5, 5, 10, 40], [10, 20, 40, 20, 10]])
def test_same_world_twice_rarely_looks_like_a_change_of_mean(world, n):
    shares, scale = np.array(world) / 100, np.arange(1, 6)

    def draw(rng):
        counts = rng.multinomial(n, shares, size=TRIALS)
        sums = zip((counts @ scale).tolist(), (counts @ scale**2).tolist(), strict=True)
        return [mean(n, total, squares, (1, 5)) for total, squares in sums]

    assert false_alarms(draw, np.random.default_rng(7)) <= 0.05 + SLACK


@pytest.mark.parametrize("part", [0.5, 0.9])
def test_same_world_twice_rarely_looks_like_a_change_of_quantile(part):
    def draw(rng):
        return [quantile(row, part) for row in rng.lognormal(size=(2000, 100)).tolist()]

    assert false_alarms(draw, np.random.default_rng(7)) <= 0.05


def test_real_change_is_seen_with_the_promised_power():
    rng = np.random.default_rng(7)
    before = rng.multinomial(958, [0.5, 0.3, 0.2], size=2000).tolist()
    now = rng.multinomial(958, [0.55, 0.3, 0.15], size=2000).tolist()

    seen = [change(nps(*one), nps(*other)).verdict for one, other in zip(now, before, strict=True)]

    assert seen.count(Verdict.UP) / len(seen) >= 0.8
