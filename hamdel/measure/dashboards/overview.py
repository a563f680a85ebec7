"""The panels of this slice: what a manager asks first in the morning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hamdel.measure.dashboards.comments import comments_of
from hamdel.measure.dashboards.figures import comparison_of, course_of, spark_of, spread_of, steps_of
from hamdel.measure.dashboards.look import Look
from hamdel.measure.dashboards.panels import register
from hamdel.measure.dashboards.queries import answers_by_score
from hamdel.measure.dashboards.words import Shown
from hamdel.measure.metrics.registry import METRICS
from hamdel.measure.metrics.results import MetricResult
from hamdel.ui.labels import channel_label, touchpoint_label

# There is room for these only by their short names.
SHORT = {"csat_mean": "CSAT", "ces2": "CES"}
HEADLINE = ("nps", "csat_mean", "ces2", "response_rate")
# Every customer's orders and every conversation are gone through for these, and they move slowly.
CALM = 30
FEELINGS = ("csat_mean", "nps", "ces2")
NPS_SCALE = (0, 10)


def headline(look: Look) -> dict[str, Any]:
    """Return the four scores on top, each with its course."""
    results = look.scores(HEADLINE, bucket=look.bucket)
    return {"scores": [_card(look, result, spark_of(result)) for result in results]}


def nps_course(look: Look) -> dict[str, Any]:
    result = look.score("nps", bucket=look.bucket)
    return {"result": result, "figure": course_of(result, look.bucket), "href": metric_url("nps", look)}


def nps_spread(look: Look) -> dict[str, Any]:
    given = answers_by_score(look.workspace, "nps", NPS_SCALE, look.period, **look.chosen)
    return {"figure": spread_of(str(_("Who answered what")), given), "steps": steps_of(given)}


def by_touchpoint(look: Look) -> dict[str, Any]:
    """Return each feeling by touchpoint; a company seldom asks all of them everywhere."""
    results = look.scores(FEELINGS, by="touchpoint")
    sides = [_side(look, result, touchpoint_label) for result in results if result.groups]
    return {"sides": sides, "is_mixed": True}


def by_channel(look: Look) -> dict[str, Any]:
    result = look.score("nps", by="channel")
    return {"sides": [_side(look, result, channel_label)] if result.groups else []}


def loyalty(look: Look) -> dict[str, Any]:
    return {"scores": [_card(look, look.score("repeat_purchase"), [])]}


def replies(look: Look) -> dict[str, Any]:
    results = look.scores(["first_response_open_median", "first_response_open_p90"])
    return {"scores": [_card(look, result, []) for result in results], "waiting": results[0].waiting}


def comments(look: Look) -> dict[str, Any]:
    return {"comments": comments_of(look)}


def metric_url(metric: str, look: Look) -> str:
    """Return the page of a metric under the same filters."""
    path = reverse("dashboards:metric", args=[METRICS[metric].key])
    return f"{path}?{look.query}" if look.query else path


def _card(look: Look, result: MetricResult, spark: list[float | None]) -> dict[str, Any]:
    key = result.metric.key
    label = SHORT.get(key, result.metric.label)
    return {"result": Shown(result), "label": label, "spark": spark, "href": metric_url(key, look)}


def _side(look: Look, result: MetricResult, named: Callable[[str], str]) -> dict[str, Any]:
    return {
        "label": result.metric.label,
        "comparison": comparison_of(result, named),
        "result": result,
        "href": metric_url(result.metric.key, look),
    }


register("headline", _("Scores"), "dashboards/panels/headline.html", headline, order=10, size="whole")
register("nps", _("NPS over time"), "dashboards/panels/course.html", nps_course, order=20, size="large")
register("spread", _("Who answered what"), "dashboards/panels/spread.html", nps_spread, order=30)
register(
    "touchpoints",
    _("By touchpoint"),
    "dashboards/panels/comparison.html",
    by_touchpoint,
    order=40,
    size="half",
)
register(
    "channels", _("NPS by channel"), "dashboards/panels/comparison.html", by_channel, order=50, size="half"
)
register(
    "comments", _("In their own words"), "dashboards/panels/comments.html", comments, order=60, size="tall"
)
register("loyalty", _("Loyalty"), "dashboards/panels/conduct.html", loyalty, order=70, pace_seconds=CALM)
register(
    "replies", _("Response time"), "dashboards/panels/conduct.html", replies, order=80, pace_seconds=CALM
)
