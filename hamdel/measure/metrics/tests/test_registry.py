import pytest
from django.utils import translation

from hamdel.ground.calendar.days import Unit
from hamdel.measure.metrics.cells import QuantileCell
from hamdel.measure.metrics.registry import DIMENSIONS, METRICS, Interval, find_metric
from hamdel.measure.metrics.sources import Cut, composed
from hamdel.measure.metrics.student import quantile_ranks

EVERY = pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)


@EVERY
def test_metric_has_words_a_minimum_and_dimensions(metric):
    with translation.override("en"):
        assert str(metric.label)
        assert str(metric.rule).endswith(".")
    assert metric.minimum_sample >= 10
    assert metric.source.has("channel")
    assert metric.source.has("property:anything")
    assert not metric.source.has("customer_id")
    assert set(metric.source.dimensions) <= set(DIMENSIONS)


@EVERY
def test_smallest_judged_sample_has_an_interval(metric):
    if issubclass(metric.cell, QuantileCell):
        assert quantile_ranks(metric.minimum_sample, 0.9 if metric.key.endswith("p90") else 0.5)
    else:
        assert metric.interval is not Interval.ORDER


@EVERY
def test_words_of_a_question_are_bound_not_written(metric):
    poison = "property:'; DROP TABLE events --"

    sql, params = composed(
        metric.source,
        "",
        by=Cut(poison),
        filters=(Cut(poison, ("{x:String}",)), Cut("channel", ("a",))),
    )

    assert "DROP" not in sql
    assert "{x" not in sql
    assert params == {
        "name_0": "'; DROP TABLE events --",
        "values_0": ["{x:String}"],
        "name_1": "channel",
        "values_1": ["a"],
        "name_2": "'; DROP TABLE events --",
        "values_2": [],
    }


def test_units_of_time_are_no_dimensions():
    assert not set(Unit) & set(DIMENSIONS)


def test_short_names_are_unique():
    names = [name for metric in METRICS.values() for name in (metric.key, *metric.aliases)]

    assert len(names) == len(set(names))
    assert {find_metric(name).key for name in names} == set(METRICS)
