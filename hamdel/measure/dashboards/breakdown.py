"""What a score is made of: broken down by touchpoint, channel, survey or any property of its events."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from hamdel.ground.analytics import ask_rendered
from hamdel.measure.dashboards.figures import Comparison, comparison_of
from hamdel.measure.dashboards.look import SAID, Look
from hamdel.measure.dashboards.surveys import surveys_by_id
from hamdel.measure.metrics.question import QuestionError
from hamdel.measure.metrics.registry import DIMENSIONS, Metric
from hamdel.measure.metrics.results import MetricGroup
from hamdel.measure.metrics.sources import PROPERTY
from hamdel.ui.labels import value_label

Words = str | Promise
MOST_BARS = 12

# Properties worth offering have a few values, each of them often; the latest rows are enough to find them.
# `table` is that of a registered source, nothing a person chose.
_PROPERTIES = """\
SELECT key, count() AS rows
FROM
(
    SELECT properties
    FROM {table}
    WHERE workspace_id = {{workspace_id:UUID}}
      AND occurred_at >= {{start:DateTime64(3, 'UTC')}}
      AND occurred_at < {{end:DateTime64(3, 'UTC')}}
      {condition}
    LIMIT 10000
)
ARRAY JOIN mapKeys(properties) AS key, mapValues(properties) AS value
GROUP BY key
HAVING uniq(value) BETWEEN 2 AND 60 AND uniq(value) <= 1 + rows / 2
ORDER BY rows DESC, key
LIMIT 30
"""


@dataclass(frozen=True)
class PropertyInUse:
    key: str
    rows: int


@dataclass(frozen=True)
class Dimension:
    """Something to break down by; `key` stands in the address."""

    key: str
    label: Words
    is_chosen: bool


@dataclass(frozen=True)
class Breakdown:
    """A score by one dimension: bars, and a table of all groups. `error` says why it cannot be."""

    dimensions: list[Dimension]
    label: Words = ""
    comparison: Comparison | None = None
    rows: tuple[tuple[str, MetricGroup], ...] = ()
    others: int = 0
    error: str = ""


def breakdown_of(look: Look, metric: Metric, by: str) -> Breakdown:
    """Return the score by `by`, or by the metric's first dimension when none is chosen."""
    dimensions = _dimensions(look, metric, by or _usual(metric))
    chosen = next((dimension for dimension in dimensions if dimension.is_chosen), None)
    if chosen is None:
        return Breakdown(dimensions)
    try:
        result = look.score(metric.key, by=chosen.key)
    except QuestionError as error:
        return Breakdown(dimensions, chosen.label, error=str(error.message))
    named = _names(look, chosen.key, result.groups)
    return Breakdown(
        dimensions,
        chosen.label,
        comparison_of(result, named, most=MOST_BARS),
        tuple((named(group.key), group) for group in result.groups),
        result.others,
    )


def _usual(metric: Metric) -> str:
    return "touchpoint" if metric.source.table in SAID else "channel"


def _dimensions(look: Look, metric: Metric, by: str) -> list[Dimension]:
    """Return what can be chosen; what stands in the address is among it, offered or not."""
    known = [(key, label) for key, label in DIMENSIONS.items() if metric.source.has(key)]
    found = [(f"{PROPERTY}{name}", name) for name in _properties(look, metric)]
    offered: dict[str, Words] = dict([*known, *found])
    if by.removeprefix("property.") != by:
        by = PROPERTY + by.removeprefix("property.")
    offered.setdefault(by, by.removeprefix(PROPERTY))
    return [Dimension(key, label, key == by) for key, label in offered.items()]


def _properties(look: Look, metric: Metric) -> list[str]:
    sql = _PROPERTIES.format(
        table=metric.source.table, condition="AND metric = {kind:String}" if metric.kind else ""
    )
    span = {"start": look.period.start, "end": look.period.end, "kind": metric.kind}
    rows = ask_rendered(
        "dashboards/properties_in_use", sql, PropertyInUse, workspace=look.workspace, params=span
    )
    return [row.key for row in rows]


def _names(look: Look, dimension: str, groups: Iterable[MetricGroup]) -> Callable[[str], str]:
    """Return how the values of a dimension are called: surveys by their name, the rest by their label."""
    if dimension != "survey":
        return lambda value: value_label(dimension, value)
    known = surveys_by_id(look.member, {group.key for group in groups})
    return lambda value: known[value].name if value in known else value_label(dimension, value)
