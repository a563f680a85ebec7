"""Everything the results page shows, gathered for a selection: what members and shared links see alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from hamdel.listen.results.choosing import ABOUT, Selection, read_rule, with_choices
from hamdel.listen.results.counting import Size, counted, size_of
from hamdel.listen.results.figures import Shown, shown
from hamdel.listen.results.leaving import Left, by, by_day, leaving
from hamdel.listen.results.points import points_of
from hamdel.listen.results.protection import Release, merged, release_of
from hamdel.listen.results.versions import Asked, combined, versions_of
from hamdel.listen.surveys.definition import Kind, rule_fields
from hamdel.listen.surveys.models import Survey, SurveyVersion
from hamdel.ui import formats
from hamdel.ui.charts import Columns, Point, Series


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
    channels: list[tuple[str, int]] = field(default_factory=list)
    languages: list[tuple[str, int]] = field(default_factory=list)
    quiz: list[tuple[str, str]] = field(default_factory=list)

    @property
    def days_figure(self) -> Columns | None:
        """Draw how many responses came on each day, None where there are none to draw."""
        if not self.days:
            return None
        points = tuple(Point(formats.day(date.fromisoformat(day), year=False), n) for day, n in self.days)
        return Columns(title=_("Responses by day"), series=(Series(_("Responses"), points),))

    @property
    def is_too_small(self) -> bool:
        return self.size.n < self.least


def selection_of(survey: Survey, query: Mapping[str, str], language: str, *, at: datetime) -> Selection:
    """Return what an address asks for. Of an anonymous survey it is always all that is released."""
    if survey.how.anonymous:
        return Selection(survey, released_until=release_of(survey, at=at).until)
    versions = versions_of(survey)
    fields = with_choices(rule_fields(versions[0].asks, language)) if versions else {}
    numbered = {str(version.number): version.id for version in versions}
    version = numbered.get(query.get("version", ""))
    return Selection(
        survey,
        rule=read_rule(query.get("rule", ""), fields),
        fields=fields,
        about={name: query[name] for name in ABOUT if query.get(name)},
        versions=frozenset([version]) if version else None,
        has_unfinished=query.get("unfinished") == "1",
    )


def results_of(
    survey: Survey, selection: Selection, language: str, *, at: datetime, questions: list[str] | None = None
) -> Results:
    """Count everything. `questions` leaves out all others."""
    versions = versions_of(survey)
    asked = [one for one in combined(versions, survey) if questions is None or one.key in questions]
    least = survey.how.smallest_group if survey.how.anonymous else 0
    release = release_of(survey, at=at) if survey.how.anonymous else None
    found = Results(survey, selection, versions, asked, size_of(selection), least, release)
    if not found.is_too_small:
        counts = counted(selection, asked)
        found.shown = [
            shown(counts[one.key], survey, language, least=least) for one in asked if _is_seen(one)
        ]
        found.channels = _kept(by(selection, "channel"), least)
        found.languages = _kept(by(selection, "language"), least)
        if not least:
            found.left = leaving(selection, asked, found.size.completed)
            found.days = by_day(selection)
        if versions and versions[0].asks.quiz:
            found.quiz = points_of(selection, versions[0])
    return found


def _is_seen(asked: Asked) -> bool:
    return asked.question.kind != Kind.STATEMENT


def _kept(rows: list[tuple[str, int]], least: int) -> list[tuple[str, int]]:
    """Return the groups that are large enough; what is small stands together, without a name."""
    if not least:
        return rows
    counts: dict[Any, int] = dict(rows)
    groups = merged(counts, least)
    return [
        (next(iter(group)) if len(group) == 1 else "", sum(counts[value] for value in group))
        for group in groups
    ]
