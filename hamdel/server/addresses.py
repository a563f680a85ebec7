"""Addresses that mean nothing, mended or refused in one place."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

NUL = "%00"


class Addresses:
    """Middleware: no text of ours holds a NUL, and PostgreSQL cannot even be asked about one.

    In a path it names nothing that could be there; what somebody chooses on a page is read without it. Programs are
    told that they sent one: the API checks what it is asked by itself.
    """

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404
        if NUL in request.META["QUERY_STRING"] and not request.path_info.startswith("/api/"):
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace(NUL, "")
        return self.respond(request)
