"""A page for each metric: the score in words, its course, what it is made of, and how many people to ask."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hamdel.ground.access.doors import Request, needs
from hamdel.ground.access.permissions import Permission
from hamdel.ground.analytics import AnalyticsUnavailable
from hamdel.ground.calendar.days import Unit
from hamdel.measure.dashboards.breakdown import breakdown_of
from hamdel.measure.dashboards.figures import course_of, spark_of, table_row
from hamdel.measure.dashboards.look import SAID, Look, look_of
from hamdel.measure.dashboards.overview import metric_url
from hamdel.measure.dashboards.planning import planner_of
from hamdel.measure.dashboards.words import Shown, certainty, counted, interval_words, verdict_sentence
from hamdel.measure.metrics.question import QuestionError
from hamdel.measure.metrics.registry import METRICS, Metric, find_metric
from hamdel.measure.metrics.results import MetricResult
from hamdel.ui.pages import show, wants_part
from hamdel.ui.score import reading

Words = str | Promise
UNITS: tuple[tuple[Unit, Words], ...] = (
    (Unit.DAY, _("Day")),
    (Unit.WEEK, _("Week")),
    (Unit.MONTH, _("Month")),
    (Unit.QUARTER, _("Quarter")),
)


@require_safe
@needs(Permission.SEE_SCORES)
def metrics(request: Request) -> HttpResponse:
    """List every score with how sure it is."""
    look = look_of(request)
    rows = [_row(look, metric) for metric in METRICS.values()]
    return show(request, "dashboards/metrics.html", part="rows", look=look, filters=look.bar, rows=rows)


@require_safe
@needs(Permission.SEE_SCORES)
def metric(request: Request, key: str) -> HttpResponse:
    """Show one score. `bucket` is a unit of time, `by` what it is broken down by."""
    found = _metric(key)
    look = look_of(request)
    return show(
        request,
        "dashboards/metric.html",
        part="content",
        look=look,
        filters=look.bar if found.source.table in SAID else replace(look.bar, choices=[]),
        metric=found,
        planner=planner_of(found, request.GET),
        **_content(look, found, request),
    )


@require_safe
@needs(Permission.SEE_SCORES)
def planner(request: Request, key: str) -> HttpResponse:
    """Show the planner anew as numbers are typed; whoever opens its address by itself is led to the score's page."""
    found = _metric(key)
    if not wants_part(request):
        return HttpResponseRedirect(f"{reverse('dashboards:metric', args=[key])}?{request.GET.urlencode()}")
    return show(
        request,
        "dashboards/planner.html",
        part="sentences",
        metric=found,
        planner=planner_of(found, request.GET),
    )


def _row(look: Look, metric: Metric) -> dict[str, Any]:
    """Return a line of the list; without a result while ClickHouse is away."""
    row: dict[str, Any] = {"metric": metric, "href": metric_url(metric.key, look)}
    try:
        result = look.score(metric.key, bucket=look.bucket if metric.cell.is_additive else None)
    except AnalyticsUnavailable:
        return row
    return row | {
        "result": result,
        "reading": reading(Shown(result)),
        "spark": spark_of(result),
        "counted": counted(result) if result.n else "",
    }


def _metric(key: str) -> Metric:
    found = find_metric(key)
    if found is None:
        raise Http404
    return found


def _content(look: Look, metric: Metric, request: Request) -> dict[str, Any]:
    """Return what the page says of the score; only a word about it while ClickHouse is away."""
    unit = request.GET.get("bucket") if request.GET.get("bucket") in list(Unit) else look.bucket
    by = request.GET.get("by", "").replace("\0", "")
    try:
        result, unit = _course(look, metric, str(unit))
        breakdown = breakdown_of(look, metric, by)
        return {
            "result": Shown(result),
            "figure": course_of(result, unit, height=260),
            "units": UNITS,
            "unit": unit,
            "counted": counted(result),
            "certainty": certainty(result),
            "verdict_sentence": verdict_sentence(result),
            "interval_words": interval_words(metric),
            "breakdown": breakdown,
            "table": [table_row(label, group, result) for label, group in breakdown.rows],
        }
    except AnalyticsUnavailable:
        return {"is_away": True}


def _course(look: Look, metric: Metric, unit: str) -> tuple[MetricResult, str]:
    """Ask for the course in the chosen unit, or in a longer one where there are too many points."""
    try:
        return look.score(metric.key, bucket=unit), unit
    except QuestionError:
        return look.score(metric.key, bucket=look.bucket), look.bucket
