"""Every metric of the product, each defined once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hamdel.measure.metrics.cells import (
    Cell,
    DistinctShareCell,
    MeanCell,
    NpsCell,
    QuantileCell,
    Scale,
    ShareCell,
)
from hamdel.measure.metrics.changes import Direction
from hamdel.measure.metrics.days import ASKING_SUMS, SCORE_SUMS
from hamdel.measure.metrics.sources import CONVERSATIONS, INVITATIONS, ORDERS, SCORES, Source

Words = str | Promise
# Below this an interval covers most of the scale: nothing is judged or ranked.
FEW = 10
# Fewer values than this have no upper bound for their 90th percentile.
FEW_FOR_P90 = 60


class Unit(StrEnum):
    POINTS = "points"
    PERCENT = "percent"
    SCORE = "score"
    SECONDS = "seconds"


class Interval(StrEnum):
    """How the interval of an estimate is found; each is a function in `scores.py`."""

    ADJUSTED_WALD = "adjusted Wald"
    WILSON = "Wilson"
    STUDENT = "t with ¾ answer added at each end of the scale"
    ORDER = "order statistics"


@dataclass(frozen=True)
class Statistics:
    """The SQL of a cell's fields: over the rows of a source and, where they add up, over its figures by day."""

    of_rows: Mapping[str, str]
    of_days: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Metric:
    """What a score is, where it is read, and how it is judged.

    `statistics` is the SQL of what is in `cell`. `kind` is the `metric` property of the events it reads.
    `scales` are those it may be reckoned on, empty for any; `usual_scale` stands in where an event names none.
    """

    key: str
    label: Words
    rule: Words
    unit: Unit
    direction: Direction
    source: Source
    cell: type[Cell]
    statistics: Statistics
    interval: Interval
    minimum_sample: int = FEW
    kind: str = ""
    usual_scale: Scale = (0, 0)
    scales: frozenset[Scale] = frozenset()
    aliases: tuple[str, ...] = ()

    @property
    def has_scale(self) -> bool:
        return bool(self.kind)


def _sums(sums: Mapping[str, str], **fields: str) -> Statistics:
    """Return statistics that add up: each field of the cell is one of the sums of its source."""
    return Statistics(
        {name: sums[column] for name, column in fields.items()},
        {name: f"sum({column})" for name, column in fields.items()},
    )


_MEAN = _sums(SCORE_SUMS, n="n", total="total", squares="squares")
_NPS = _sums(SCORE_SUMS, promoters="promoters", passives="passives", detractors="detractors")
_TOP_TWO = _sums(SCORE_SUMS, part="top_two", n="n")
_EASY = _sums(SCORE_SUMS, part="easy", n="n")
_COMPLETED = _sums(ASKING_SUMS, part="part", n="n")
_RETURNED = Statistics({"part": "toInt64(countIf(again))", "n": "toInt64(count())"})


def _quantile(level: str, waits: str) -> Statistics:
    """Return the statistics of a quantile of sorted `waits`: type 7 of Hyndman and Fan (1996), between two places.

    The ranks of its interval are those of `student.quantile_ranks`.
    """
    n = f"toInt64(length({waits}))"
    reach = f"1.959963984540054 * sqrt({n} * {level} * (1 - {level}))"
    low, high = f"toInt64(floor({n} * {level} - {reach}))", f"toInt64(ceil({n} * {level} + {reach})) + 1"
    known = f"{low} >= 1 AND {high} <= {n}"
    place = f"({n} - 1) * {level}"
    below, above = f"{waits}[toInt64(floor({place})) + 1]", f"{waits}[toInt64(ceil({place})) + 1]"
    return Statistics(
        {
            "n": n,
            "value": f"if({n} > 0, {below} + ({above} - {below}) * ({place} - floor({place})), NULL)",
            "low": f"if({known}, {waits}[{low}], NULL)",
            "high": f"if({known}, {waits}[{high}], NULL)",
            "waiting": f"rounds - {n}",
        }
    )


_OPEN = _(
    "From the start of a conversation, or its reopening, to the first human reply before the next reopening; "
    "bots do not count. Only the workspace's working hours count. Conversations without a reply within 30 days are "
    "left out and counted as waiting."
)
_CLOCK = _(
    "From the start of a conversation, or its reopening, to the first human reply before the next reopening; "
    "bots do not count. The clock runs day and night, holidays included. Conversations without a reply within "
    "30 days are left out and counted as waiting."
)

