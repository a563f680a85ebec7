"""When things happen in the simulated year: growth, Fridays, the rush before Nowruz and the rest after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from persiantools.jdatetime import JalaliDate

from hamdel.simulator import truths

Moments = NDArray[np.int64]  # milliseconds since 1970, UTC
DAY = 86_400_000
HOUR = 3_600_000
MINUTE = 60_000
FRIDAY = 4
TEHRAN = ZoneInfo("Asia/Tehran")
# Shares of the 24 hours, midnight first.
SHOPPING_HOURS = (2, 1, 0.5, 0.3, 0.3, 0.5, 1, 2, 4, 6, 8, 8, 7, 6, 5, 5, 5, 6, 6, 7, 9, 10, 8, 5)
TICKET_HOURS = (1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 3, 7, 9, 10, 9, 8, 6, 6, 7, 7, 6, 5, 5, 6, 6, 4, 2)
DELIVERY_HOURS = (0, 0, 0, 0, 0, 0, 0, 0, 2, 7, 12, 13, 11, 8, 7, 9, 10, 9, 7, 4, 1, 0, 0, 0)


@dataclass(frozen=True)
class Season:
    """The year that ends at `now`, in whole local days; Tehran has kept +03:30 all year since 2022."""

    now: datetime

    @cached_property
    def end(self) -> int:
        return milliseconds(self.now)

    @cached_property
    def days(self) -> list[date]:
        """Return the local days of the year, the last one cut off at `now`."""
        today = self.now.astimezone(TEHRAN).date()
        return [today - timedelta(days=back) for back in range(truths.DAYS - 1, -1, -1)]

    @cached_property
    def midnights(self) -> Moments:
        """Return the moment each of the days begins."""
        return np.array([midnight(day) for day in self.days], dtype=np.int64)

    @property
    def start(self) -> int:
        return int(self.midnights[0])

    @cached_property
    def busyness(self) -> NDArray[np.float64]:
        """Return the share of the year's orders that each day has if nobody joins or leaves."""
        weights = np.array([self._weight(place, day) for place, day in enumerate(self.days)])
        # Today has only come so far.
        weights[-1] *= max(0.02, min(1.0, (self.end - int(self.midnights[-1])) / DAY))
        return weights / weights.sum()

    def _weight(self, place: int, day: date) -> float:
        weight = 1 + truths.GROWTH * place / len(self.days)
        if day.weekday() == FRIDAY:
            weight *= truths.FRIDAY
        if self.is_rush(day):
            weight *= truths.NOWRUZ_RUSH
        elif self.is_rest(day):
            weight *= truths.NOWRUZ_REST
        return weight

    @cached_property
    def nowruz(self) -> date:
        """Return the first of Farvardin that lies in this year."""
        last = JalaliDate(self.days[-1])
        return JalaliDate(last.year, 1, 1).to_gregorian()

    def is_rush(self, day: date) -> bool:
        return timedelta(0) < self.nowruz - day <= timedelta(days=truths.NOWRUZ_RUSH_DAYS)

    def is_rest(self, day: date) -> bool:
        return timedelta(0) <= day - self.nowruz < timedelta(days=truths.NOWRUZ_REST_DAYS)

    def months_ago(self, months: int) -> int:
        """Return the moment at which the Jalali month began that lies so many before the present one."""
        today = JalaliDate(self.days[-1])
        count = today.year * 12 + today.month - 1 - months
        return midnight(JalaliDate(count // 12, count % 12 + 1, 1).to_gregorian())

    def cumulative(self, moments: Moments) -> NDArray[np.float64]:
        """Return the share of the year's busyness before each moment."""
        sums = np.concatenate([[0.0], np.cumsum(self.busyness)])
        place = np.clip((moments - self.start) / DAY, 0, len(self.days))
        return np.interp(place, np.arange(len(sums)), sums)

    def busy_days(self, random: np.random.Generator, since: Moments) -> NDArray[np.int64]:
        """Draw a day for each, busy days more often, none before its `since`."""
        floor = self.cumulative(since)
        drawn = floor + random.random(len(since)) * (1 - floor)
        return np.clip(np.searchsorted(np.cumsum(self.busyness), drawn), 0, len(self.days) - 1)


def midnight(day: date) -> int:
    return milliseconds(datetime.combine(day, time.min, TEHRAN))


def milliseconds(moment: datetime) -> int:
    return round(moment.astimezone(UTC).timestamp() * 1000)


def clock(random: np.random.Generator, count: int, hours: tuple[float, ...]) -> Moments:
    """Draw times of day, in milliseconds since local midnight."""
    shares = np.array(hours) / sum(hours)
    return random.choice(24, count, p=shares) * HOUR + random.integers(0, HOUR, count)


def local_hour(moments: Moments) -> NDArray[np.int64]:
    """Return the hour of the day in Tehran."""
    return (moments + 3 * HOUR + 30 * MINUTE) // HOUR % 24


def local_midnight(moments: Moments) -> Moments:
    """Return the beginning of the local day of each moment."""
    shift = 3 * HOUR + 30 * MINUTE
    return (moments + shift) // DAY * DAY - shift
