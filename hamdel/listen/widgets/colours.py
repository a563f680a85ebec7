"""Which ink can be read on a colour somebody chose."""

from __future__ import annotations

import re

HEX = re.compile(r"#[0-9a-fA-F]{6}")
# WCAG 2.2, 1.4.3: text of normal size.
ENOUGH = 4.5


def luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb" (WCAG 2.2), 0 for black to 1 for white."""
    channels = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(colour: str) -> str:
    """Return white or near-black, whichever is read better on this colour."""
    return max(("#ffffff", "#111111"), key=lambda ink: contrast(ink, colour))
