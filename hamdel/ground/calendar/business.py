"""Time that counts only while the company is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from hamdel.ground.calendar.days import DAY, Calendar, aware, day_of, local_day, start_of_day, zone_of
from hamdel.ground.calendar.words import TEHRAN

# date.weekday(): Monday is 0. Spans are (opens, closes); a close of midnight means the end of that day.
Span = tuple[time, time]
_NINE_TO_FIVE: tuple[Span, ...] = ((time(9), time(17)),)
_NINE_TO_ONE: tuple[Span, ...] = ((time(9), time(13)),)
IRANIAN_WEEK: Mapping[int, tuple[Span, ...]] = {
    5: _NINE_TO_FIVE,  # Saturday
    6: _NINE_TO_FIVE,
    0: _NINE_TO_FIVE,
    1: _NINE_TO_FIVE,
    2: _NINE_TO_FIVE,  # Wednesday
    3: _NINE_TO_ONE,  # Thursday; Friday is the weekend
}
# Official holidays that keep their Jalali date: Nowruz, Republic Day, Nature Day, 14 and 15 Khordad,
# 22 Bahman, 29 Esfand. Those of the lunar calendar move every year and must be entered.
_SOLAR_HOLIDAYS = (
    (1, 1),
    (1, 2),
    (1, 3),
    (1, 4),
    (1, 12),
    (1, 13),
    (3, 14),
    (3, 15),
    (11, 22),
    (12, 29),
)
# After so long without an open hour the table must be wrong.
_GIVE_UP_AFTER = DAY * 400


class NeverOpenError(ValueError):
    """The working hours hold no open hour for more than a year."""


@dataclass(frozen=True)
class WorkingHours:
    """When the company works: a weekly table in local time, less the holidays."""

    week: Mapping[int, tuple[Span, ...]] = field(default_factory=lambda: IRANIAN_WEEK)
    holidays: frozenset[date] = frozenset()
    timezone: str = TEHRAN

    def spans_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return the open spans of a local day as UTC instants, in order."""
        if day in self.holidays:
            return []
        spans = (self._instants(day, span) for span in sorted(self.week.get(day.weekday(), ())))
        return [(opens, closes) for opens, closes in spans if closes > opens]

    def _instants(self, day: date, span: Span) -> tuple[datetime, datetime]:
        zone, (opens, closes) = zone_of(self.timezone), span
        past = start_of_day(day + DAY, zone)
        end = past if closes == time.min else datetime.combine(day, closes, zone).astimezone(UTC)
        return datetime.combine(day, opens, zone).astimezone(UTC), end

    def is_open(self, moment: datetime) -> bool:
        spans = self.spans_on(local_day(moment, self.timezone))
        return any(opens <= moment < closes for opens, closes in spans)


def solar_holidays(year: int) -> frozenset[date]:
    """Return the Iranian official holidays with a fixed Jalali date in a Jalali year."""
    return frozenset(day_of(year, month, day, Calendar.JALALI) for month, day in _SOLAR_HOLIDAYS)


def add_business_time(start: datetime, duration: timedelta, hours: WorkingHours) -> datetime:
    """Return the first instant by which `duration` of open time has passed since `start`, in UTC.

    Zero gives `start` itself. ValueError for less than zero, NeverOpenError when no hour is ever open.
    """
    if duration < timedelta(0):
        raise ValueError("Business time only runs forward.")
    left, start = duration, aware(start).astimezone(UTC)
    if not left:
        return start
    for opens, closes in _open_spans(start, hours):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    raise NeverOpenError(NeverOpenError.__doc__)


def business_time_between(start: datetime, end: datetime, hours: WorkingHours) -> timedelta:
    """Return how much open time lies between two instants; below zero when `end` is the earlier."""
    if end < start:
        return -business_time_between(end, start, hours)
    total = timedelta(0)
    for opens, closes in _open_spans(aware(start).astimezone(UTC), hours, until=aware(end)):
        total += max(min(closes, end) - opens, timedelta(0))
    return total


def _open_spans(
    start: datetime, hours: WorkingHours, until: datetime | None = None
) -> Iterator[tuple[datetime, datetime]]:
    """Yield open spans after `start`, the first cut to begin there; stops after `until` or a closed year."""
    day = local_day(start, hours.timezone)
    last = local_day(until, hours.timezone) if until else None
    idle_days = timedelta(0)
    while (day <= last) if last else (idle_days <= _GIVE_UP_AFTER):
        spans = [(max(opens, start), closes) for opens, closes in hours.spans_on(day) if closes > start]
        yield from spans
        idle_days = timedelta(0) if spans else idle_days + DAY
        day += DAY
