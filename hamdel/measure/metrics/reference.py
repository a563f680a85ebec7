"""Write `docs/reference/metrics.md` from the registry: `python -m hamdel.measure.metrics.reference`."""

from __future__ import annotations

import sys
from pathlib import Path

from hamdel.measure.metrics.registry import DIMENSIONS, METRICS, Metric

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "metrics.md"
_HEAD = """\
# Metrics

Written by `python -m hamdel.measure.metrics.reference` from the registry; a test fails when it is stale.

Every score comes with n, a 95% interval and a verdict against the period of equal length that ends where its own begins:
`up`, `down`, `no_evidence` or `too_few`. No answers are no value (`null`), never 0. Verdicts compare by the interval of the
difference (MOVER, Zou and Donner 2008) and say `too_few` when either period has fewer answers than the minimum sample. Groups below
the minimum sample are shown but not ranked. Answers given on another scale than most are left out and counted in `other_scales`.
Intervals take answers to be independent: a customer who answers often counts as several.

`GET /api/v1/metrics/{metric}` takes `from` and `to` (days of either calendar, in any digits, the last one included; or ISO 8601
moments, the last one excluded) or `period` (such as `last_30_days`, `this_month`, `last_quarter`), `by` (`day`, `week`, `month`,
`quarter`, `year`, a dimension, or both with a comma between), `calendar` (`jalali` or `gregorian`), `scale` (such as `1-5`), and any
dimension as a filter, repeated for several values. A dimension is one of those in the table or `property.` and the name of an event
property, such as `property.city`.

| metric | also called | what it is | unit | better | interval | minimum sample | cut by |
|---|---|---|---|---|---|---|---|
"""


def page() -> str:
    """Return the whole page, in English."""
    return _HEAD + "".join(_row(metric) for metric in METRICS.values())


def _row(metric: Metric) -> str:
    cells = (
        f"`{metric.key}`",
        ", ".join(f"`{alias}`" for alias in metric.aliases),
        f"**{metric.label}**. {metric.rule}",
        str(metric.unit),
        str(metric.direction),
        str(metric.interval),
        str(metric.minimum_sample),
        ", ".join(f"`{name}`" for name in DIMENSIONS if metric.source.has(name)),
    )
    return f"| {' | '.join(cells)} |\n"


def main() -> None:
    """Write the page."""
    import django
    from django.utils import translation

    django.setup()
    with translation.override("en"):
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(), "utf-8")
    sys.stdout.write(f"{PAGE}\n")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hamdel.settings")
    main()
