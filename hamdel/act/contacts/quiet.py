"""Quiet hours, by the wall clock where the customer is."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hamdel.act.contacts.policy import Policy


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
    """Return when quiet could end in the days to come: at its hour, or with a quiet day, at midnight."""
    today = at.astimezone(zone).date()
    days = [today + timedelta(days=n) for n in range(9)]
    hours = {policy.quiet_until, time(0)}
    found = [datetime.combine(day, hour, zone).astimezone(UTC) for day in days for hour in hours]
    return sorted(found)
