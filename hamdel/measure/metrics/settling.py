"""Settling: summing up the days that are over, and telling how far the sums may be trusted.

A day is settled when nothing has come in for it for a while. An event that comes later still is counted at once:
its day is no longer trusted, nor are those after it, until they are settled again.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

from hamdel.ground import analytics
from hamdel.ground.calendar.days import local_day, start_of_day
from hamdel.measure.metrics.days import DAYS, ByDay
from hamdel.measure.metrics.open_time import open_time
from hamdel.measure.metrics.question import Asker
from hamdel.measure.metrics.registry import METRICS, usual_scales
from hamdel.measure.metrics.sources import FRESH, PATIENCE

# Rows are noted just before they can be read. No insert takes as long as this.
QUIET = timedelta(seconds=60)
# So many days are summed up by one statement, to bound what it needs in memory.
MOST_DAYS = 31
REMEMBERED_SECONDS = 1.0
MOST_REMEMBERED = 1_000
ONE_DAY = timedelta(days=1)
# Whoever removes rows of a workspace holds it, so that nothing read before is written after they are gone.
SETTLERS_LOCK = 7412


@dataclass(frozen=True)
class TouchedDay:
    day: date
    touched_at: datetime


@dataclass(frozen=True)
class SettledDay:
    day: datetime
    settling: datetime


@dataclass(frozen=True)
class Clock:
    now: datetime


@dataclass(frozen=True)
class Day:
    """A day of the workspace: when it begins and ends, when rows last came in for it, when it was settled."""

    start: datetime
    end: datetime
    touched_at: datetime
    settling: datetime | None

    @property
    def is_trusted(self) -> bool:
        """Tell whether its sums hold."""
        return self.settling is not None and self.settling > self.touched_at + QUIET

    def may_be_settled(self, *, now: datetime, patience: timedelta) -> bool:
        return self.touched_at + QUIET < now and self.end + patience <= now


def is_start_of_day(moment: datetime, timezone: str) -> bool:
    return start_of_day(local_day(moment, timezone), timezone) == moment


def settled_until(source: str, workspace: Asker, start: datetime, end: datetime) -> datetime:
    """Return until when, beginning at `start`, figures by day may be read: `start` itself if none may.

    What is known of the days is remembered for a second; one page asks for it a dozen times.
    """
    untrusted = _untrusted_days(source, workspace)
    first = bisect_right(untrusted, start, key=lambda day: day.end)
    until = min(end, untrusted[first].start) if first < len(untrusted) else end
    if not is_start_of_day(until, workspace.timezone):
        # A day that the period cuts short is counted from its rows.
        until = start_of_day(local_day(until, workspace.timezone), workspace.timezone)
    return max(until, start)


_remembered: dict[tuple[Any, ...], tuple[float, list[Day]]] = {}


def _untrusted_days(source: str, workspace: Asker) -> list[Day]:
    """Return the days whose figures must be counted from their rows, in order."""
    key = (DAYS[source].figures(source, workspace), workspace.id, workspace.timezone)
    read_at, days = _remembered.get(key, (0.0, []))
    if time.monotonic() - read_at >= REMEMBERED_SECONDS:
        days = [day for day in _days(source, workspace) if not day.is_trusted]
        if len(_remembered) > MOST_REMEMBERED:
            _remembered.clear()
        _remembered[key] = time.monotonic(), days
    return days


def settle(workspace: Asker) -> int:
    """Sum up every day that is over and quiet and not settled yet; return how many. Safe to run twice at once."""
    return sum(_settle(source, by_day, workspace) for source, by_day in DAYS.items())


def _settle(source: str, by_day: ByDay, workspace: Asker) -> int:
    now = clock(workspace)
    waiting = [
        day
        for day in _days(source, workspace)
        if not day.is_trusted and day.may_be_settled(now=now, patience=by_day.patience)
    ]
    for stretch in _stretches(waiting):
        _settle_stretch(source, by_day, workspace, stretch, now)
    return len(waiting)


def _settle_stretch(
    source: str, by_day: ByDay, workspace: Asker, days: list[Day], settling: datetime
) -> None:
    params = {
        "start": days[0].start,
        "end": days[-1].end,
        "edges": [int(day.start.timestamp()) for day in days],
        "settling": settling,
        "patience": PATIENCE,
        "fresh": FRESH,
        **open_time(workspace, days[0].start, days[-1].end + by_day.patience).parameters,
        **usual_scales(metric for metric in METRICS.values() if metric.kind),
    }
    analytics.derive(by_day.table, by_day.columns, by_day.filling, workspace=workspace, params=params)
    figures = by_day.figures(source, workspace)
    rows = [(workspace.id, figures, workspace.timezone, day.start, settling) for day in days]
    columns = ("workspace_id", "source", "timezone", "day", "settling")
    analytics.append("settled_days", rows, columns=columns, token=str(uuid4()))


def _stretches(days: Iterable[Day]) -> Iterator[list[Day]]:
    """Yield days that follow each other without a gap, a month at most."""
    stretch: list[Day] = []
    for day in days:
        if stretch and (stretch[-1].end != day.start or len(stretch) == MOST_DAYS):
            yield stretch
            stretch = []
        stretch.append(day)
    if stretch:
        yield stretch


def clock(workspace: Asker) -> datetime:
    """Return the time of the clock by which the coming of rows is noted."""
    [found] = analytics.ask("measure/metrics/clock", Clock, workspace=workspace)
    return found.now


def _days(source: str, workspace: Asker) -> list[Day]:
    """Return every day that rows came in for, or that they may have changed."""
    touched, settled = _touched(source, workspace), _settled(source, workspace)
    patience = DAYS[source].patience
    if not touched:
        return []
    first, last = _midnight(min(touched)) - patience - ONE_DAY, _midnight(max(touched)) + 2 * ONE_DAY
    return [
        Day(begins, ends, touched_at, settled.get(begins))
        for begins, ends in pairwise(_starts(first, last, workspace.timezone))
        # An answer may come before the report of its delivery, by a day at most.
        if (touched_at := _last_touch(touched, begins - ONE_DAY, ends + patience))
    ]


def _touched(source: str, workspace: Asker) -> dict[date, datetime]:
    found = analytics.ask("measure/metrics/touched_days", TouchedDay, workspace=workspace, source=source)
    return {row.day: row.touched_at for row in found}


def _settled(source: str, workspace: Asker) -> dict[datetime, datetime]:
    figures = DAYS[source].figures(source, workspace)
    found = analytics.ask("measure/metrics/settled_days", SettledDay, workspace=workspace, source=figures)
    return {row.day: row.settling for row in found}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC)


def _starts(start: datetime, end: datetime, timezone: str) -> Iterator[datetime]:
    """Yield the moments at which days begin: the one `start` lies in, and on to the first at or after `end`."""
    day = local_day(start, timezone)
    while (moment := start_of_day(day, timezone)) < end:
        yield moment
        day += ONE_DAY
    yield moment


def _last_touch(touched: Mapping[date, datetime], start: datetime, end: datetime) -> datetime | None:
    """Return when a row was last added between two moments, by whole days of UTC."""
    first, last = start.toordinal(), (end - timedelta(milliseconds=1)).toordinal()
    found = (touched.get(date.fromordinal(day)) for day in range(first, last + 1))
    return max(filter(None, found), default=None)
