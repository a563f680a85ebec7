"""Spans of time: a day to a year, named or typed, and the buckets a chart cuts them into."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from hamdel.ground.calendar.days import (
    DAY,
    Calendar,
    Unit,
    add_months,
    aware,
    day_of,
    first_day,
    local_day,
    next_first_day,
    same_day_a_year_before,
    start_of_day,
    zone_of,
)
from hamdel.ground.calendar.digits import to_latin
from hamdel.ground.calendar.words import TEHRAN, format_span, format_unit

MOST_BUCKETS = 4000
PRESETS = (
    "today",
    "yesterday",
    "last_7_days",
    "last_30_days",
    "last_90_days",
    "last_365_days",
    "this_week",
    "this_month",
    "last_month",
    "this_quarter",
    "last_quarter",
    "this_year",
    "last_year",
)
_DAY_TEXT = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
# Gregorian 1600 is Jalali 979, Jalali 1599 is Gregorian 2220: a year tells its calendar.
_FIRST_GREGORIAN_YEAR = 1600


class PeriodError(ValueError):
    """A period that cannot be understood. `code` names the reason, `value` is what was given."""

    def __init__(self, code: str, message: str, value: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.value = value


@dataclass(frozen=True)
class Period:
    """Instants from `start` up to but not including `end`, both aware and kept in UTC."""

    start: datetime
    end: datetime
    label: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", aware(self.start).astimezone(UTC))
        object.__setattr__(self, "end", aware(self.end).astimezone(UTC))
        if self.end <= self.start:
            raise PeriodError("empty_period", "The period ends before it begins.", self.end.isoformat())

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def days(first: date, last: date, timezone: str | tzinfo = TEHRAN, label: str = "") -> Period:
    """Return the period of the local days from `first` to `last`, both included."""
    return Period(start_of_day(first, timezone), start_of_day(last + DAY, timezone), label)


def named_days(
    first: date, last: date, calendar: str, timezone: str | tzinfo = TEHRAN, language: str = "fa"
) -> Period:
    """Return the period of these local days, labelled with its dates."""
    return days(first, last, timezone, format_span(first, last, language, calendar))


def preset(
    name: str,
    now: datetime,
    calendar: str = Calendar.JALALI,
    timezone: str | tzinfo = TEHRAN,
    language: str = "fa",
) -> Period:
    """Return the period one of `PRESETS` means at `now`, in whole local days, today included.

    PeriodError "unknown_preset" for another name.
    """
    today = local_day(now, timezone)
    if name in {"today", "yesterday"}:
        day = today if name == "today" else today - DAY
        return named_days(day, day, calendar, timezone, language)
    if found := re.fullmatch(r"last_([1-9]\d{0,3})_days", name):
        return named_days(today - DAY * (int(found[1]) - 1), today, calendar, timezone, language)
    if name not in PRESETS:
        raise PeriodError("unknown_preset", f"There is no period called {name!r}.", name)
    which, unit = name.split("_")
    first = first_day(today, unit, calendar)
    if which == "this":
        return named_days(first, today, calendar, timezone, language)
    before = first_day(first - DAY, unit, calendar)
    return days(before, first - DAY, timezone, format_unit(before, unit, language, calendar))


def previous(period: Period, timezone: str | tzinfo = TEHRAN) -> Period:
    """Return the period of equal length that ends where this one starts.

    Whole local days stay whole local days even when a change of clocks makes one of them longer.
    """
    first, past = local_day(period.start, timezone), local_day(period.end, timezone)
    if start_of_day(first, timezone) == period.start and start_of_day(past, timezone) == period.end:
        return days(first - (past - first), first - DAY, timezone)
    return Period(period.start - period.length, period.start)


def year_before(period: Period, calendar: str = Calendar.JALALI, timezone: str | tzinfo = TEHRAN) -> Period:
    """Return the same days one year earlier; with the Jalali calendar, days equally far from Nowruz.

    A whole year stays a whole year, leap or not. 30 Esfand is compared with 29 Esfand.
    """
    zone = zone_of(timezone)
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    first = same_day_a_year_before(start.date(), calendar)
    # The end is the day after the last one: seen from there, 30 Esfand must not fall back before it.
    last = same_day_a_year_before(end.date() - DAY, calendar)
    past = max(same_day_a_year_before(end.date(), calendar), last + DAY)
    return Period(_at(first, start, zone), _at(past, end, zone))


def _at(day: date, clock: datetime, zone: tzinfo) -> datetime:
    if start_of_day(clock.date(), zone) == clock:
        return start_of_day(day, zone)
    return datetime.combine(day, clock.time(), zone)


def buckets(
    period: Period,
    unit: str,
    calendar: str = Calendar.JALALI,
    timezone: str | tzinfo = TEHRAN,
    language: str = "fa",
) -> list[Period]:
    """Cut a period into its local days, weeks, months, quarters or years, in order and without gaps.

    The first and the last are cut off where the period begins and ends, so that they add up to it; then their days are
    their label, as they are not the whole week or month.
    PeriodError "unknown_unit" or "too_many_buckets".
    """
    if unit not in list(Unit):
        raise PeriodError("unknown_unit", f"Cannot group by {unit!r}.", unit)
    cut: list[Period] = []
    first = first_day(local_day(period.start, timezone), unit, calendar)
    start = period.start
    while start < period.end:
        following = next_first_day(first, unit, calendar)
        end = min(start_of_day(following, timezone), period.end)
        whole = (first, following - DAY)
        span = (local_day(start, timezone), local_day(end - timedelta(microseconds=1), timezone))
        cut.append(Period(start, end, _bucket_label(span, whole, unit, calendar, language)))
        if len(cut) > MOST_BUCKETS:
            raise PeriodError("too_many_buckets", f"More than {MOST_BUCKETS} points; choose a longer unit.")
        start, first = end, following
    return cut


def _bucket_label(
    span: tuple[date, date], whole: tuple[date, date], unit: str, calendar: str, language: str
) -> str:
    if span == whole:
        return format_unit(whole[0], unit, language, calendar)
    return format_span(*span, language, calendar)


def bucket_of(moment: datetime, cut: list[Period]) -> Period | None:
    """Return which of the buckets, in order, holds `moment`; None when it lies outside."""
    place = bisect.bisect_right(cut, moment, key=lambda bucket: bucket.start) - 1
    return cut[place] if place >= 0 and moment in cut[place] else None


def parse_day(text: str) -> date:
    """Read a day typed in either calendar and any digits: 2024-08-02, 1403/5/12, ۱۴۰۳/۰۵/۱۲.

    A year below 1600 is Jalali. PeriodError "unreadable_day" or "no_such_day".
    """
    found = _DAY_TEXT.fullmatch(to_latin(text.strip()))
    if not found:
        raise PeriodError(
            "unreadable_day", f"Cannot read {text!r} as a day; write 2024-08-02 or 1403/05/12.", text
        )
    year, month, number = (int(part) for part in found.groups())
    calendar = Calendar.GREGORIAN if year >= _FIRST_GREGORIAN_YEAR else Calendar.JALALI
    try:
        return day_of(year, month, number, calendar)
    except (ValueError, OverflowError) as error:
        raise PeriodError("no_such_day", f"There is no day {text}.", text) from error


def parse_period(
    start: str,
    end: str,
    timezone: str | tzinfo = TEHRAN,
    calendar: str = Calendar.JALALI,
    language: str = "fa",
) -> Period:
    """Read a period from two texts: days (the last one included) or ISO 8601 moments (the last excluded).

    PeriodError tells what cannot be read, or "empty_period" when the end comes first.
    """
    first, last = _parse_edge(start), _parse_edge(end)
    try:
        opening = _instant(first, timezone)
        closing = _instant(last if isinstance(last, datetime) else last + DAY, timezone)
    except OverflowError as error:
        raise PeriodError("period_out_of_range", f"There is no day after {end}.", end) from error
    if closing <= opening:
        raise PeriodError("empty_period", f"The period ends ({end}) before it begins ({start}).", end)
    last_day = local_day(closing - timedelta(microseconds=1), timezone)
    label = format_span(local_day(opening, timezone), last_day, language, calendar)
    return Period(opening, closing, label)


def _parse_edge(text: str) -> date | datetime:
    latin = to_latin(text.strip())
    if "T" not in latin:
        return parse_day(text)
    try:
        return datetime.fromisoformat(latin)
    except ValueError as error:
        message = f"Cannot read {text!r} as a moment; write 2024-08-02T10:00:00Z."
        raise PeriodError("unreadable_moment", message, text) from error


def _instant(edge: date | datetime, timezone: str | tzinfo) -> datetime:
    if isinstance(edge, datetime):
        return (edge if edge.tzinfo else edge.replace(tzinfo=zone_of(timezone))).astimezone(UTC)
    return datetime.combine(edge, time.min, zone_of(timezone)).astimezone(UTC)


def month_of(
    year: int, month: int, calendar: str, timezone: str | tzinfo = TEHRAN, language: str = "fa"
) -> Period:
    """Return one calendar month as a period."""
    first = day_of(year, month, 1, calendar)
    label = format_unit(first, Unit.MONTH, language, calendar)
    return days(first, add_months(first, 1, calendar) - DAY, timezone, label)
