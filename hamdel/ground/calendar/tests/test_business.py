from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamdel.ground.calendar.business import (
    NeverOpenError,
    WorkingHours,
    add_business_time,
    business_time_between,
    solar_holidays,
)
from hamdel.ground.calendar.days import day_of

HOUR = timedelta(hours=1)
TEHRAN = ZoneInfo("Asia/Tehran")
USUAL = WorkingHours(holidays=solar_holidays(1400) | solar_holidays(1401) | solar_holidays(1402))
NIGHTS = WorkingHours(week={day: ((time(20), time(0)), (time(0), time(4))) for day in range(7)})
MOMENTS = st.datetimes(datetime(2021, 1, 1), datetime(2023, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
TABLES = st.sampled_from([USUAL, NIGHTS])


def tehran(year, month, day, hour=0, minute=0):
    """A moment of the Jalali calendar, local time."""
    return datetime.combine(day_of(year, month, day, "jalali"), time(hour, minute), TEHRAN)


def test_ticket_of_thursday_noon_is_due_on_saturday():
    # Thursday 21 Mehr 1401 closes at 13:00; Friday is off; Saturday opens at 9:00.
    due = add_business_time(tehran(1401, 7, 21, 12), 2 * HOUR, USUAL)

    assert due == tehran(1401, 7, 23, 10)


def test_ticket_before_nowruz_waits_for_the_holidays_to_end():
    # 28 Esfand 1400 is a Saturday. 29 Esfand and 1 to 4 Farvardin are holidays, the 5th is a Friday.
    due = add_business_time(tehran(1400, 12, 28, 16), 2 * HOUR, USUAL)

    assert due == tehran(1401, 1, 6, 10)


def test_hours_are_real_hours_in_the_night_clocks_go_back():
    # 30 Shahrivar 1401 had 25 hours: 20:00 to midnight lasted five.
    evening = (tehran(1401, 6, 30, 20), tehran(1401, 6, 31))

    assert business_time_between(*evening, NIGHTS) == 5 * HOUR


def test_missing_hour_is_not_worked():
    # 2 Farvardin 1401 began at 01:00: midnight to four lasted three hours.
    assert business_time_between(tehran(1401, 1, 2, 1), tehran(1401, 1, 2, 4), NIGHTS) == 3 * HOUR


def test_nothing_passes_on_a_friday():
    assert business_time_between(tehran(1401, 7, 22), tehran(1401, 7, 23, 9), USUAL) == timedelta(0)


def test_full_week_is_44_hours():
    assert business_time_between(tehran(1401, 7, 16), tehran(1401, 7, 23), USUAL) == 44 * HOUR


def test_open_is_told_for_a_moment():
    assert USUAL.is_open(tehran(1401, 7, 16, 9))
    assert not USUAL.is_open(tehran(1401, 7, 16, 17))
    assert not USUAL.is_open(tehran(1401, 1, 2, 10))


@settings(max_examples=200, deadline=None)
@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(hours=300)), TABLES)
def test_time_added_is_the_time_between(start, duration, hours):
    end = add_business_time(start, duration, hours)

    assert end >= start + duration
    assert business_time_between(start, end, hours) == duration


@settings(max_examples=200, deadline=None)
@given(st.tuples(MOMENTS, MOMENTS, MOMENTS).map(sorted), TABLES)
def test_time_between_adds_up(moments, hours):
    first, middle, last = moments
    whole = business_time_between(first, last, hours)

    assert whole == business_time_between(first, middle, hours) + business_time_between(middle, last, hours)
    assert timedelta(0) <= whole <= last - first
    assert business_time_between(last, first, hours) == -whole


@settings(max_examples=100, deadline=None)
@given(
    MOMENTS,
    st.timedeltas(timedelta(0), timedelta(hours=50)),
    st.timedeltas(timedelta(0), timedelta(hours=50)),
)
def test_adding_in_two_steps_is_adding_at_once(start, one, other):
    stepwise = add_business_time(add_business_time(start, one, USUAL), other, USUAL)

    assert stepwise == add_business_time(start, one + other, USUAL)


def test_running_backward_is_refused():
    with pytest.raises(ValueError, match="forward"):
        add_business_time(tehran(1401, 7, 16), -HOUR, USUAL)


def test_company_that_never_opens_is_an_error_not_a_loop():
    with pytest.raises(NeverOpenError):
        add_business_time(tehran(1401, 7, 16), HOUR, WorkingHours(week={}))


def test_solar_holidays_fall_on_their_jalali_dates():
    assert date(2023, 2, 11) in solar_holidays(1401)
    assert day_of(1403, 1, 13, "jalali") in solar_holidays(1403)
