"""One bar of shares: promoters, passives and detractors, or any few parts of a whole."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hamdel.ui import formats
from hamdel.ui.charts import svg
from hamdel.ui.charts.axes import EMPTY_HEIGHT, message
from hamdel.ui.charts.points import TONES, Figure, Table

BAR = 16
# Air between neighbouring parts, as a share of the width.
GAP = 0.004


@dataclass(frozen=True)
class Part:
    """A part of the whole: how many, and in which colour."""

    label: str
    count: int
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class Distribution(Figure):
    """Shares of a whole in one bar, in the order they are given, from where reading begins."""

    parts: tuple[Part, ...]
    unit: str = "percent"

    @property
    def total(self) -> int:
        return sum(part.count for part in self.parts)

    @property
    def is_empty(self) -> bool:
        return self.total <= 0

    @property
    def legend(self) -> list[tuple[str, str]]:
        if self.is_empty:
            return []
        return [(_tone(p, i), f"{p.label} {self._share(p)}") for i, p in enumerate(self.parts)]

    def svg(self, width: int | None = None) -> SafeString:
        if self.is_empty:
            return svg.canvas(self.title, EMPTY_HEIGHT, message(_("No answers in this period")), width=width)
        drawn, start = [], 0.0
        for place, part in enumerate(self.parts):
            share = part.count / self.total
            if part.count:
                drawn.append(_slice(start, share, _tone(part, place), is_rtl=formats.language() == "fa"))
            start += share
        return svg.canvas(self.title, BAR, *drawn, width=width)

    def table(self) -> Table:
        rows = [[part.label, formats.number(part.count), self._share(part)] for part in self.parts]
        return Table(["", _("Answers"), _("Percentage")], rows)

    def _share(self, part: Part) -> str:
        return formats.percent(100 * part.count / self.total) if self.total else formats.NOTHING


def _tone(part: Part, place: int) -> str:
    return part.tone or TONES[place % len(TONES)]


def _slice(start: float, share: float, tone: str, *, is_rtl: bool) -> SafeString:
    wide = max(share - GAP, 0.002)
    return svg.tag(
        "rect",
        x=svg.percent(1 - start - wide if is_rtl else start),
        y=0,
        width=svg.percent(wide),
        height=BAR,
        rx=4,
        class_=f"chart__part chart__fill--{tone}",
        fill=svg.INK[tone],
    )
