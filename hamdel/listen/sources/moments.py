"""Dates as they stand in files, read as moments: ISO, Jalali, own formats, epoch; with or without a time zone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

LATIN_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
# Year, month, day, and a time if there is one; the separators are those seen in Iranian files.
PARTS = re.compile(
    r"\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:(?:[T,،]|\s|-)+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?\s*",
    re.ASCII,
)
FIRST_GREGORIAN_YEAR = 1700  # what is smaller can only be a Jalali year
UNITS = {"seconds": 1, "milliseconds": 1_000}
CALENDARS = ("auto", "gregorian", "jalali")
START_OF_DAY = time(0)
LONGEST_QUOTE = 80


class NotAMoment(ValueError):
    """The text is not a date of the calendar and format that the mapping says."""


def moment_reader(
    zone: ZoneInfo, *, calendar: str = "auto", form: str = "", at: str = "", unit: str = ""
) -> Callable[[Any], datetime]:
    """Return a function from a cell to an aware moment in UTC.

    `zone` is meant where the cell names no offset; `form` is a strptime format; `at` ("HH:MM" or "HH:MM:SS") is
    the local time of a date without one; `unit` ("seconds", "milliseconds") says the cell counts from 1970.
    """
    clock = time.fromisoformat(at) if at else START_OF_DAY
    if unit:
        return lambda cell: from_epoch(cell, UNITS[unit])
    if form:
        return lambda cell: local(_formed(cell, form), zone, clock)
    return lambda cell: local(_parsed(cell, calendar), zone, clock)


def from_epoch(cell: Any, per_second: int) -> datetime:
    """Return the moment so many units after 1970."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(latin(cell)) / per_second)
    except (ValueError, OverflowError) as error:
        raise NotAMoment(f"{quoted(cell)} is not a count of seconds") from error


def local(found: datetime | date, zone: ZoneInfo, clock: time) -> datetime:
    """Return `found` in UTC, reading a bare date at `clock` and a naive time in `zone`."""
    if not isinstance(found, datetime):
        found = datetime.combine(found, clock)
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    return found.astimezone(UTC)


def quoted(cell: Any) -> str:
    """Return a cell as a reason shows it: as it stands in the file, half-spaces and all, but not without end."""
    text = str(cell)
    return f"'{text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + '…'}'"


def latin(cell: Any) -> str:
    return str(cell).translate(LATIN_DIGITS).strip()


def _formed(cell: Any, form: str) -> datetime:
    try:
        return datetime.strptime(latin(cell), form)  # noqa: DTZ007 - `local` adds the zone
    except ValueError as error:
        raise NotAMoment(f"{quoted(cell)} does not have the form {form}") from error


def _parsed(cell: Any, calendar: str) -> datetime | date:
    if isinstance(cell, datetime | date):
        return cell
    text = latin(cell)
    parts = PARTS.fullmatch(text)
    if calendar != "gregorian" and parts and (calendar == "jalali" or int(parts[1]) < FIRST_GREGORIAN_YEAR):
        return _jalali(cell, parts)
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-31") else datetime.fromisoformat(text)
    except ValueError:
        return _gregorian(cell, parts)


def _gregorian(cell: Any, parts: re.Match[str] | None) -> datetime | date:
    if parts is None:
        raise NotAMoment(f"{quoted(cell)} is not a date")
    try:
        return _with_time(date(int(parts[1]), int(parts[2]), int(parts[3])), parts)
    except ValueError as error:
        raise NotAMoment(f"{quoted(cell)} is not a day of the Gregorian calendar") from error


def _jalali(cell: Any, parts: re.Match[str]) -> datetime | date:
    try:
        return _with_time(JalaliDate(int(parts[1]), int(parts[2]), int(parts[3])).to_gregorian(), parts)
    except ValueError as error:
        raise NotAMoment(f"{quoted(cell)} is not a day of the Jalali calendar") from error


def _with_time(day: date, parts: re.Match[str]) -> datetime | date:
    if parts[4] is None:
        return day
    return datetime.combine(day, time(int(parts[4]), int(parts[5]), int(parts[6] or 0)))
