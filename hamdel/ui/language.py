"""Which language a page is shown in: the reader's choice, else the workspace's, else Persian."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from hamdel.ui import formats

LANGUAGES = {"fa": "فارسی", "en": "English"}


class LanguageMiddleware:
    """Show each request in its own language and start it with a clean display.

    The browser's own preference is not asked: most browsers in Iran say English whatever their owners read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        formats.activate(formats.Display())
        translation.activate(chosen(request) or settings.LANGUAGE_CODE)
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or "fa")
        return response


def chosen(request: HttpRequest) -> str | None:
    """Return the language the reader chose with the switch, None if they never did."""
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return language if language in LANGUAGES else None


def prefer(request: HttpRequest, language: str) -> None:
    """Show the rest of this request in `language` unless the reader chose one."""
    if chosen(request) is None and language in LANGUAGES:
        translation.activate(language)
