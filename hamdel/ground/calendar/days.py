"""Days in two calendars, and the instants at which local days begin."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

DAY = timedelta(days=1)
MONTHS_OF_A_YEAR = 12


class Calendar(StrEnum):
    JALALI = "jalali"
    GREGORIAN = "gregorian"


class Unit(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS_IN = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}
# date.weekday() of the first day of the week: Saturday where the Jalali calendar is used, else Monday.
_WEEK_STARTS_ON = {Calendar.JALALI: 5, Calendar.GREGORIAN: 0}


def zone_of(timezone: str | tzinfo) -> tzinfo:
    return ZoneInfo(timezone) if isinstance(timezone, str) else timezone


def local_day(moment: datetime, timezone: str | tzinfo) -> date:
    """Return the day it is at `moment` for someone in `timezone`. The moment must be aware."""
    return aware(moment).astimezone(zone_of(timezone)).date()


def start_of_day(day: date, timezone: str | tzinfo) -> datetime:
    """Return the UTC instant at which a local day begins.

    Where clocks jump over midnight (Iran did until 2022: 2 Farvardin began at 01:00) the day begins at the
    jump; `fold=0` reads the missing midnight with the offset before it, which is that very instant.
    """
    return datetime.combine(day, time.min, zone_of(timezone)).astimezone(UTC)


def aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    return moment


def ymd(day: date, calendar: str) -> tuple[int, int, int]:
    """Return year, month and day of `day` as `calendar` counts them."""
    if calendar == Calendar.JALALI:
        jalali = JalaliDate.to_jalali(day)
        return jalali.year, jalali.month, jalali.day
    return day.year, day.month, day.day


def day_of(year: int, month: int, day: int, calendar: str) -> date:
    """Return the day with these numbers in `calendar`. ValueError when there is none."""
    if calendar == Calendar.JALALI:
        return JalaliDate(year, month, day).to_gregorian()
    return date(year, month, day)


def month_length(year: int, month: int, calendar: str) -> int:
    first = day_of(year, month, 1, calendar)
    return (add_months(first, 1, calendar) - first).days


def add_months(first: date, months: int, calendar: str) -> date:
    """Return the first day of the month that lies `months` after the month of `first`."""
    year, month, _ = ymd(first, calendar)
    count = year * MONTHS_OF_A_YEAR + month - 1 + months
    return day_of(count // MONTHS_OF_A_YEAR, count % MONTHS_OF_A_YEAR + 1, 1, calendar)


def first_day(day: date, unit: str, calendar: str) -> date:
    """Return the first day of the week, month, quarter or year that `day` lies in."""
    if unit == Unit.DAY:
        return day
    if unit == Unit.WEEK:
        return day - DAY * ((day.weekday() - _WEEK_STARTS_ON[Calendar(calendar)]) % 7)
    year, month, _ = ymd(day, calendar)
    months = _MONTHS_IN[Unit(unit)]
    return day_of(year, (month - 1) // months * months + 1, 1, calendar)


def next_first_day(first: date, unit: str, calendar: str) -> date:
    """Return where the unit after the one beginning at `first` begins."""
    if unit in {Unit.DAY, Unit.WEEK}:
        return first + DAY * (7 if unit == Unit.WEEK else 1)
    return add_months(first, _MONTHS_IN[Unit(unit)], calendar)


def same_day_a_year_before(day: date, calendar: str) -> date:
    """Return the day with the same month and day one year before; a leap day falls back to the day before.

    In the Jalali calendar this compares days equally far from Nowruz.
    """
    year, month, number = ymd(day, calendar)
    return day_of(year - 1, month, min(number, month_length(year - 1, month, calendar)), calendar)
