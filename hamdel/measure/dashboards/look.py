"""What somebody looks at: a period and a few choices from the address, in their workspace, at this moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import itemgetter
from urllib.parse import urlencode

from django.utils.timezone import now as clock
from django.utils.translation import gettext as _

from hamdel.ground.access.doors import Request
from hamdel.ground.access.models import Member
from hamdel.ground.calendar.days import Unit, local_day
from hamdel.ground.calendar.periods import Period, previous
from hamdel.ground.calendar.words import format_span
from hamdel.ground.workspaces.models import Workspace
from hamdel.measure.dashboards.queries import PlacesInUse, places_in_use
from hamdel.measure.metrics.answering import answers
from hamdel.measure.metrics.question import FIRST, LAST, Question, ask_for
from hamdel.measure.metrics.registry import METRICS
from hamdel.measure.metrics.results import MetricResult
from hamdel.ui import filters, formats
from hamdel.ui.filters import Choice, FilterBar
from hamdel.ui.labels import channel_label, touchpoint_label
from hamdel.ui.pages import wants_part

# Longest period shown by day, then by week; beyond, by month.
BY_DAY, BY_WEEK = timedelta(days=45), timedelta(days=200)
DIMENSIONS = ("touchpoint", "channel")
IN_THE_ADDRESS = ("period", "from", "to", *DIMENSIONS)
LONGEST = 60

# What customers say comes from surveys and has their touchpoints; orders and conversations have others of their own.
SAID = {"scores", "survey_steps"}

Asked = tuple[str, str | None, str | None]


@dataclass
class Look:
    """The filters of a page and the answers it has asked for so far: a score on two panels is asked for once."""

    member: Member
    bar: FilterBar
    now: datetime
    address: dict[str, str] = field(default_factory=dict)
    _answers: dict[Asked, MetricResult] = field(default_factory=dict)

    @property
    def workspace(self) -> Workspace:
        return self.member.workspace

    @property
    def period(self) -> Period:
        if self.bar.period is None:
            raise ValueError("A dashboard always has a period.")
        return self.bar.period

    @property
    def previous_period(self) -> Period:
        return previous(self.period, self.workspace.timezone)

    @property
    def bucket(self) -> Unit:
        """Return the unit that gives the period enough points to see a course, and not too many."""
        length = self.period.length
        return Unit.DAY if length <= BY_DAY else Unit.WEEK if length <= BY_WEEK else Unit.MONTH

    @property
    def chosen(self) -> dict[str, str]:
        """Return the filters that are set, by dimension."""
        return {name: self.bar[name] for name in DIMENSIONS if self.bar[name]}

    @property
    def query(self) -> str:
        """Return the filters as they stand in an address, to hand on to other pages."""
        return urlencode(self.address)

    def score(self, metric: str, *, bucket: str | None = None, by: str | None = None) -> MetricResult:
        """Return a metric's score over the period. Raises QuestionError and AnalyticsUnavailable."""
        return self.scores([metric], bucket=bucket, by=by)[0]

    def scores(
        self, metrics: Sequence[str], *, bucket: str | None = None, by: str | None = None
    ) -> list[MetricResult]:
        """Return several scores over the period, asked for together. Raises as `score` does."""
        asked = {metric: (metric, bucket, by) for metric in metrics}
        new = [metric for metric in metrics if asked[metric] not in self._answers]
        questions = [self._question(metric, bucket, by) for metric in new]
        for metric, result in zip(new, answers(questions, workspace=self.workspace), strict=True):
            self._answers[asked[metric]] = result
        return [self._answers[asked[metric]] for metric in metrics]

    def _question(self, metric: str, bucket: str | None, by: str | None) -> Question:
        is_said = METRICS[metric].source.table in SAID
        return ask_for(
            metric,
            self.period,
            bucket=bucket,
            by=by,
            filters=self.chosen if is_said else {},
            calendar=self.workspace.calendar,
        )

    @property
    def shown_period(self) -> str:
        return self._span(self.period)

    @property
    def shown_previous_period(self) -> str:
        return self._span(self.previous_period)

    def _span(self, period: Period) -> str:
        """Write a period as its first and last day."""
        zone = self.workspace.timezone
        last = local_day(period.end - timedelta(microseconds=1), zone)
        return format_span(local_day(period.start, zone), last, formats.language(), self.workspace.calendar)


def look_of(request: Request) -> Look:
    """Read a look from the address. What cannot be read or asked falls back to the last 30 days.

    Only a page with its filter bar needs to know what else could be chosen; a part of one does not ask.
    """
    given = {name: request.GET.get(name, "").replace("\0", "")[:LONGEST] for name in IN_THE_ADDRESS}
    moment, used = clock(), PlacesInUse() if wants_part(request) else places_in_use(request.workspace)
    bar = filters.read(given, now=moment, choices=_choices(used, given))
    if bar.period and not FIRST <= bar.period.start < bar.period.end <= LAST:
        given |= {"from": "", "to": ""}
        bar = filters.read(given, now=moment, choices=bar.choices)
        bar = replace(bar, error=_("The period lies outside of what is kept."))
    return Look(request.member, bar, moment, {name: value for name, value in given.items() if value})


def _choices(used: PlacesInUse, given: dict[str, str]) -> list[Choice]:
    return [
        _choice("touchpoint", _("Touchpoint"), used.touchpoints, touchpoint_label, given),
        _choice("channel", _("Channel"), used.channels, channel_label, given),
    ]


def _choice(
    name: str, label: str, used: Sequence[str], named: Callable[[str], str], given: dict[str, str]
) -> Choice:
    """Return a choice of the values in use, and of the one in the address: a shared link keeps its meaning."""
    values = dict.fromkeys([*used, *([given[name]] if given[name] else [])])
    return Choice(
        name, label, sorted(((value, named(value)) for value in values), key=itemgetter(1)), given[name]
    )
