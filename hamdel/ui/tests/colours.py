"""Reads the tokens of our style sheet and computes contrast as WCAG 2 does."""

from __future__ import annotations

import math
import re
from pathlib import Path

CSS = Path(__file__).resolve().parents[1] / "css"
_PAIR = re.compile(r"--([\w-]+):\s*light-dark\(oklch\(([\d. ]+)\),\s*oklch\(([\d. ]+)\)\);")

Rgb = tuple[float, float, float]


def tokens() -> dict[str, tuple[Rgb, Rgb]]:
    """Return name → (light, dark) as linear sRGB, for every token written as one light-dark pair."""
    found = _PAIR.findall((CSS / "tokens.css").read_text("utf-8"))
    return {name: (linear_rgb(light), linear_rgb(dark)) for name, light, dark in found}


def linear_rgb(oklch: str) -> Rgb:
    """Turn "L C H" into linear sRGB, clipped to what a screen shows (Ottosson 2020)."""
    lightness, chroma, hue = map(float, oklch.split())
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return tuple(min(1, max(0, part)) for part in (red, green, blue))  # type: ignore[return-value]


def of_hex(colour: str) -> Rgb:
    """Turn #rgb or #rrggbb into linear sRGB."""
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    return tuple(p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)  # type: ignore


def to_hex(rgb: Rgb) -> str:
    parts = (12.92 * p if p <= 0.0031308 else 1.055 * p ** (1 / 2.4) - 0.055 for p in rgb)
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of WCAG 2.2, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(rgb: Rgb) -> float:
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
