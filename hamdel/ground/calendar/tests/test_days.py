from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from hamdel.ground.calendar.days import (
    DAY,
    Unit,
    day_of,
    first_day,
    local_day,
    month_length,
    next_first_day,
    same_day_a_year_before,
    start_of_day,
    ymd,
)

DAYS = st.dates(date(1921, 3, 21), date(2121, 3, 20))
CALENDARS = st.sampled_from(["jalali", "gregorian"])

# First days of Jalali years as printed in calendars.
NOWRUZ = {
    1300: date(1921, 3, 21),
    1357: date(1978, 3, 21),
    1375: date(1996, 3, 20),
    1376: date(1997, 3, 21),
    1399: date(2020, 3, 20),
    1400: date(2021, 3, 21),
    1403: date(2024, 3, 20),
    1404: date(2025, 3, 21),
    1408: date(2029, 3, 20),
    1409: date(2030, 3, 21),
    1500: date(2121, 3, 21),
}
# Leap years leave one of these remainders when divided by 33 (valid 1178 to 1633).
LEAP_REMAINDERS = {1, 5, 9, 13, 17, 22, 26, 30}


@pytest.mark.parametrize(("year", "day"), NOWRUZ.items())
def test_year_begins_where_printed_calendars_begin_it(year, day):
    assert day_of(year, 1, 1, "jalali") == day
    assert ymd(day, "jalali") == (year, 1, 1)


@pytest.mark.parametrize("year", range(1300, 1500))
def test_leap_years_follow_the_cycle_of_33(year):
    assert (month_length(year, 12, "jalali") == 30) == (year % 33 in LEAP_REMAINDERS)
    assert [month_length(year, month, "jalali") for month in range(1, 12)] == [31] * 6 + [30] * 5


@given(DAYS, CALENDARS)
def test_numbers_of_a_day_lead_back_to_it(day, calendar):
    assert day_of(*ymd(day, calendar), calendar) == day


@given(DAYS)
def test_jalali_days_follow_one_another(day):
    assert JalaliDate(*ymd(day + DAY, "jalali")) - JalaliDate(*ymd(day, "jalali")) == timedelta(days=1)


@given(DAYS, st.sampled_from(list(Unit)), CALENDARS)
def test_every_day_lies_in_exactly_one_unit(day, unit, calendar):
    first = first_day(day, unit, calendar)
    following = next_first_day(first, unit, calendar)

    assert first <= day < following
    assert first_day(following, unit, calendar) == following
    assert first_day(following - DAY, unit, calendar) == first


def test_week_begins_on_saturday_or_monday():
    wednesday = date(2026, 11, 25)

    assert first_day(wednesday, "week", "jalali") == date(2026, 11, 21)
    assert first_day(wednesday, "week", "gregorian") == date(2026, 11, 23)


def test_day_without_a_midnight_begins_when_clocks_jumped():
    # 2 Farvardin 1401: clocks went from 00:00 to 01:00.
    assert start_of_day(date(2022, 3, 22), "Asia/Tehran") == datetime(2022, 3, 21, 20, 30, tzinfo=UTC)
    assert start_of_day(date(2022, 3, 23), "Asia/Tehran") == datetime(2022, 3, 22, 19, 30, tzinfo=UTC)


@given(st.dates(date(2017, 1, 1), date(2024, 12, 31)))
def test_start_of_a_day_is_its_first_instant(day):
    start = start_of_day(day, "Asia/Tehran")

    assert local_day(start, "Asia/Tehran") == day
    assert local_day(start - timedelta(microseconds=1), "Asia/Tehran") == day - DAY


def test_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2024, 1, 1), "Asia/Tehran")  # noqa: DTZ001 - the mistake under test


def test_leap_day_is_compared_with_the_day_before_it():
    assert same_day_a_year_before(day_of(1403, 12, 30, "jalali"), "jalali") == day_of(1402, 12, 29, "jalali")
    assert same_day_a_year_before(date(2024, 2, 29), "gregorian") == date(2023, 2, 28)


@given(st.integers(1300, 1498), st.integers(1, 12), st.integers(1, 29))
def test_same_day_a_year_before_is_equally_far_from_nowruz(year, month, number):
    day = day_of(year, month, number, "jalali")
    before = same_day_a_year_before(day, "jalali")

    assert day - day_of(year, 1, 1, "jalali") == before - day_of(year - 1, 1, 1, "jalali")