METRICS: dict[str, Metric] = {
    metric.key: metric
    for metric in (
        Metric(
            key="nps",
            label=_("NPS"),
            rule=_("Share of promoters (9 and 10) less share of detractors (0 to 6), in points."),
            unit=Unit.POINTS,
            direction=Direction.HIGHER,
            source=SCORES,
            kind="nps",
            cell=NpsCell,
            statistics=_NPS,
            interval=Interval.ADJUSTED_WALD,
            usual_scale=(0, 10),
            scales=frozenset({(0, 10)}),
        ),
        Metric(
            key="csat_mean",
            label=_("CSAT, mean"),
            rule=_("Mean of the answers on their own scale; answers on another scale are left out."),
            unit=Unit.SCORE,
            direction=Direction.HIGHER,
            source=SCORES,
            kind="csat",
            cell=MeanCell,
            statistics=_MEAN,
            interval=Interval.STUDENT,
            usual_scale=(1, 5),
            aliases=("csat",),
        ),
        Metric(
            key="csat_top2",
            label=_("CSAT, satisfied"),
            rule=_("Share of answers in the two best places of the scale: 4 and 5 of 5."),
            unit=Unit.PERCENT,
            direction=Direction.HIGHER,
            source=SCORES,
            kind="csat",
            cell=ShareCell,
            statistics=_TOP_TWO,
            interval=Interval.WILSON,
            usual_scale=(1, 5),
        ),
        Metric(
            key="ces1",
            label=_("CES 1.0, effort"),
            rule=_("Mean of “how much effort did it take”; less is better."),
            unit=Unit.SCORE,
            direction=Direction.LOWER,
            source=SCORES,
            kind="ces1",
            cell=MeanCell,
            statistics=_MEAN,
            interval=Interval.STUDENT,
            usual_scale=(1, 5),
        ),
        Metric(
            key="ces2",
            label=_("CES 2.0, made it easy"),
            rule=_("Share of 5, 6 and 7 on “the company made it easy”, 1 to 7."),
            unit=Unit.PERCENT,
            direction=Direction.HIGHER,
            source=SCORES,
            kind="ces2",
            cell=ShareCell,
            statistics=_EASY,
            interval=Interval.WILSON,
            usual_scale=(1, 7),
            scales=frozenset({(1, 7)}),
            aliases=("ces",),
        ),
        Metric(
            key="enps",
            label=_("eNPS"),
            rule=_(
                "Share of employees who would recommend working here (9 and 10) less share of those who would not "
                "(0 to 6), in points."
            ),
            unit=Unit.POINTS,
            direction=Direction.HIGHER,
            source=SCORES,
            kind="enps",
            cell=NpsCell,
            statistics=_NPS,
            interval=Interval.ADJUSTED_WALD,
            usual_scale=(0, 10),
            scales=frozenset({(0, 10)}),
        ),
        Metric(
            key="response_rate",
            label=_("Response rate"),
            rule=_(
                "Share of delivered invitations whose survey was completed within 30 days, by day of delivery. "
                "What was sent but not delivered does not count against it, nor what was delivered in the last 7 days. "
                "Anonymous surveys are left out: nobody can tell which of their invitations were answered."
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGHER,
            source=INVITATIONS,
            cell=ShareCell,
            statistics=_COMPLETED,
            interval=Interval.WILSON,
        ),
        Metric(
            key="repeat_purchase",
            label=_("Repeat purchase"),
            rule=_(
                "Share of the customers with an order in the period who have at least two in it. Merged customers "
                "count as one; orders of guests are left out."
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGHER,
            source=ORDERS,
            cell=DistinctShareCell,
            statistics=_RETURNED,
            interval=Interval.WILSON,
        ),
        *(
            Metric(
                key=key,
                label=label,
                rule=rule,
                unit=Unit.SECONDS,
                direction=Direction.LOWER,
                source=CONVERSATIONS,
                cell=QuantileCell,
                statistics=_quantile(level, waits),
                interval=Interval.ORDER,
                minimum_sample=least,
                aliases=aliases,
            )
            for key, label, rule, level, waits, least, aliases in (
                (
                    "first_response_open_median",
                    _("First response time, median"),
                    _OPEN,
                    "0.5",
                    "open_waits",
                    FEW,
                    ("frt",),
                ),
                (
                    "first_response_open_p90",
                    _("First response time, 90th percentile"),
                    _OPEN,
                    "0.9",
                    "open_waits",
                    FEW_FOR_P90,
                    (),
                ),
                (
                    "first_response_median",
                    _("First response by the clock, median"),
                    _CLOCK,
                    "0.5",
                    "waits",
                    FEW,
                    (),
                ),
                (
                    "first_response_p90",
                    _("First response by the clock, 90th percentile"),
                    _CLOCK,
                    "0.9",
                    "waits",
                    FEW_FOR_P90,
                    (),
                ),
            )
        ),
    )
}
_ALIASES = {alias: metric.key for metric in METRICS.values() for alias in metric.aliases}
DIMENSIONS: dict[str, Words] = {
    "touchpoint": _("Touchpoint"),
    "channel": _("Channel"),
    "survey": _("Survey"),
    "question": _("Question"),
    "topic": _("Topic"),
    "currency": _("Currency"),
}


def usual_scales(metrics: Iterable[Metric]) -> dict[str, list[Any]]:
    """Return the parameters that tell SQL which kinds of score are meant, and the scale of those that name none."""
    scales = {metric.kind: metric.usual_scale for metric in metrics}
    return {
        "kinds": list(scales),
        "lows": [low for low, _high in scales.values()],
        "highs": [high for _low, high in scales.values()],
    }


def find_metric(key: str) -> Metric | None:
    """Return the metric of a key or of one of its short names, None when there is none."""
    return METRICS.get(_ALIASES.get(key, key))
