from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamdel.ground.calendar.days import DAY, Unit, day_of, first_day, local_day, next_first_day
from hamdel.ground.calendar.periods import (
    PRESETS,
    Period,
    PeriodError,
    bucket_of,
    buckets,
    days,
    month_of,
    parse_day,
    parse_period,
    preset,
    previous,
    year_before,
)
from hamdel.ground.calendar.words import format_day_number, format_unit

TEHRAN = "Asia/Tehran"
NOW = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)  # 2 Azar 1405, 23:35 in Tehran
MOMENTS = st.datetimes(datetime(2017, 1, 1), datetime(2025, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def local_days(period):
    """The first and the last local day of a period."""
    return local_day(period.start, TEHRAN), local_day(period.end - timedelta(microseconds=1), TEHRAN)


def test_period_keeps_utc_and_refuses_to_run_backwards():
    period = Period(datetime.fromisoformat("2024-08-02T00:00:00+03:30"), datetime(2024, 8, 3, tzinfo=UTC))

    assert period.start == datetime(2024, 8, 1, 20, 30, tzinfo=UTC)
    assert period.start.tzinfo is UTC
    with pytest.raises(PeriodError, match="before it begins"):
        Period(period.end, period.start)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", (1405, 9, 2), (1405, 9, 2)),
        ("yesterday", (1405, 9, 1), (1405, 9, 1)),
        ("last_7_days", (1405, 8, 26), (1405, 9, 2)),
        ("this_week", (1405, 8, 30), (1405, 9, 2)),
        ("this_month", (1405, 9, 1), (1405, 9, 2)),
        ("last_month", (1405, 8, 1), (1405, 8, 30)),
        ("this_quarter", (1405, 7, 1), (1405, 9, 2)),
        ("last_quarter", (1405, 4, 1), (1405, 6, 31)),
        ("this_year", (1405, 1, 1), (1405, 9, 2)),
        ("last_year", (1404, 1, 1), (1404, 12, 29)),
    ],
)
def test_preset_means_whole_jalali_days(name, first, last):
    period = preset(name, NOW)

    assert local_days(period) == (day_of(*first, "jalali"), day_of(*last, "jalali"))


def test_preset_follows_the_gregorian_calendar_too():
    assert local_days(preset("last_quarter", NOW, "gregorian")) == (date(2026, 7, 1), date(2026, 9, 30))
    assert preset("last_quarter", NOW, "gregorian", TEHRAN, "en").label == "Q3 2026"


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_a_label_and_one_of_now_or_before(name):
    period = preset(name, NOW)

    assert period.label
    assert period.start <= NOW


@pytest.mark.parametrize("name", ["last_moon", "last_0_days", "last_99999_days", "this", ""])
def test_unknown_preset_is_refused(name):
    with pytest.raises(PeriodError) as refusal:
        preset(name, NOW)

    assert refusal.value.code == "unknown_preset"


@given(MOMENTS, st.integers(1, 900), st.sampled_from(list(Unit)), st.sampled_from(["jalali", "gregorian"]))
def test_buckets_tile_their_period(start, hours, unit, calendar):
    period = Period(start, start + timedelta(hours=hours))
    cut = buckets(period, unit, calendar, TEHRAN)

    assert cut[0].start == period.start
    assert cut[-1].end == period.end
    assert all(one.end == following.start for one, following in pairwise(cut))


@given(MOMENTS, st.sampled_from(list(Unit)))
def test_moment_falls_into_the_bucket_named_after_its_day(moment, unit):
    first = first_day(local_day(moment, TEHRAN), unit, "jalali")
    following = next_first_day(first, unit, "jalali")
    before = first_day(first - DAY, unit, "jalali")
    period = days(before, next_first_day(following, unit, "jalali") - DAY)

    cut = buckets(period, unit, "jalali", TEHRAN, "en")

    assert len(cut) == 3
    assert bucket_of(moment, cut) is cut[1]
    assert cut[1].label == format_unit(first, unit, "en", "jalali")


