"""Posters with a QR code: one HTML template, shown in the product and printed as PDF.

The PDF is made by WeasyPrint, which shapes Persian through Pango; it may read our print fonts and nothing else.
"""

from __future__ import annotations

import base64
import logging
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import segno
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from hamdel.listen.widgets.colours import ink_on
from hamdel.listen.widgets.models import Place

FONTS = Path(__file__).parents[2] / "ui" / "static" / "vendor"
FONT_FILES = ("print.ttf", "print-bold.ttf")


class NoPrinter(Exception):
    """Pango is not installed, so no PDF can be made here; the page can be printed from the browser."""


class Size(StrEnum):
    """What is printed, and how large."""

    A4 = "a4"
    A5 = "a5"
    TENT = "tent"
    STICKER = "sticker"

    @property
    def label(self) -> Any:
        return LABELS[self]


LABELS = {
    Size.A4: _("Poster, A4"),
    Size.A5: _("Poster, A5"),
    Size.TENT: _("Table tent, A4 folded"),
    Size.STICKER: _("Sticker, 9 × 9 cm"),
}


@dataclass(frozen=True)
class Poster:
    """All that is on the paper. `languages` are those of its words, the larger first."""

    place: Place
    size: Size
    languages: tuple[str, ...]
    address: str
    sender: str
    logo: str = ""


def poster_html(poster: Poster, *, fonts: str) -> str:
    """Return the poster as a page of its own. `fonts` is the address of the folder with the print fonts."""
    context = {
        "poster": poster,
        "size": poster.size.value,
        "accent": poster.place.accent,
        "on_accent": ink_on(poster.place.accent),
        "code": qr_code(poster.address, poster.place.accent),
        "short": poster.address.split("://", 1)[-1].split("?")[0].rstrip("/"),
        "words": [_words(poster.place, language) for language in poster.languages],
        "copies": [1, 2] if poster.size == Size.TENT else [1],
        "fonts": fonts,
    }
    with translation.override(poster.languages[0]):
        return render_to_string("widgets/poster.html", context)


def _words(place: Place, language: str) -> dict[str, str]:
    with translation.override(language):
        return {
            "language": language,
            "dir": "rtl" if language == "fa" else "ltr",
            "title": place.title.get(language) or str(_("How did we do?")),
            "text": place.text.get(language) or str(_("Tell us in less than a minute. No app, no account.")),
            "hint": str(_("Point your phone's camera here")),
        }


def qr_code(address: str, accent: str) -> str:
    """Return the code as a data address of an SVG. A tenth of it may be dirty; dark enough for every camera."""
    code = segno.make(address, error="q", micro=False)
    dark = accent if ink_on(accent) == "#ffffff" else "#111111"
    return code.svg_data_uri(border=0, dark=dark, light=None, encode_minimal=True)


def data_address(content: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def poster_pdf(poster: Poster) -> bytes:
    """Return the poster as PDF. Raises NoPrinter."""
    try:
        from weasyprint import HTML  # loads Pango, which may be missing and takes a third of a second
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except OSError as error:
        raise NoPrinter from error

    class OwnFonts(URLFetcher):
        """Reads our fonts and what the page carries in itself; nothing from disk or network."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix("font:///")
            if name in FONT_FILES:
                return URLFetcherResponse(url, (FONTS / name).read_bytes(), {"Content-Type": "font/ttf"})
            return super().fetch(url, headers)

    # It tells of every step.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    page = HTML(
        string=poster_html(poster, fonts="font:///"), url_fetcher=OwnFonts(allowed_protocols={"data"})
    )
    return page.write_pdf(font_config=FontConfiguration(), presentational_hints=False)
