"""Everything the results page shows, gathered for a selection: what members and shared links see alike."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from hamdel.ground.calendar import periods
from hamdel.ground.calendar.days import DAY, Unit, first_day, next_first_day, start_of_day
from hamdel.ground.calendar.periods import buckets
from hamdel.listen.results.choosing import ABOUT, Selection, read_rule, with_choices
from hamdel.listen.results.counting import ROOM, Size, counted, rows_of, size_of
from hamdel.listen.results.figures import Shown, shown
from hamdel.listen.results.leaving import Left, leaving, overview_of
from hamdel.listen.results.points import points_of
from hamdel.listen.results.protection import Published, Release
from hamdel.listen.results.releasing import about_safely, counted_safely, release_of
from hamdel.listen.results.settled import quickly
from hamdel.listen.results.unread import read_days, unread_rule, unread_version
from hamdel.listen.results.versions import Asked, combined, versions_of
from hamdel.listen.surveys.definition import rule_fields
from hamdel.listen.surveys.models import Survey, SurveyVersion
from hamdel.ui import formats
from hamdel.ui.charts import Columns, Point, Series

# Days up to which time is shown by day, then by week; beyond, by month.
BY_DAY, BY_WEEK = 45, 200
# What took longer than a second to count is kept, ten times as long as it took, some minutes at the most.
LONG, TIMES_KEPT, LONGEST_KEPT, MOST_KEPT = 1.0, 10, 180, 50
_kept: dict[tuple[Any, ...], tuple[float, Results | None]] = {}


@dataclass
class Results:
    """The results of one survey. `least` is its smallest group, 0 when it is not anonymous."""

    survey: Survey
    selection: Selection
    versions: list[SurveyVersion]
    questions: list[Asked]
    size: Size
    least: int
    release: Release | None
    shown: list[Shown] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    days: list[tuple[str, int]] = field(default_factory=list)
    places: list[tuple[str, int]] = field(default_factory=list)
    touchpoints: list[tuple[str, int]] = field(default_factory=list)
    channels: list[tuple[str, int]] = field(default_factory=list)
    languages: list[tuple[str, int]] = field(default_factory=list)
    quiz: list[tuple[str, str]] = field(default_factory=list)
    # Of counts that took long: when they were made.
    counted_at: datetime | None = None

    @property
    def days_figure(self) -> Columns | None:
        """Draw how many responses came on each day, None where there are none to draw."""
        if not self.days:
            return None
        points = tuple(Point(name, n) for name, n in self.days)
        return Columns(title=_("Responses over time"), series=(Series(_("Responses"), points),))

    @property
    def is_too_small(self) -> bool:
        return self.size.n < self.least


def selection_of(survey: Survey, query: Mapping[str, str], language: str, *, at: datetime) -> Selection:
    """Return what an address asks for, and what of it is `unread`. Of an anonymous survey it is always all that is released."""
    if survey.how.anonymous:
        return Selection(survey, release=release_of(survey, at=at))
    versions = versions_of(survey)
    fields = with_choices(rule_fields(versions[0].asks, language)) if versions else {}
    numbered = {str(version.number): version.id for version in versions}
    number, rule_text = query.get("version", ""), query.get("rule", "")
    version, rule = numbered.get(number), read_rule(rule_text, fields)
    start, end, unread = read_days(query, survey)
    unread += [*unread_version(number, is_known=version is not None), *unread_rule(rule_text, rule)]
    return Selection(
        survey,
        rule=rule,
        fields=fields,
        about={name: query[name] for name in ABOUT if query.get(name)},
        versions=frozenset([version]) if version else None,
        start=start,
        end=end,
        has_unfinished=query.get("unfinished") == "1",
        unread=tuple(unread),
    )


def results_of(
    survey: Survey, selection: Selection, language: str, *, questions: list[str] | None = None
) -> Results:
    """Count everything. `questions` leaves out all others."""
    versions = versions_of(survey)
    asked = [one for one in combined(versions, survey) if questions is None or one.key in questions]
    least = survey.how.smallest_group if survey.how.anonymous else 0
    if not least:
        return quickly(selection, lambda chosen: counted_page(survey, chosen, versions, asked, language))
    found = Results(survey, selection, versions, asked, size_of(selection), least, selection.release)
    if found.is_too_small:
        return found
    counts = counted_safely(selection, asked)
    found.shown = [shown(counts[one.key], survey, language, least=least) for one in asked]
    found.channels = _told(about_safely(selection, "channel"))
    found.languages = _told(about_safely(selection, "language"))
    return found


def counted_page(
    survey: Survey, selection: Selection, versions: list[SurveyVersion], asked: list[Asked], language: str
) -> Results:
    """Count a survey that is not anonymous. What took long is kept for a while: the page says when it was counted."""
    key = (survey.id, str(selection.sql()), language, formats.current(), *(one.key for one in asked))
    until, kept = _kept.get(key, (0.0, None))
    if kept is not None and time.monotonic() < until:
        return kept
    began = time.monotonic()
    rows_of(ROOM, [])
    seen = overview_of(selection)
    found = Results(survey, selection, versions, asked, Size(seen.n, seen.completed), 0, None)
    found.channels, found.languages = seen.channels, seen.languages
    found.places, found.touchpoints = seen.places, seen.touchpoints
    found.days = in_buckets(seen.days, selection)
    counts = counted(selection, asked)
    found.shown = [shown(counts[one.key], survey, language) for one in asked]
    found.left = leaving(selection, asked, found.size.completed)
    if versions and versions[0].asks.quiz:
        found.quiz = points_of(selection, versions)
    ended = time.monotonic()
    if ended - began >= LONG:
        found.counted_at = now()
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = (ended + min((ended - began) * TIMES_KEPT, LONGEST_KEPT), found)
    return found


def in_buckets(days: list[tuple[str, int]], selection: Selection) -> list[tuple[str, int]]:
    """Return days, weeks or months with how many came in each, those without any as well.

    They are whole ones, except where the first and the last day that were chosen cut them off.
    """
    if not days:
        return []
    workspace = selection.survey.workspace
    zone, calendar = workspace.timezone, workspace.calendar
    first, last = date.fromisoformat(days[0][0]), date.fromisoformat(days[-1][0])
    length = (last - first).days
    unit = Unit.DAY if length <= BY_DAY else Unit.WEEK if length <= BY_WEEK else Unit.MONTH
    whole = periods.days(
        first_day(first, unit, calendar),
        next_first_day(first_day(last, unit, calendar), unit, calendar) - DAY,
        zone,
    )
    start, end = max(whole.start, selection.start or whole.start), min(whole.end, selection.end or whole.end)
    cut = buckets(periods.Period(start, end), unit, calendar, zone, formats.language())
    counts = [0] * len(cut)
    for day, n in days:
        moment = start_of_day(date.fromisoformat(day), zone)
        counts[bisect_right(cut, moment, key=lambda bucket: bucket.start) - 1] += n
    return [(bucket.label, n) for bucket, n in zip(cut, counts, strict=True)]


def _told(history: list[Published]) -> list[tuple[str, int]]:
    """Return what may be told apart; what may not stands together, without a name."""
    return [
        (next(iter(group)) if len(group) == 1 else "", last.n_of(group))
        for last in history[-1:]
        for group in last.groups
    ]
