"""The looks of the respondent's pages: colours that can be read, and fonts that are there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hamdel.listen.surveys.definition import Problem
from hamdel.listen.surveys.settings import Theme

# Families that devices have: a font that had to be fetched would weigh more than the whole page.
FONTS = {
    "system": (lazy("As the device"), 'system-ui,"Segoe UI",Roboto,Tahoma,sans-serif'),
    "vazirmatn": (lazy("Vazirmatn, where installed"), "Vazirmatn,Vazir,Tahoma,system-ui,sans-serif"),
    "tahoma": ("Tahoma", "Tahoma,Arial,sans-serif"),
    "serif": (lazy("With serifs"), '"Noto Naskh Arabic",Georgia,"Times New Roman",serif'),
}
# WCAG 2.2: 4.5 for text (1.4.3), 3 for edges of fields and their marks (1.4.11).
TEXT_CONTRAST, EDGE_CONTRAST = 4.5, 3.0
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
PAPER, INK, ACCENT, WHITE = "#faf7f2", "#2b241c", "#00666e", "#ffffff"


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours #rrggbb, 1 to 21 (WCAG 2.2, relative luminance)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ink_on(colour: str) -> str:
    """Return black or white, whichever is easier to read on a colour."""
    return max((WHITE, "#14110e"), key=lambda ink: contrast(ink, colour))


def check_theme(form: Any) -> list[Problem]:
    """Return what is wrong with the theme of a survey's settings, nothing when it can be read well."""
    if form is None:
        return []
    if not isinstance(form, Mapping):
        return [Problem("theme", _("A theme is an object with colours."))]
    found = [
        Problem(f"theme.{name}", _("Write the colour as in #00666e."))
        for name in ("accent", "background", "text")
        if form.get(name) and not (isinstance(form[name], str) and COLOUR.fullmatch(form[name]))
    ]
    if form.get("font") and form["font"] not in FONTS:
        found.append(
            Problem("theme.font", _("Choose one of these fonts: %(fonts)s.") % {"fonts": ", ".join(FONTS)})
        )
    return found or _unreadable(form)


def _unreadable(form: Mapping[str, Any]) -> list[Problem]:
    paper, ink = form.get("background") or PAPER, form.get("text") or INK
    found = []
    if contrast(paper, ink) < TEXT_CONTRAST:
        found.append(Problem("theme.text", _too_faint(contrast(paper, ink), TEXT_CONTRAST)))
    if contrast(paper, form.get("accent") or ACCENT) < EDGE_CONTRAST:
        found.append(
            Problem("theme.accent", _too_faint(contrast(paper, form.get("accent") or ACCENT), EDGE_CONTRAST))
        )
    return found


def _too_faint(found: float, needed: float) -> str:
    return _(
        "Its contrast with the background is %(found)s; at least %(needed)s can be read. Take a darker one."
    ) % {
        "found": f"{found:.1f}",
        "needed": f"{needed:.1f}",
    }


def style_of(theme: Theme) -> str:
    """Return the CSS that changes our colours to the survey's, "" for none. Only what fits a pattern gets in."""
    said = {name: getattr(theme, name) for name in ("accent", "background", "text")}
    colours = {name: colour for name, colour in said.items() if COLOUR.fullmatch(colour)}
    rules = []
    if "accent" in colours:
        rules += [f"--accent:{colours['accent']}", f"--on:{ink_on(colours['accent'])}"]
    if "background" in colours or "text" in colours:
        paper, ink = colours.get("background", PAPER), colours.get("text", INK)
        rules += [f"--paper:{paper}", f"--sheet:{paper}", f"--ink:{ink}", *_between(paper, ink)]
    if theme.font in FONTS and theme.font != "system":
        rules.append(f"--font:{FONTS[theme.font][1]}")
    if not rules:
        return ""
    # A survey with colours of its own has one face, by day and by night.
    scheme = "" if not colours else "color-scheme:light;"
    return ":root:root{" + scheme + ";".join(rules) + "}"


def _between(paper: str, ink: str) -> list[str]:
    """Return the colours between paper and ink: soft text, edges, lines, washes."""
    steps = {"soft": 78, "edge": 58, "line": 16}
    mixed = [f"--{name}:color-mix(in srgb,{ink} {share}%,{paper})" for name, share in steps.items()]
    return [*mixed, f"--wash:color-mix(in srgb,var(--accent) 14%,{paper})"]
