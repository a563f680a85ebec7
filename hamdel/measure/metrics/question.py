"""A question about a metric as a value: read from a URL, checked, then asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Protocol
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hamdel.ground.calendar.days import Calendar, Unit, local_day
from hamdel.ground.calendar.digits import to_latin
from hamdel.ground.calendar.periods import Period, PeriodError, buckets, parse_period, preset
from hamdel.measure.metrics.cells import Scale
from hamdel.measure.metrics.registry import DIMENSIONS, Metric, Words, find_metric
from hamdel.measure.metrics.sources import PROPERTY, Cut

USUAL_PERIOD = "last_30_days"
MOST_FILTERS = 10
MOST_VALUES = 100
LONGEST = 500
# ClickHouse counts seconds in 32 bits.
FIRST, LAST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2105, 1, 1, tzinfo=UTC)
_ITS_OWN = {"from", "to", "period", "by", "bucket", "scale", "calendar"}
_OF_PERIODS: dict[str, Words] = {
    "unreadable_day": _("Cannot read this day. Write it like 1403/05/12 or 2024-08-02."),
    "unreadable_moment": _("Cannot read this moment. Write it like 2024-08-02T10:00:00Z."),
    "no_such_day": _("There is no such day in the calendar."),
    "period_out_of_range": _("Choose days from 1970 to 2104."),
    "empty_period": _("The period ends before it begins."),
    "unknown_preset": _("There is no period of this name."),
    "unknown_unit": _("Scores can be shown by day, week, month, quarter or year."),
    "too_many_buckets": _("These are too many points for one chart. Choose a longer unit."),
}


class QuestionError(ValueError):
    """A question that cannot be asked. `code` is for programs, `message` for people, in their language."""

    def __init__(self, code: str, message: Words, value: str = "") -> None:
        super().__init__(code, value)
        self.code = code
        self.message = message
        self.value = value

    def __str__(self) -> str:
        return f"{self.message} ({self.value})" if self.value else str(self.message)


class Asker(Protocol):
    """Whose scores are asked for: a Workspace."""

    @property
    def id(self) -> UUID: ...
    @property
    def timezone(self) -> str: ...
    @property
    def calendar(self) -> str: ...
    @property
    def hours(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Question:
    """A metric over a period: in buckets of time, in groups, and only where every filter holds.

    `bucket` is a `calendar.Unit`; `by` is a dimension such as "touchpoint" or "property:city"; a filter keeps
    the answers whose dimension has one of its values; `scale` picks one of several scales.
    """

    metric: Metric
    period: Period
    bucket: Unit | None = None
    by: str | None = None
    filters: tuple[Cut, ...] = ()
    scale: Scale | None = None
    calendar: str = Calendar.JALALI


def ask_for(
    metric: str,
    period: Period,
    *,
    bucket: str | None = None,
    by: str | None = None,
    filters: Mapping[str, str | Sequence[str]] | None = None,
    scale: Scale | None = None,
    calendar: str = Calendar.JALALI,
) -> Question:
    """Return a checked question. QuestionError tells what cannot be asked."""
    found = find_metric(metric)
    if found is None:
        raise QuestionError("unknown_metric", _("There is no such metric."), metric)
    unit = _unit(bucket) if bucket else None
    cuts = tuple(Cut(_dimension(name), _values(values)) for name, values in (filters or {}).items())
    question = Question(found, period, unit, _dimension(by) if by else None, cuts, scale, calendar)
    _check(question)
    return question


def parse(
    metric: str, given: Mapping[str, str | Sequence[str]], *, workspace: Asker, now: datetime
) -> Question:
    """Read a question from the parameters of a URL. QuestionError tells which one cannot be read.

    `from` and `to` are days of either calendar or ISO moments, or `period` names a preset (the last 30 days
    by default); `by` takes a unit of time, a dimension or both, with a comma between; every other parameter
    filters by the dimension of its name, and may be repeated.
    """
    texts = {name: _texts(values) for name, values in given.items()}
    single = {name: (texts[name][-1] if texts.get(name) else "") for name in _ITS_OWN}
    calendar = _calendar(single["calendar"] or workspace.calendar)
    parts = [part.strip() for part in f"{single['by']},{single['bucket']}".split(",") if part.strip()]
    units = [part for part in parts if part in list(Unit)]
    groups = [part for part in parts if part not in list(Unit)]
    if len(units) > 1 or len(groups) > 1:
        raise QuestionError("too_many_groups", _("Choose one unit of time and one group."), single["by"])
    return ask_for(
        metric,
        _period(single, calendar, workspace.timezone, now),
        bucket=units[0] if units else None,
        by=groups[0] if groups else None,
        filters={name: values for name, values in texts.items() if name not in _ITS_OWN and any(values)},
        scale=_scale(single["scale"]) if single["scale"] else None,
        calendar=calendar,
    )


def language_now() -> str:
    """Return the language labels are written in: "fa" or "en"."""
    return "fa" if (get_language() or "fa").startswith("fa") else "en"


def buckets_of(question: Question, timezone: str | tzinfo) -> list[Period]:
    """Return the question's buckets of time, empty when it asks for none."""
    if question.bucket is None:
        return []
    try:
        return buckets(question.period, question.bucket, question.calendar, timezone, language_now())
    except PeriodError as error:
        raise _of_period(error) from error


