from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from hamdel.ground.calendar.days import day_of
from hamdel.ground.calendar.periods import days, preset
from hamdel.measure.metrics.question import QuestionError, ask_for, buckets_of, parse
from hamdel.measure.metrics.registry import METRICS, find_metric
from hamdel.measure.metrics.sources import Cut
from hamdel.measure.metrics.tests.happenings import Place

NOW = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)
HERE = Place()
MONTH = preset("last_month", NOW)


def read(metric="nps", **given):
    return parse(metric, given, workspace=HERE, now=NOW)


def refusal(metric="nps", /, **given):
    with pytest.raises(QuestionError) as caught:
        read(metric, **given)
    assert str(caught.value.message)
    return caught.value.code


def test_no_parameters_mean_the_last_30_days():
    assert read().period == preset("last_30_days", NOW)
    assert (read().bucket, read().by, read().filters) == (None, None, ())


def test_period_is_read_in_either_calendar():
    jalali = read(**{"from": "۱۴۰۳/۰۵/۰۱", "to": "1403/05/31"})
    gregorian = read(**{"from": "2024-07-22", "to": "2024-08-21"})

    assert jalali.period == gregorian.period


def test_period_without_an_end_lasts_until_today():
    period = read(**{"from": "1405/08/01"}).period
    known = days(day_of(1405, 8, 1, "jalali"), date(2026, 11, 23))

    assert (period.start, period.end) == (known.start, known.end)


def test_by_takes_a_unit_a_group_or_both():
    assert (read(by="month").bucket, read(by="month").by) == ("month", None)
    assert (read(by="channel,week").bucket, read(by="channel,week").by) == ("week", "channel")
    assert read(by="property.city", bucket="day").by == "property:city"


def test_other_parameters_filter():
    question = read(
        **{"touchpoint": "delivery", "channel": ["sms", "web"], "property.late": "true", "survey": ""}
    )

    assert question.filters == (
        Cut("touchpoint", ("delivery",)),
        Cut("channel", ("sms", "web")),
        Cut("property:late", ("true",)),
    )


def test_calendar_and_scale_are_read():
    question = read("csat", calendar="gregorian", bucket="month", scale="1-۷", period="last_month")

    assert (question.scale, question.calendar) == ((1, 7), "gregorian")
    with translation.override("en"):
        assert [bucket.label for bucket in buckets_of(question, HERE.timezone)] == ["October 2026"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"from": "soon"}, "unreadable_day"),
        ({"from": "1403/13/01"}, "no_such_day"),
        ({"from": "1403/02/01", "to": "1403/01/01"}, "empty_period"),
        ({"from": "2024-01-01Tx"}, "unreadable_moment"),
        ({"to": "1403/01/01"}, "missing_from"),
        ({"period": "last_moon"}, "unknown_preset"),
        ({"by": "month,week"}, "too_many_groups"),
        ({"by": "channel,touchpoint"}, "too_many_groups"),
        ({"by": "customers"}, "unknown_dimension"),
        ({"by": "property:"}, "unknown_dimension"),
        ({"by": "topic"}, "unknown_dimension"),
        ({"bogus": "1"}, "unknown_dimension"),
        ({"calendar": "mayan"}, "unknown_calendar"),
        ({"scale": "five"}, "unreadable_scale"),
        ({"scale": "1-5"}, "wrong_scale"),
        ({"channel": ["x"] * 101}, "too_many_values"),
        ({"channel": "x" * 501}, "too_many_values"),
        ({"channel": "a\0b"}, "too_many_values"),
        ({"from": "1250/01/01", "to": "1403/01/01"}, "period_out_of_range"),
        ({"from": "2104-01-01", "to": "2105-06-01"}, "period_out_of_range"),
        ({f"property.{n}": "x" for n in range(11)}, "too_many_filters"),
    ],
)
def test_question_that_cannot_be_asked_says_why(given, code):
    assert refusal(**given) == code


def test_unknown_metric_is_refused():
    assert refusal("happiness") == "unknown_metric"


def test_unknown_unit_is_refused():
    with pytest.raises(QuestionError) as caught:
        ask_for("nps", MONTH, bucket="fortnight")

    assert caught.value.code == "unknown_unit"


def test_too_many_points_are_refused_when_cut():
    question = read(**{"from": "1990-01-01", "to": "2020-01-01", "by": "day"})

    with pytest.raises(QuestionError) as caught:
        buckets_of(question, HERE.timezone)

    assert caught.value.code == "too_many_buckets"


@given(
    st.dictionaries(
        st.sampled_from(
            ["from", "to", "period", "by", "bucket", "scale", "calendar", "channel", "property.x"]
        )
        | st.text(),
        st.text()
        | st.sampled_from(
            ["1403/01/01", "2024-01-01", "month", "week,channel", "1-5", "jalali", "last_5_days"]
        ),
        max_size=4,
    ),
    st.sampled_from(sorted(METRICS)),
)
def test_any_parameters_make_a_question_or_a_refusal(given_parameters, metric):
    try:
        outcome = parse(metric, given_parameters, workspace=HERE, now=NOW).metric.key
    except QuestionError as error:
        outcome = str(error.message)

    assert outcome


def test_short_names_lead_to_metrics():
    assert [find_metric(name).key for name in ("csat", "ces", "frt")] == [
        "csat_mean",
        "ces2",
        "first_response_open_median",
    ]
    assert find_metric("happiness") is None
