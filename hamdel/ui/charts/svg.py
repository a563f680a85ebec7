"""Elements of SVG, escaped, with colours as attributes so that a chart also stands alone outside our pages."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import bidirectional

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

# What the tokens of the light theme come to; on a page the classes below win over these attributes.
INK = {
    "one": "#00737a",
    "two": "#b5394b",
    "three": "#b97f20",
    "four": "#3a5aa1",
    "five": "#597739",
    "good": "#00737a",
    "bad": "#b5394b",
    "plain": "#bbb3a6",
}
TEXT, FAINT, GRID = "#332d26", "#6d655b", "#e4ddd3"
FONT = "Vazirmatn, Figtree, sans-serif"
# In a text that runs from right to left, its start is at the right.
_TURNED = {"start": "end", "end": "start", "middle": "middle"}

# In Persian as in English time runs from left to right: docs/decisions/time-axis.md says why.
TIME_RUNS = "ltr"


def tag(name: str, *children: str, **attributes: object) -> SafeString:
    """Return an element; `class_` is class, underscores become hyphens, None leaves an attribute out."""
    pairs = [(_attribute(key), value) for key, value in attributes.items() if value is not None]
    shown = format_html_join("", ' {}="{}"', pairs)
    return format_html("<{}{}>{}</{}>", name, shown, join(children), name)


def _attribute(name: str) -> str:
    if name in {"viewBox", "preserveAspectRatio"}:
        return name
    return name.rstrip("_").replace("_", "-")


def join(parts: Iterable[str]) -> SafeString:
    """Put pieces together; a piece that is not SVG yet is escaped."""
    return format_html_join("", "{}", ((part,) for part in parts))


def canvas(
    title: str, height: float, *children: str, width: int | None = None, gutter: int = 0
) -> SafeString:
    """Return the outermost element: fluid on a page, `width` pixels in a document.

    The gutter is room beside the picture for what stands outside it, the values of the grid.
    """
    if width and gutter:
        children = (tag("svg", *children, x=gutter, width=width - gutter, height=height, overflow="visible"),)
    return tag(
        "svg",
        tag("title", title),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        class_="chart__svg",
        role="img",
        width=width or "100%",
        height=height,
        direction=TIME_RUNS,
        font_family=FONT,
        overflow="visible",
        style=None if width or not gutter else f"--gutter:{gutter}px",
    )


def stretched(height: float, *children: str) -> SafeString:
    """Return a layer whose x runs 0–1000 over the whole width while strokes keep their thickness."""
    return tag(
        "svg",
        *children,
        width="100%",
        height=height,
        viewBox=f"0 0 1000 {height}",
        preserveAspectRatio="none",
        overflow="visible",
    )


def words(
    text: str,
    x: str,
    y: float,
    *,
    anchor: str = "start",
    size: int = 12,
    ink: str = FAINT,
    style: str = "",
    **more: object,
) -> SafeString:
    """Write a label. `anchor` is the side of the picture, whatever direction the words run in."""
    is_rtl = runs_rtl(text)
    return tag(
        "text",
        text,
        x=x,
        y=y,
        class_=f"chart__text {style}".strip(),
        text_anchor=_TURNED[anchor] if is_rtl else anchor,
        font_size=size,
        fill=ink,
        direction="rtl" if is_rtl else "ltr",
        **more,
    )


def runs_rtl(text: str) -> bool:
    """Tell whether a label is Persian: its first letter decides, digits and signs do not."""
    return next((bidirectional(letter) in {"R", "AL"} for letter in text if letter.isalpha()), False)


def path(points: Iterable[tuple[float, float]]) -> str:
    """Return the commands of a line through points."""
    return "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in points)


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """Return a share of the width, 0–1, as SVG writes it."""
    return f"{_short(100 * share)}%"


EMPTY = mark_safe("")
