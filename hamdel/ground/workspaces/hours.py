"""When a workspace works: what due times, response times and the like are counted in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache
from typing import Any, Protocol

import orjson

from hamdel.ground.calendar.business import IRANIAN_WEEK, Span, WorkingHours, solar_holidays
from hamdel.ground.calendar.days import Calendar

_NINE_TO_FIVE: tuple[Span, ...] = ((time(9), time(17)),)
INTERNATIONAL_WEEK: Mapping[int, tuple[Span, ...]] = dict.fromkeys(range(5), _NINE_TO_FIVE)
# Jalali years for which the official holidays with a fixed date are known.
YEARS = range(1390, 1430)


class Works(Protocol):
    """Whose hours they are: a Workspace."""

    @property
    def timezone(self) -> str: ...
    @property
    def calendar(self) -> str: ...
    @property
    def hours(self) -> Mapping[str, Any]: ...


def usual_week(calendar: str) -> Mapping[int, tuple[Span, ...]]:
    """Return the week of a workspace that has not said otherwise: Saturday to Thursday noon, or Monday to Friday."""
    return IRANIAN_WEEK if calendar == Calendar.JALALI else INTERNATIONAL_WEEK


def hours_of(workspace: Works) -> WorkingHours:
    """Return when the workspace works.

    `Workspace.hours` is {"week": {"0": [["09:00", "17:00"]]}, "holidays": ["2026-03-21"], "official": true}; what is
    left out is as usual. Monday is 0; a close of "00:00" is the end of the day.
    """
    return _read(orjson.dumps(workspace.hours), workspace.calendar, workspace.timezone)


@lru_cache(maxsize=200)
def _read(kept: bytes, calendar: str, timezone: str) -> WorkingHours:
    form = orjson.loads(kept)
    week = usual_week(calendar)
    if "week" in form:
        week = {int(day): tuple(map(_span, spans)) for day, spans in form["week"].items()}
    holidays = {date.fromisoformat(day) for day in form.get("holidays", ())}
    if form.get("official", calendar == Calendar.JALALI):
        holidays.update(*map(solar_holidays, YEARS))
    return WorkingHours(week, frozenset(holidays), timezone)


def _span(pair: list[str]) -> Span:
    return time.fromisoformat(pair[0]), time.fromisoformat(pair[1])