def test_day_buckets_are_23_and_25_hours_long_when_clocks_change():
    spring = buckets(days(date(2022, 3, 21), date(2022, 3, 23)), "day")
    autumn = buckets(days(date(2022, 9, 20), date(2022, 9, 22)), "day")

    assert [bucket.length / timedelta(hours=1) for bucket in spring] == [24, 23, 24]
    assert [bucket.length / timedelta(hours=1) for bucket in autumn] == [24, 25, 24]


def test_month_buckets_across_nowruz_carry_their_names():
    period = days(day_of(1403, 12, 29, "jalali"), day_of(1404, 1, 2, "jalali"))

    whole = days(day_of(1403, 12, 1, "jalali"), day_of(1404, 1, 31, "jalali"))

    assert [bucket.label for bucket in buckets(whole, "month")] == ["اسفند ۱۴۰۳", "فروردین ۱۴۰۴"]
    assert [bucket.length.days for bucket in buckets(period, "month")] == [2, 2]


@pytest.mark.parametrize(
    ("unit", "labels"),
    [
        ("day", ["1 Mehr 1405", "4 Mehr 1405"]),
        ("week", ["1–3 Mehr 1405", "4 Mehr 1405"]),
        ("month", ["1–4 Mehr 1405"]),
        ("quarter", ["1–4 Mehr 1405"]),
        ("year", ["1–4 Mehr 1405"]),
    ],
)
def test_a_bucket_that_is_cut_off_is_called_by_its_days(unit, labels):
    period = days(day_of(1405, 7, 1, "jalali"), day_of(1405, 7, 4, "jalali"))

    cut = buckets(period, unit, "jalali", TEHRAN, "en")

    assert [cut[0].label, cut[-1].label] == [labels[0], labels[-1]]


def test_a_bucket_of_whole_days_keeps_its_name_when_the_last_moment_is_missing():
    month = days(day_of(1405, 7, 1, "jalali"), day_of(1405, 7, 30, "jalali"))
    almost = Period(month.start + timedelta(hours=1), month.end - timedelta(hours=1))

    assert [bucket.label for bucket in buckets(almost, "month", language="en")] == ["Mehr 1405"]


def test_bucket_of_a_moment_outside_is_none():
    cut = buckets(preset("today", NOW), "day")

    assert bucket_of(NOW - timedelta(days=1), cut) is None
    assert bucket_of(NOW + timedelta(days=1), cut) is None


def test_too_many_buckets_are_refused():
    with pytest.raises(PeriodError) as refusal:
        buckets(days(date(1990, 1, 1), date(2020, 1, 1)), "day")

    assert refusal.value.code == "too_many_buckets"


@pytest.mark.parametrize(
    "text", ["1403/05/12", "1403-5-12", "۱۴۰۳/۰۵/۱۲", "١٤٠٣/٠٥/١٢", " 2024-08-02 ", "2024/8/2"]
)
def test_day_is_read_in_both_calendars_and_all_digits(text):
    assert parse_day(text) == date(2024, 8, 2)


@given(st.dates(date(1925, 1, 1), date(2121, 1, 1)), st.sampled_from(["jalali", "gregorian"]), st.booleans())
def test_written_day_is_read_back(day, calendar, persian):
    assert parse_day(format_day_number(day, "fa" if persian else "en", calendar)) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "unreadable_day"),
        ("12/5/1403", "unreadable_day"),
        ("tomorrow", "unreadable_day"),
        ("1403/13/01", "no_such_day"),
        ("1402/12/30", "no_such_day"),
        ("2023-02-29", "no_such_day"),
        ("0000-01-01", "no_such_day"),
    ],
)
def test_unreadable_day_says_why(text, code):
    with pytest.raises(PeriodError) as refusal:
        parse_day(text)

    assert refusal.value.code == code
    assert refusal.value.value == text


@given(st.text(max_size=20))
def test_any_text_is_a_day_or_a_period_error(text):
    try:
        outcome = type(parse_day(text))
    except PeriodError as refusal:
        outcome = refusal.code

    assert outcome in {date, "unreadable_day", "no_such_day"}


