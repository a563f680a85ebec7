"""Working hours as ClickHouse can reckon with them.

The open time between two moments is the open time before the second less that before the first. For the time before
a moment three arrays are enough: when each span opens, how much open time lies before it, and how long it lasts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from hamdel.ground.calendar.business import WorkingHours
from hamdel.ground.calendar.days import local_day
from hamdel.ground.workspaces.hours import Works, hours_of

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class OpenTime:
    """The open spans of a stretch of time, seconds; the first entry stands for all time before."""

    opens: tuple[int, ...]
    before: tuple[int, ...]
    lasts: tuple[int, ...]

    @property
    def parameters(self) -> dict[str, list[int]]:
        return {"opens": list(self.opens), "before": list(self.before), "lasts": list(self.lasts)}


def open_time(workspace: Works, start: datetime, end: datetime) -> OpenTime:
    """Return the open spans of every day from `start` to `end`."""
    zone = workspace.timezone
    return _open_time(
        _Key(hours_of(workspace)), local_day(start, zone).toordinal(), local_day(end, zone).toordinal()
    )


def open_seconds(moment: str) -> str:
    """Return SQL of the open seconds before a moment, to be bound with `OpenTime.parameters`; doubled braces."""
    second = f"toUnixTimestamp({moment})"
    opened = f"roundDown({second}, {{{{opens:Array(UInt32)}}}})"
    before = f"transform({opened}, {{{{opens:Array(UInt32)}}}}, {{{{before:Array(UInt32)}}}}, toUInt32(0))"
    lasts = f"transform({opened}, {{{{opens:Array(UInt32)}}}}, {{{{lasts:Array(UInt32)}}}}, toUInt32(0))"
    return f"toInt64({before}) + toInt64(least({second} - {opened}, {lasts}))"


def fingerprint(workspace: Works) -> str:
    """Return what changes when the working hours do."""
    hours = hours_of(workspace)
    said = repr((sorted(hours.week.items()), sorted(hours.holidays), hours.timezone))
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, eq=False)
class _Key:
    """Working hours hold a dict, so they are told apart by being the same object; `hours_of` keeps them."""

    hours: WorkingHours

    def __hash__(self) -> int:
        return id(self.hours)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.hours is self.hours


@lru_cache(maxsize=200)
def _open_time(key: _Key, first: int, last: int) -> OpenTime:
    opens, before, lasts, total = [0], [0], [0], 0
    for day in range(first, last + 1):
        for begins, ends in key.hours.spans_on(datetime.fromordinal(day).date()):
            length = int((ends - begins).total_seconds())
            opens.append(int(begins.timestamp()))
            before.append(total)
            lasts.append(length)
            total += length
    return OpenTime(tuple(opens), tuple(before), tuple(lasts))
