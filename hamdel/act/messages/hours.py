"""When a line may send, by the workspace's clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def next_allowed(now: datetime, since: time | None, until: time | None, zone: ZoneInfo) -> datetime:
    """Return `now` if it lies within the hours [since, until), else the next moment that does.

    Hours over midnight (22:00 to 06:00) are understood; equal ends mean the whole day.
    """
    if since is None or until is None or since == until:
        return now
    local = now.astimezone(zone)
    if _within(local.time(), since, until):
        return now
    day = local.date() if local.time() < since else local.date() + timedelta(days=1)
    return datetime.combine(day, since, zone).astimezone(UTC)


def _within(moment: time, since: time, until: time) -> bool:
    if since < until:
        return since <= moment < until
    return moment >= since or moment < until
