"""How a score is shown: never without n and interval, never as more than the answers can say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hamdel.ui import formats

# Units of a score, and the decimals its value is worth.
DECIMALS = {"points": 1, "percent": 1, "score": 2, "seconds": 0, "count": 0}


@dataclass(frozen=True)
class Verdict:
    """The small flag beside a score: words, icon and tone (good, bad, plain); `spoken` names the icon."""

    label: str
    icon: str
    tone: str
    spoken: str = ""


@dataclass(frozen=True)
class Reading:
    """A score ready to be drawn. Places are percent of the drawn scale, from its start."""

    value: str
    n: str
    interval: str = ""
    verdict: Verdict | None = None
    place: float | None = None
    low_place: float = 0
    high_place: float = 100
    zero_place: float | None = None

    @property
    def has_value(self) -> bool:
        return self.value != formats.NOTHING

    @property
    def style(self) -> str:
        """Return the places as custom properties for the bar's CSS."""
        places = {"low": self.low_place, "high": self.high_place, "at": self.place, "zero": self.zero_place}
        return ";".join(f"--{name}:{place:g}%" for name, place in places.items() if place is not None)


def reading(result: Any) -> Reading:
    """Turn anything with `value n low high`, and what the README lists, into words and places."""
    unit, value, n = _unit(result), result.value, result.n
    if value is None:
        return Reading(formats.NOTHING, answers(0))
    low, high = getattr(result, "low", None), getattr(result, "high", None)
    bounds = _bounds(result, unit, low, high)
    interval = ""
    if low is not None and high is not None:
        interval = _("%(low)s to %(high)s") % {"low": written(low, unit), "high": written(high, unit)}
    return Reading(
        written(value, unit),
        getattr(result, "counted", "") or answers(n),
        interval,
        verdict_of(result, unit),
        **(_places(value, low, high, bounds) if bounds and interval else {}),
    )


def written(value: float | None, unit: str, *, signed: bool = False) -> str:
    """Write a value in its unit: points, percent, a score on its scale, seconds or a count."""
    if value is None:
        return formats.NOTHING
    if unit == "seconds":
        return formats.duration(value, signed=signed)
    if unit == "percent":
        return formats.percent(value, DECIMALS[unit], signed=signed)
    return formats.number(value, DECIMALS.get(unit, 1), signed=signed)


def answers(n: int) -> str:
    if not n:
        return _("no answers yet")
    return ngettext("%(n)s answer", "%(n)s answers", n) % {"n": formats.number(n)}


def verdict_of(result: Any, unit: str = "points") -> Verdict | None:
    """Return what may be said about the movement; None where no comparison was made."""
    source = getattr(result, "change", None) or result
    verdict = getattr(source, "verdict", None)
    if not verdict:
        return None
    difference = getattr(source, "difference", None)
    # The arrow says which way; a difference of two percentages is in points, not in percent.
    moved = "" if difference is None else written(abs(difference), "points" if unit == "percent" else unit)
    better = getattr(source, "better", None)
    tone = {True: "good", False: "bad", None: "plain"}[better]
    return {
        "up": Verdict(moved, "up", tone, _("Up")),
        "down": Verdict(moved, "down", tone, _("Down")),
        "no_evidence": Verdict(_("No evidence of change"), "flat", "plain"),
        "too_few": Verdict(_("Too few answers"), "info", "plain"),
    }[str(verdict)]


def _unit(result: Any) -> str:
    unit = getattr(result, "unit", None) or getattr(getattr(result, "metric", None), "unit", None)
    return str(unit or "points")


def _bounds(result: Any, unit: str, low: float | None, high: float | None) -> tuple[float, float] | None:
    """Return the ends of the drawn scale: the metric's own, else what holds the interval."""
    scale = getattr(result, "scale", None)
    if unit == "points":
        return -100, 100
    if unit == "percent":
        return 0, 100
    if scale and scale[0] < scale[1]:
        return scale
    return (0, high * 1.25) if low is not None and high else None


def _places(value: float, low: float, high: float, bounds: tuple[float, float]) -> dict[str, float | None]:
    start, end = bounds

    def place(at: float) -> float:
        return round(min(100, max(0, 100 * (at - start) / (end - start))), 2)

    return {
        "place": place(value),
        "low_place": place(low),
        "high_place": place(high),
        "zero_place": place(0) if start < 0 < end else None,
    }
