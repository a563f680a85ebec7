"""Light, dark, or whatever the device is set to."""

from __future__ import annotations

from django.http import HttpRequest

COOKIE = "theme"
THEMES = ("auto", "light", "dark")


def chosen_theme(request: HttpRequest) -> str:
    """Return the reader's choice. It is written into the page by the server, so nothing flashes."""
    theme = request.COOKIES.get(COOKIE, "")
    return theme if theme in THEMES else "auto"
