from datetime import UTC, date, datetime

import pytest

from hamdel.ground.calendar.words import (
    format_day,
    format_day_number,
    format_moment,
    format_month,
    format_span,
    format_unit,
    weekday_name,
)

DAY = date(2024, 8, 2)  # 12 Mordad 1403


@pytest.mark.parametrize(
    ("language", "calendar", "written"),
    [
        ("fa", "jalali", "۱۲ مرداد ۱۴۰۳"),
        ("en", "jalali", "12 Mordad 1403"),
        ("en", "gregorian", "2 Aug 2024"),
        ("fa", "gregorian", "۲ اوت ۲۰۲۴"),
    ],
)
def test_day_is_written_in_both_languages_and_calendars(language, calendar, written):
    assert format_day(DAY, language, calendar) == written


@pytest.mark.parametrize(
    ("language", "calendar", "written"),
    [
        ("fa", "jalali", "مرداد ۱۴۰۳"),
        ("en", "jalali", "Mordad 1403"),
        ("en", "gregorian", "August 2024"),
        ("fa", "gregorian", "اوت ۲۰۲۴"),
    ],
)
def test_month_is_written_in_both_languages_and_calendars(language, calendar, written):
    assert format_month(DAY, language, calendar) == written


def test_moment_is_written_in_local_time():
    # Half an hour before midnight in London is the next day in Tehran.
    moment = datetime(2024, 8, 1, 23, 30, tzinfo=UTC)

    assert format_moment(moment, "fa", "jalali") == "۱۲ مرداد ۱۴۰۳، ۰۳:۰۰"
    assert format_moment(moment, "en", "gregorian", "Europe/London") == "2 Aug 2024, 00:30"


def test_figures_sort_as_they_are_read():
    assert format_day_number(DAY, "fa", "jalali") == "۱۴۰۳/۰۵/۱۲"
    assert format_day_number(DAY, "en", "gregorian") == "2024-08-02"


@pytest.mark.parametrize(
    ("unit", "language", "calendar", "written"),
    [
        ("week", "fa", "jalali", "۶ تا ۱۲ مرداد ۱۴۰۳"),
        ("week", "en", "gregorian", "29 Jul – 4 Aug 2024"),
        ("quarter", "fa", "jalali", "تابستان ۱۴۰۳"),
        ("quarter", "en", "jalali", "Summer 1403"),
        ("quarter", "en", "gregorian", "Q3 2024"),
        ("quarter", "fa", "gregorian", "سه‌ماههٔ سوم ۲۰۲۴"),
        ("year", "fa", "jalali", "۱۴۰۳"),
    ],
)
def test_unit_is_named_after_the_day_in_it(unit, language, calendar, written):
    assert format_unit(DAY, unit, language, calendar) == written


def test_span_repeats_only_what_differs():
    assert format_span(DAY, DAY, "en", "jalali") == "12 Mordad 1403"
    assert (
        format_span(date(2024, 3, 18), date(2024, 3, 21), "en", "jalali")
        == "28 Esfand 1402 – 2 Farvardin 1403"
    )


def test_friday_is_friday():
    assert (weekday_name(DAY, "fa"), weekday_name(DAY, "en")) == ("جمعه", "Friday")
