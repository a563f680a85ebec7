"""Scores: what there is, and each with its n, interval and verdict."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.utils.timezone import now
from ninja import Query, Router, Schema
from pydantic import Field

from hamdel.api.auth import ApiRequest, needs
from hamdel.api.errors import PROBLEMS, Problem
from hamdel.ground.access.permissions import Permission
from hamdel.measure.metrics.answering import answer
from hamdel.measure.metrics.question import parse
from hamdel.measure.metrics.registry import DIMENSIONS, METRICS, Metric

router = Router(tags=["metrics"])
Text = str | None


class MetricDefinition(Schema):
    """What a metric is. `aliases` are other names it answers to, `dimensions` what it can be grouped by."""

    metric: str
    label: str
    rule: str
    unit: str
    direction: str
    minimum_sample: int
    interval: str
    aliases: list[str]
    dimensions: list[str]


class MetricList(Schema):
    items: list[MetricDefinition]
    next: None = None


class Point(Schema):
    """A bucket of time. `value` is null where nobody answered, never 0."""

    start: datetime = Field(alias="from")
    end: datetime = Field(alias="to")
    label: str
    value: float | None
    n: int
    low: float | None
    high: float | None


class Group(Schema):
    """One value of `by`. Below the minimum sample it is listed last and not ranked."""

    key: str
    value: float | None
    n: int
    low: float | None
    high: float | None
    is_ranked: bool


class Before(Schema):
    """The period of equal length that ends where this one begins."""

    start: datetime = Field(alias="from")
    end: datetime = Field(alias="to")
    value: float | None
    n: int


class OtherScale(Schema):
    """Answers left out because they were given on another scale."""

    scale: list[float]
    n: int


class Score(Schema):
    """A metric over a period, with its 95% interval and what became of it since the period before."""

    metric: str
    value: float | None = Field(description="In `unit`. Null when there is no answer.")
    n: int
    low: float | None
    high: float | None
    verdict: str = Field(description="up, down, no_evidence or too_few, against the period before.")
    series: list[Point]
    groups: list[Group]
    others: int
    label: str
    unit: str
    direction: str
    start: datetime = Field(alias="from")
    end: datetime = Field(alias="to")
    period: str
    better: bool | None
    difference: float | None
    previous: Before
    minimum_sample: int
    interval: str
    rule: str
    scale: list[float] | None
    other_scales: list[OtherScale]
    waiting: int


class Asked(Schema):
    """A question about a metric. Any `property:NAME=value` filters by a property of the events as well."""

    # A filter has the name of a property; `parse` refuses what is none.
    takes_any: ClassVar[bool] = True

    start: Text = Field(
        None,
        alias="from",
        max_length=40,
        description="First day (1403/05/12, 2024-08-02) or a moment in ISO 8601.",
    )
    end: Text = Field(
        None, alias="to", max_length=40, description="Last day, included; or a moment, excluded."
    )
    period: Text = Field(
        None, max_length=40, description="last_30_days (the default), this_month, last_quarter…"
    )
    by: Text = Field(
        None,
        max_length=300,
        description="day, week, month, quarter, year; touchpoint, channel, survey, property:NAME; or one of each,"
        " with a comma between.",
    )
    calendar: Text = Field(
        None, max_length=20, description="jalali or gregorian; the workspace’s own by default."
    )
    scale: Text = Field(None, max_length=20, description="One of several scales, such as 1-5.")
    touchpoint: list[str] | None = Field(None, max_length=100)
    channel: list[str] | None = Field(None, max_length=100)
    survey: list[str] | None = Field(None, max_length=100)


@router.get("", response={200: MetricList, PROBLEMS: Problem}, summary="List the metrics")
@needs(Permission.SEE_SCORES)
def list_metrics(request: ApiRequest) -> MetricList:  # noqa: ARG001  every operation takes one
    return MetricList(items=[_definition(metric) for metric in METRICS.values()])


@router.get("/{metric}", response={200: Score, PROBLEMS: Problem}, by_alias=True, summary="Ask for a score")
@needs(Permission.SEE_SCORES)
def get_metric(request: ApiRequest, metric: str, asked: Query[Asked]) -> dict[str, Any]:  # noqa: ARG001  documents what `parse` reads
    given = dict(request.GET.lists())
    question = parse(metric, given, workspace=request.workspace, now=now())
    return answer(question, workspace=request.workspace).as_json()


def _definition(metric: Metric) -> MetricDefinition:
    return MetricDefinition(
        metric=metric.key,
        label=str(metric.label),
        rule=str(metric.rule),
        unit=str(metric.unit),
        direction=str(metric.direction),
        minimum_sample=metric.minimum_sample,
        interval=str(metric.interval),
        aliases=list(metric.aliases),
        dimensions=[name for name in DIMENSIONS if metric.source.has(name)],
    )
