"""What the shell around every page needs, under the one name `shell` so that no page's own names clash."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from hamdel.ui import formats, navigation
from hamdel.ui.language import LANGUAGES
from hamdel.ui.theme import chosen_theme

SCRIPTS = (
    "hamdel/shell.js",
    "hamdel/keep-focus.js",
    "hamdel/theme.js",
    "hamdel/live.js",
    "hamdel/chart-hover.js",
    "hamdel/jalali-date.js",
    "hamdel/copy.js",
    "hamdel/file-names.js",
)
LIVE = "/live"
# Entries at the foot of a phone's screen, beside the button that opens the whole menu: what is needed on the way first.
AT_HAND = 4
ON_THE_WAY = ("overview", "act", "know", "listen")


def shell(request: HttpRequest) -> dict[str, dict[str, Any]]:
    """Return direction, theme, menu and member for `base.html`."""
    member = getattr(request, "member", None)
    shelves = navigation.shelves(request.path, member.may) if member else []
    return {
        "shell": {
            **words_of(formats.language()),
            "theme": chosen_theme(request),
            "scripts": SCRIPTS,
            "member": member,
            "sends_mail": settings.SENDS_MAIL,
            "live_url": LIVE if member else "",
            "workspace": getattr(request, "workspace", None),
            "workspaces": getattr(request, "workspaces", []),
            "shelves": shelves,
            "foot": at_hand(shelves),
            "search_url": _url("customers:list"),
            "home_url": _url("dashboards:overview") or "/",
        }
    }


def words_of(language: str) -> dict[str, Any]:
    """Return how a page in `language` is laid out."""
    return {"language": language, "direction": "rtl" if language == "fa" else "ltr", "languages": LANGUAGES}


def at_hand(shelves: list[navigation.Shelf]) -> list[navigation.Entry]:
    """Return the first entry of each shelf, then the second ones, until the foot is full."""
    groups = sorted((shelf.entries for shelf in shelves), key=lambda entries: _rank(entries[0].shelf))
    depth = max(map(len, groups), default=0)
    return [entries[i] for i in range(depth) for entries in groups if i < len(entries)][:AT_HAND]


def _rank(shelf: str) -> int:
    return ON_THE_WAY.index(shelf) if shelf in ON_THE_WAY else len(ON_THE_WAY)


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:  # that slice is not there yet
        return ""
