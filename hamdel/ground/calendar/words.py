"""Dates and moments as they are read, in Persian and English and in both calendars."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from hamdel.ground.calendar.days import (
    DAY,
    Calendar,
    Unit,
    aware,
    first_day,
    local_day,
    next_first_day,
    ymd,
    zone_of,
)
from hamdel.ground.calendar.digits import in_digits_of

TEHRAN = "Asia/Tehran"

_MONTHS = {
    ("jalali", "fa"): "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند",
    ("jalali", "en"): "Farvardin Ordibehesht Khordad Tir Mordad Shahrivar Mehr Aban Azar Dey Bahman Esfand",
    ("gregorian", "fa"): "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    ("gregorian", "en"): "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}
_LONG_MONTHS_EN = "January February March April May June July August September October November December"
# A Jalali quarter is a season.
_SEASONS = {"fa": ("بهار", "تابستان", "پاییز", "زمستان"), "en": ("Spring", "Summer", "Autumn", "Winter")}
_QUARTERS_FA = ("سه‌ماههٔ نخست", "سه‌ماههٔ دوم", "سه‌ماههٔ سوم", "سه‌ماههٔ چهارم")
_WEEKDAYS = {
    "fa": ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def month_name(month: int, calendar: str, language: str) -> str:
    """Return the name of month 1–12; English names of Gregorian months are the short ones."""
    return _MONTHS[calendar, language].split()[month - 1]


def weekday_name(day: date, language: str) -> str:
    return _WEEKDAYS[language][day.weekday()]


def format_day(
    day: date | datetime,
    language: str = "fa",
    calendar: str = Calendar.JALALI,
    timezone: str | tzinfo = TEHRAN,
    *,
    year: bool = True,
) -> str:
    """Write a day, or the local day of a moment: ۱۲ مرداد ۱۴۰۳, 12 Mordad 1403, 2 Aug 2024, ۲ اوت ۲۰۲۴."""
    number_of_year, month, number = ymd(_as_day(day, timezone), calendar)
    words = f"{number} {month_name(month, calendar, language)}"
    return in_digits_of(language, f"{words} {number_of_year}" if year else words)


def format_day_number(
    day: date | datetime,
    language: str = "fa",
    calendar: str = Calendar.JALALI,
    timezone: str | tzinfo = TEHRAN,
) -> str:
    """Write a day in figures, year first: ۱۴۰۳/۰۵/۱۲ or 2024-08-02."""
    year, month, number = ymd(_as_day(day, timezone), calendar)
    mark = "/" if calendar == Calendar.JALALI else "-"
    return in_digits_of(language, f"{year:04}{mark}{month:02}{mark}{number:02}")


def format_time(moment: datetime, language: str = "fa", timezone: str | tzinfo = TEHRAN) -> str:
    """Write the local time of a moment, 24 hours: ۱۴:۰۵."""
    return in_digits_of(language, f"{aware(moment).astimezone(zone_of(timezone)):%H:%M}")


def format_moment(
    moment: datetime,
    language: str = "fa",
    calendar: str = Calendar.JALALI,
    timezone: str | tzinfo = TEHRAN,
) -> str:
    """Write day and local time: ۱۲ مرداد ۱۴۰۳، ۱۴:۰۵ or 2 Aug 2024, 14:05."""
    comma = "،" if language == "fa" else ","
    day = format_day(moment, language, calendar, timezone)
    return f"{day}{comma} {format_time(moment, language, timezone)}"


def format_month(
    day: date | datetime,
    language: str = "fa",
    calendar: str = Calendar.JALALI,
    timezone: str | tzinfo = TEHRAN,
) -> str:
    """Write the month a day lies in: مرداد ۱۴۰۳, Mordad 1403, August 2024, اوت ۲۰۲۴."""
    year, month, _ = ymd(_as_day(day, timezone), calendar)
    english = calendar == Calendar.GREGORIAN and language == "en"
    name = _LONG_MONTHS_EN.split()[month - 1] if english else month_name(month, calendar, language)
    return in_digits_of(language, f"{name} {year}")


def format_quarter(day: date, language: str, calendar: str) -> str:
    """Write the quarter a day lies in: تابستان ۱۴۰۳, Summer 1403, Q3 2024, سه‌ماههٔ سوم ۲۰۲۴."""
    year, month, _ = ymd(day, calendar)
    quarter = (month - 1) // 3
    if calendar == Calendar.JALALI:
        name = _SEASONS[language][quarter]
    else:
        name = _QUARTERS_FA[quarter] if language == "fa" else f"Q{quarter + 1}"
    return in_digits_of(language, f"{name} {year}")


def format_unit(day: date, unit: str, language: str, calendar: str) -> str:
    """Write the day, week, month, quarter or year that `day` lies in."""
    if unit == Unit.DAY:
        return format_day(day, language, calendar)
    if unit == Unit.WEEK:
        first = first_day(day, unit, calendar)
        return format_span(first, next_first_day(first, unit, calendar) - DAY, language, calendar)
    if unit == Unit.MONTH:
        return format_month(day, language, calendar)
    if unit == Unit.QUARTER:
        return format_quarter(day, language, calendar)
    return in_digits_of(language, str(ymd(day, calendar)[0]))


def format_span(first: date, last: date, language: str, calendar: str) -> str:
    """Write the days from `first` to `last`, both included: ۱۲ تا ۱۸ مرداد ۱۴۰۳ or 12–18 Mordad 1403."""
    if first == last:
        return format_day(first, language, calendar)
    to = " تا " if language == "fa" else "–"
    here, there = ymd(first, calendar), ymd(last, calendar)
    if here[:2] == there[:2]:
        start = in_digits_of(language, str(here[2]))
    else:
        to = to if language == "fa" else " – "
        start = format_day(first, language, calendar, year=here[0] != there[0])
    return f"{start}{to}{format_day(last, language, calendar)}"


def _as_day(day: date | datetime, timezone: str | tzinfo) -> date:
    return local_day(day, timezone) if isinstance(day, datetime) else day
