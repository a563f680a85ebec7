import pytest
from scipy import stats

from hamdel.measure.metrics.student import normal_quantile, quantile_ranks, t_quantile


@pytest.mark.parametrize("freedom", [0.5, 1, 1.5, 2, 3, 4.5, 6, 10, 29, 30.5, 100, 1_000, 100_000])
@pytest.mark.parametrize("probability", [0.6, 0.9, 0.95, 0.975, 0.995])
def test_t_quantile_agrees_with_scipy(probability, freedom):
    assert t_quantile(probability, freedom) == pytest.approx(stats.t.ppf(probability, freedom), rel=1e-8)


def test_normal_quantile_is_the_familiar_one():
    assert normal_quantile(0.975) == pytest.approx(1.959964, abs=1e-6)


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_ranks_enclose_the_quantile_in_95_of_100_cases(share):
    sizes = [n for n in range(5, 3000) if quantile_ranks(n, share)]
    coverage = {}
    for n in sizes:
        low, high = quantile_ranks(n, share)
        # The quantile lies between two ordered values when low..high−1 values lie below it.
        coverage[n] = stats.binom.cdf(high - 1, n, share) - stats.binom.cdf(low - 1, n, share)

    assert min(coverage.values()) >= 0.95
    assert max(coverage[n] for n in sizes if n >= 500) < 0.97


def test_sample_too_small_has_no_ranks():
    assert quantile_ranks(5, 0.5) is None
    assert quantile_ranks(30, 0.9) is None
    assert quantile_ranks(60, 0.9) is not None
