"""The panels of this slice: what a manager asks first in the morning."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hamdel.measure.dashboards.comments import comments_of
from hamdel.measure.dashboards.figures import comparison_of, course_of, spark_of, spread_of, steps_of
from hamdel.measure.dashboards.labels import channel_label, touchpoint_label
from hamdel.measure.dashboards.look import Look
from hamdel.measure.dashboards.panels import register
from hamdel.measure.dashboards.queries import answers_by_score
from hamdel.measure.metrics.registry import METRICS

HEADLINE = ("nps", "csat_mean", "ces2", "response_rate")
CONDUCT = ("repeat_purchase", "first_response_median", "first_response_p90")
NPS_SCALE = (0, 10)


def headline(look: Look) -> dict[str, Any]:
    """Return the four scores on top, each with its course."""
    results = [look.score(metric, bucket=look.bucket) for metric in HEADLINE]
    return {"scores": [_card(look, result, spark_of(result)) for result in results]}


def nps_course(look: Look) -> dict[str, Any]:
    result = look.score("nps", bucket=look.bucket)
    return {"result": result, "figure": course_of(result), "href": metric_url("nps", look)}


def nps_spread(look: Look) -> dict[str, Any]:
    given = answers_by_score(look.workspace, "nps", NPS_SCALE, look.period, **look.chosen)
    return {"figure": spread_of(_("Who answered what"), given), "steps": steps_of(given)}


def csat_by_touchpoint(look: Look) -> dict[str, Any]:
    result = look.score("csat_mean", by="touchpoint")
    return {
        "comparison": comparison_of(result, touchpoint_label),
        "result": result,
        "href": metric_url("csat_mean", look),
    }


def nps_by_channel(look: Look) -> dict[str, Any]:
    result = look.score("nps", by="channel")
    return {
        "comparison": comparison_of(result, channel_label),
        "result": result,
        "href": metric_url("nps", look),
    }


def conduct(look: Look) -> dict[str, Any]:
    """Return what customers and we do, beside what customers say: they buy again, we answer."""
    results = [look.score(metric) for metric in CONDUCT]
    return {"scores": [_card(look, result, []) for result in results], "waiting": results[1].waiting}


def comments(look: Look) -> dict[str, Any]:
    return {"comments": comments_of(look)}


def metric_url(metric: str, look: Look) -> str:
    """Return the page of a metric under the same filters."""
    path = reverse("dashboards:metric", args=[METRICS[metric].key])
    return f"{path}?{look.query}" if look.query else path


def _card(look: Look, result: Any, spark: list[float | None]) -> dict[str, Any]:
    return {
        "result": result,
        "label": result.metric.label,
        "spark": spark,
        "href": metric_url(result.metric.key, look),
    }


register(
    "headline", gettext_lazy("Scores"), "dashboards/panels/headline.html", headline, order=10, size="whole"
)
register(
    "nps", gettext_lazy("NPS over time"), "dashboards/panels/course.html", nps_course, order=20, size="large"
)
register("spread", gettext_lazy("Who answered what"), "dashboards/panels/spread.html", nps_spread, order=30)
register(
    "touchpoints", gettext_lazy("Satisfaction by touchpoint"), "dashboards/panels/comparison.html", csat_by_touchpoint,
    order=40, size="half",
)  # fmt: skip
register(
    "channels",
    gettext_lazy("NPS by channel"),
    "dashboards/panels/comparison.html",
    nps_by_channel,
    order=50,
    size="half",
)
register(
    "comments",
    gettext_lazy("In their own words"),
    "dashboards/panels/comments.html",
    comments,
    order=60,
    size="large",
)
register("conduct", gettext_lazy("What happens then"), "dashboards/panels/conduct.html", conduct, order=70)