def _period(single: Mapping[str, str], calendar: str, timezone: str, now: datetime) -> Period:
    language = language_now()
    try:
        if single["from"]:
            end = single["to"] or local_day(now, timezone).isoformat()
            return parse_period(single["from"], end, timezone, calendar, language)
        if single["to"]:
            raise QuestionError("missing_from", _("A period needs its first day: “from”."))
        return preset(single["period"] or USUAL_PERIOD, now, calendar, timezone, language)
    except PeriodError as error:
        raise _of_period(error) from error


def _of_period(error: PeriodError) -> QuestionError:
    return QuestionError(error.code, _OF_PERIODS[error.code], error.value)


def _calendar(text: str) -> str:
    if text not in list(Calendar):
        raise QuestionError("unknown_calendar", _("The calendar is “jalali” or “gregorian”."), text)
    return text


def _unit(text: str) -> Unit:
    if text not in list(Unit):
        raise QuestionError("unknown_unit", _OF_PERIODS["unknown_unit"], text)
    return Unit(text)


def _scale(text: str) -> Scale:
    try:
        low, high = (float(part) for part in to_latin(text).split("-"))
    except ValueError as error:
        raise QuestionError("unreadable_scale", _("Write a scale like 1-5."), text) from error
    return low, high


def _dimension(text: str) -> str:
    """Return the name of a dimension; a property may be written `property:city` or `property.city`."""
    if text.startswith("property."):
        text = PROPERTY + text.removeprefix("property.")
    if text.startswith(PROPERTY):
        if not len(PROPERTY) < len(text) <= LONGEST:
            raise QuestionError("unknown_dimension", _("A property needs its name: property:city."), text)
    elif text not in DIMENSIONS:
        raise QuestionError("unknown_dimension", _("Scores cannot be grouped or filtered by this."), text)
    return text


def _texts(values: str | Sequence[str]) -> list[str]:
    return [values] if isinstance(values, str) else list(values)


def _values(values: str | Iterable[str]) -> tuple[str, ...]:
    found = tuple(_texts(values) if isinstance(values, str) else values)
    if any("\0" in value for value in found):
        raise QuestionError("too_many_values", _("A filter takes no NUL character."))
    if len(found) > MOST_VALUES or any(len(value) > LONGEST for value in found):
        raise QuestionError("too_many_values", _("A filter takes up to 100 values of up to 500 letters."))
    return found


def _check(question: Question) -> None:
    metric, period = question.metric, question.period
    if len(question.filters) > MOST_FILTERS:
        raise QuestionError("too_many_filters", _("Use at most ten filters."))
    for dimension in filter(None, [question.by, *(cut.dimension for cut in question.filters)]):
        if not metric.source.has(dimension) or "\0" in dimension:
            raise QuestionError(
                "unknown_dimension", _("This metric cannot be grouped or filtered by it."), dimension
            )
    if period.start < FIRST or period.end > LAST:
        raise QuestionError("period_out_of_range", _OF_PERIODS["period_out_of_range"])
    if period.length < timedelta(seconds=1):
        raise QuestionError("empty_period", _OF_PERIODS["empty_period"])
    if question.scale and metric.scales and question.scale not in metric.scales:
        raise QuestionError("wrong_scale", _("This metric is not reckoned on that scale."))
