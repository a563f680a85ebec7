"""Quiet hours, by the wall clock where the customer is."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hamdel.act.contacts.policy import Policy

MINUTE = timedelta(minutes=1)


def is_quiet(policy: Policy, zone: ZoneInfo, at: datetime) -> bool:
    """Tell whether nobody may be disturbed there at this moment. The first quiet minute counts, the last's end not."""
    there = at.astimezone(zone)
    return there.weekday() in policy.quiet_days or _within(policy, there.time())


def _within(policy: Policy, clock: time) -> bool:
    start, end = policy.quiet_from, policy.quiet_until
    if start <= end:
        return start <= clock < end
    return clock >= start or clock < end


def end_of_quiet(policy: Policy, zone: ZoneInfo, at: datetime) -> datetime | None:
    """Return the first moment from `at` that is not quiet, in UTC; None if every hour of every day is."""
    if not is_quiet(policy, zone, at):
        return at
    for start in _openings(policy, zone, at):
        if start > at and not is_quiet(policy, zone, start):
            return start
    return None


def _openings(policy: Policy, zone: ZoneInfo, at: datetime) -> list[datetime]:
    """Return when quiet could end in the days to come: at its hour, with a quiet day at midnight, or as clocks change.

    The night clocks go back has some hours twice, the other one lacks some: then quiet ends with the jump.
    """
    today = at.astimezone(zone).date()
    days = [today + timedelta(days=n) for n in range(10)]
    found = {
        datetime.combine(day, hour, zone).replace(fold=fold).astimezone(UTC)
        for day in days
        for hour in (policy.quiet_until, time(0))
        for fold in (0, 1)
    }
    mornings = [datetime.combine(day, time(0), zone).astimezone(UTC) for day in days]
    found |= {
        _jump(zone, start, end)
        for start, end in pairwise(mornings)
        if _offset(zone, start) != _offset(zone, end)
    }
    return sorted(found)


def _jump(zone: ZoneInfo, start: datetime, end: datetime) -> datetime:
    """Return the first minute at which the clock there differs from what it was at `start`."""
    low, high, before = 0, int((end - start) / MINUTE), _offset(zone, start)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, start + middle * MINUTE) == before else (low, middle)
    return start + high * MINUTE


def _offset(zone: ZoneInfo, at: datetime) -> timedelta | None:
    return at.astimezone(zone).utcoffset()