def test_period_of_days_includes_the_last():
    period = parse_period("1403/12/29", "۱۴۰۴/۰۱/۰۱", language="en")

    assert local_days(period) == (date(2025, 3, 19), date(2025, 3, 21))
    assert period.label == "29 Esfand 1403 – 1 Farvardin 1404"


def test_period_of_moments_is_exact():
    period = parse_period("2024-08-02T10:00:00Z", "۲۰۲۴-۰۸-۰۲T15:00:00+03:30")

    assert period.start == datetime(2024, 8, 2, 10, tzinfo=UTC)
    assert period.end == datetime(2024, 8, 2, 11, 30, tzinfo=UTC)


def test_moment_without_offset_is_local():
    assert parse_period("2024-08-02T10:00", "2024-08-03").start == datetime(2024, 8, 2, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2024-08-02Tten", "T", "2024-02-30T10:00"])
def test_unreadable_moment_says_so(text):
    with pytest.raises(PeriodError) as refusal:
        parse_period(text, "2024-08-03")

    assert refusal.value.code == "unreadable_moment"


@pytest.mark.parametrize("end", ["9999-12-31", "9999-12-31T23:59-12:00"])
def test_end_of_all_calendars_is_refused(end):
    with pytest.raises(PeriodError) as refusal:
        parse_period("2024-08-02", end)

    assert refusal.value.code == "period_out_of_range"


def test_single_days_around_the_leap_day_stay_single():
    leap = days(day_of(1403, 12, 30, "jalali"), day_of(1403, 12, 30, "jalali"))
    eve = days(day_of(1403, 12, 29, "jalali"), day_of(1403, 12, 29, "jalali"))

    assert local_days(year_before(leap)) == (day_of(1402, 12, 29, "jalali"),) * 2
    assert local_days(year_before(eve)) == (day_of(1402, 12, 29, "jalali"),) * 2


def test_period_that_ends_first_is_refused():
    with pytest.raises(PeriodError) as refusal:
        parse_period("1403/02/01", "1403/01/01")

    assert refusal.value.code == "empty_period"


@given(MOMENTS, st.integers(1, 400), st.sampled_from(["Asia/Tehran", "Europe/London", "UTC"]))
def test_previous_period_has_as_many_days_and_touches(moment, count, zone):
    first = local_day(moment, zone)
    period = days(first, first + timedelta(days=count - 1), zone)
    before = previous(period, zone)

    assert before.end == period.start
    assert local_day(before.start, zone) == first - timedelta(days=count)


def test_previous_period_of_an_hour_is_the_hour_before():
    hour = Period(NOW, NOW + timedelta(hours=1))

    assert previous(hour) == Period(NOW - timedelta(hours=1), NOW)


def test_year_before_keeps_the_distance_to_nowruz():
    week = days(day_of(1404, 1, 1, "jalali"), day_of(1404, 1, 13, "jalali"))

    assert local_days(year_before(week)) == (day_of(1403, 1, 1, "jalali"), day_of(1403, 1, 13, "jalali"))


@pytest.mark.parametrize("year", [1399, 1400, 1403, 1404])
def test_year_before_a_whole_year_is_the_whole_year_before(year):
    whole = days(day_of(year, 1, 1, "jalali"), day_of(year + 1, 1, 1, "jalali") - timedelta(days=1))
    before = days(day_of(year - 1, 1, 1, "jalali"), day_of(year, 1, 1, "jalali") - timedelta(days=1))

    assert year_before(whole) == before


@given(MOMENTS, st.integers(1, 10_000), st.sampled_from(["jalali", "gregorian"]))
def test_year_before_is_a_period_about_a_year_earlier(start, hours, calendar):
    period = Period(start, start + timedelta(hours=hours))
    before = year_before(period, calendar)

    assert abs((period.start - before.start).days - 365) <= 2
    assert abs(period.length - before.length) <= timedelta(days=1, hours=1)


def test_month_is_a_period():
    assert month_of(1403, 12, "jalali").length == timedelta(days=30)
    assert month_of(1404, 12, "jalali", language="en").label == "Esfand 1404"
