"""What the shell around every page needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from hamdel.ui import formats, navigation
from hamdel.ui.language import LANGUAGES
from hamdel.ui.theme import chosen_theme


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return direction, theme, menu and member for `base.html`."""
    language = formats.language()
    member = getattr(request, "member", None)
    return {
        "language": language,
        "direction": "rtl" if language == "fa" else "ltr",
        "languages": LANGUAGES,
        "theme": chosen_theme(request),
        "member": member,
        "workspace": getattr(request, "workspace", None),
        "shelves": navigation.shelves(request.path, member.may) if member else [],
        "search_url": _url("customers:list"),
        "home_url": _url("dashboards:overview") or "/",
    }


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:  # that slice is not there yet
        return ""
