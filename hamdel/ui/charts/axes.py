"""Grid, labels and lines that several kinds of chart share."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hamdel.ui.charts import svg
from hamdel.ui.charts.scale import Scale, shown_labels

# Letters that stand side by side under a chart in the middle of a page.
MOST_WORDS = 54
# The steps of a scale: every column has its own, and in its middle.
FIGURES, MOST_FIGURES = 2, 11
EMPTY_HEIGHT = 112


def across(place: int, count: int) -> float:
    """Return where point `place` of `count` stands, 0–1 of the width; a single one stands in the middle."""
    return 0.5 if count <= 1 else place / (count - 1)


def grid(scale: Scale, written: Callable[[float], str]) -> SafeString:
    """Return lines across the chart with their values beside them, at the side where time begins."""
    parts = []
    for tick in scale.ticks:
        y = scale(tick)
        is_base = tick == 0 and scale.low < 0 < scale.high
        style = "chart__grid chart__grid--base" if is_base else "chart__grid"
        ink = svg.FAINT if is_base else svg.GRID
        parts.append(svg.tag("line", x1="0", x2="100%", y1=y, y2=y, class_=style, stroke=ink, stroke_width=1))
        parts.append(svg.words(written(tick), "-8", y + 4, anchor="end", size=11, style="chart__tick"))
    return svg.join(parts)


def gutter(scale: Scale, written: Callable[[float], str]) -> int:
    """Return the pixels the values beside the grid need."""
    return 14 + 7 * max((len(written(tick).strip("\u200e")) for tick in scale.ticks), default=0)


def time_labels(labels: list[str], y: float, *, centred: bool = False) -> SafeString:
    """Write some of the labels under the chart; every second one gives way on a narrow screen."""
    count, longest = len(labels), max(map(len, labels), default=0)
    are_steps = centred and longest <= FIGURES and count <= MOST_FIGURES
    chosen = shown_labels(count, MOST_FIGURES if are_steps else MOST_WORDS // max(8, longest))
    parts = []
    for order, place in enumerate(chosen):
        anchor = {0: "start", count - 1: "end"}.get(place, "middle") if count > 3 or not centred else "middle"
        anchor = "middle" if are_steps or count <= 1 else anchor
        x = (place + 0.5) / count if centred and anchor == "middle" else across(place, count)
        gives_way = order % 2 == 1 and place != count - 1 and len(chosen) > 3 and not are_steps
        style = "chart__when chart__when--spare" if gives_way else "chart__when"
        parts.append(svg.words(labels[place], svg.percent(x), y, anchor=anchor, style=style))
    return svg.join(parts)


def target_line(target: float | None, scale: Scale, written: Callable[[float], str]) -> SafeString:
    """Draw where the score should be."""
    if target is None:
        return svg.EMPTY
    y = scale(target)
    label = _("target %(value)s") % {"value": written(target)}
    return svg.join(
        (
            svg.tag(
                "line",
                x1="0",
                x2="100%",
                y1=y,
                y2=y,
                class_="chart__target",
                stroke=svg.FAINT,
                stroke_width=1.25,
                stroke_dasharray="2 5",
                stroke_linecap="round",
            ),
            svg.words(label, "100%", y - 5, anchor="end", size=11, style="chart__tick"),
        )
    )


def message(text: str) -> SafeString:
    """Say in the middle of an empty chart why there is nothing to see."""
    frame = svg.tag(
        "rect",
        width="100%",
        height=EMPTY_HEIGHT,
        rx=10,
        class_="chart__void",
        fill="none",
        stroke=svg.GRID,
        stroke_width=1.5,
        stroke_dasharray="3 6",
        stroke_linecap="round",
    )
    return svg.join((frame, svg.words(text, "50%", EMPTY_HEIGHT / 2 + 4, anchor="middle", size=13)))
