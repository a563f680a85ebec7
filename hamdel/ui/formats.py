"""How numbers and moments are shown to whoever is looking: their calendar, time zone and language.

The access layer calls `activate` for each request; jobs that write mails or reports use `shown_as`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hamdel.ground.calendar import digits, words
from hamdel.ground.calendar.days import Calendar

NOTHING = "—"
MINUTE, HOUR, DAY = 60, 3600, 86_400
# Older than this, a date says more than "23 days ago".
LONG_AGO = 14 * DAY
RIAL_OF_A_TOMAN = 10
MILLION, BILLION = 1_000_000, 1_000_000_000


@dataclass(frozen=True)
class Display:
    """The calendar ("jalali" or "gregorian"), IANA time zone and language ("fa", "en" or "" for the active one)."""

    calendar: str = Calendar.JALALI
    timezone: str = words.TEHRAN
    language: str = ""


_current: ContextVar[Display] = ContextVar("display", default=Display())  # noqa: B039 — frozen  # noqa: B039 — it is frozen


def current() -> Display:
    return _current.get()


def activate(display: Display) -> None:
    """Show everything this way until the next request starts."""
    _current.set(display)


@contextmanager
def shown_as(display: Display) -> Iterator[None]:
    """Show things this way inside the block, in its language too if it names one."""
    token = _current.set(display)
    try:
        with translation.override(display.language or translation.get_language()):
            yield
    finally:
        _current.reset(token)


def language() -> str:
    """Return "fa" or "en", whichever the reader sees."""
    return current().language or ("en" if (translation.get_language() or "fa").startswith("en") else "fa")


def number(value: digits.Number | None, decimals: int | None = None, *, signed: bool = False) -> str:
    """Write a number with separators and the reader's digits; None is a dash."""
    return NOTHING if value is None else digits.format_number(value, language(), decimals, signed=signed)


def percent(value: digits.Number | None, decimals: int | None = 0, *, signed: bool = False) -> str:
    """Write a percentage that is given in percent."""
    return NOTHING if value is None else digits.format_percent(value, language(), decimals, signed=signed)


def in_digits(text: str) -> str:
    return digits.in_digits_of(language(), text)


def day(value: date | datetime | None, *, year: bool = True) -> str:
    """Write a day, or the local day of a moment, in the reader's calendar."""
    if value is None:
        return NOTHING
    shown = current()
    return words.format_day(value, language(), shown.calendar, shown.timezone, year=year)


def day_number(value: date | datetime | None) -> str:
    """Write a day in figures, year first."""
    if value is None:
        return NOTHING
    return words.format_day_number(value, language(), current().calendar, current().timezone)


def moment(value: datetime | None) -> str:
    """Write the local day and time of a moment."""
    if value is None:
        return NOTHING
    return words.format_moment(value, language(), current().calendar, current().timezone)


def clock(value: datetime | None) -> str:
    """Write the local time of a moment, 24 hours."""
    return NOTHING if value is None else words.format_time(value, language(), current().timezone)


def ago(value: datetime | None, now: datetime) -> str:
    """Write how long before `now` (or after) a moment lies; from two weeks on, its day."""
    if value is None:
        return NOTHING
    seconds = (now - value).total_seconds()
    if abs(seconds) >= LONG_AGO:
        return day(value)
    if abs(seconds) < MINUTE:
        return _("just now")
    span = _largest_unit(abs(seconds))
    return _("%(span)s ago") % {"span": span} if seconds > 0 else _("in %(span)s") % {"span": span}


def duration(seconds: float | None, *, signed: bool = False) -> str:
    """Write a length of time in its two largest units: 3 h 12 min. Less than nothing has a minus before it."""
    if seconds is None:
        return NOTHING
    if seconds < 0 or (signed and seconds > 0):
        return ("\u200e\u2212" if seconds < 0 else "\u200e+") + duration(abs(seconds))
    if seconds < MINUTE:
        return _("%(n)s s") % {"n": number(round(seconds))}
    minutes = round(seconds / MINUTE)
    days, rest = divmod(minutes, DAY // MINUTE)
    hours, minutes = divmod(rest, HOUR // MINUTE)
    parts = ((days, _("%(n)s d")), (hours, _("%(n)s h")), (minutes, _("%(n)s min")))
    shown = [text % {"n": number(count)} for count, text in parts if count]
    if len(shown) == 1:
        return shown[0]
    return _("%(larger)s %(smaller)s") % {"larger": shown[0], "smaller": shown[1]}


def money(rial: int | None, unit: str = "toman") -> str:
    """Write an amount that is kept in rial: in toman (ten rial), toman "short", or "rial"."""
    if rial is None:
        return NOTHING
    if unit == "short":
        return _("%(amount)s toman") % {"amount": compact(rial / RIAL_OF_A_TOMAN)}
    if unit == "rial":
        return _("%(amount)s rial") % {"amount": number(rial)}
    return _("%(amount)s toman") % {
        "amount": number(rial / RIAL_OF_A_TOMAN if rial % RIAL_OF_A_TOMAN else rial // 10)
    }


def tick(value: float) -> str:
    """Write a value of a scale: short where it is large."""
    return compact(value) if abs(value) >= MILLION else number(value)


def compact(value: float) -> str:
    """Write a large number by its millions or billions, one decimal."""
    if abs(value) >= BILLION:
        return _("%(n)s bn") % {"n": number(round(value / BILLION, 1))}
    if abs(value) >= MILLION:
        return _("%(n)s m") % {"n": number(round(value / MILLION, 1))}
    return number(round(value))


def _largest_unit(seconds: float) -> str:
    if seconds >= DAY:
        count = int(seconds // DAY)
        return ngettext("%(n)s day", "%(n)s days", count) % {"n": number(count)}
    if seconds >= HOUR:
        count = int(seconds // HOUR)
        return ngettext("%(n)s hour", "%(n)s hours", count) % {"n": number(count)}
    count = int(seconds // MINUTE)
    return ngettext("%(n)s minute", "%(n)s minutes", count) % {"n": number(count)}
