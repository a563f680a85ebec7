"""The one way a view shows something."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers


def show(
    request: HttpRequest, template: str, part: str | None = None, *, status: int = 200, **context: Any
) -> TemplateResponse:
    """Show the whole page to a browser, and only the part named `part` to htmx.

    The name of the part is the view's, never the request's. TemplateDoesNotExist if there is no such part.
    """
    name = f"{template}#{part}" if part and wants_part(request) else template
    response = TemplateResponse(request, name, context, status=status)
    # Otherwise the back button may show a part where a page was.
    patch_vary_headers(response, ["HX-Request"])
    return response


def wants_part(request: HttpRequest) -> bool:
    """Tell whether htmx asks for a piece of the page rather than a page."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request
