"""A word-sized line without axes."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from hamdel.ui.charts import svg
from hamdel.ui.charts.axes import across
from hamdel.ui.charts.points import finite
from hamdel.ui.charts.scale import fit

WIDTH, HEIGHT, MARGIN = 96, 28, 4


def sparkline(values: Sequence[float | None], label: str = "", tone: str = "one") -> SafeString:
    """Draw values, gaps as gaps, the last one with a dot; nothing for no values. `label` is read aloud."""
    cleaned = [finite(value) for value in values]
    known = [value for value in cleaned if value is not None]
    if not known:
        return svg.EMPTY
    scale = fit(known, HEIGHT - MARGIN, MARGIN)
    places = [
        None if v is None else (MARGIN + across(i, len(cleaned)) * (WIDTH - 2 * MARGIN), scale(v))
        for i, v in enumerate(cleaned)
    ]
    last = [place for place in places if place][-1]
    ink = svg.INK[tone]
    return svg.tag(
        "svg",
        svg.tag(
            "path",
            d=_commands(places),
            class_=f"chart__stroke--{tone}",
            fill="none",
            stroke=ink,
            stroke_width=1.75,
            stroke_linejoin="round",
            stroke_linecap="round",
        ),
        svg.tag("circle", cx=last[0], cy=last[1], r=2.5, class_=f"chart__fill--{tone}", fill=ink),
        xmlns="http://www.w3.org/2000/svg",
        class_="sparkline",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
        role="img" if label else None,
        aria_label=label or None,
        aria_hidden=None if label else "true",
    )


def _commands(places: list[tuple[float, float] | None]) -> str:
    commands, pen_is_down = [], False
    for place in places:
        if place:
            commands.append(f"{'L' if pen_is_down else 'M'}{place[0]:.1f} {place[1]:.1f}")
        pen_is_down = place is not None
    return "".join(commands)
