"""A page asked for in a way it does not take: said in words, with the way to where it belongs."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse


class Methods:
    """Middleware: whoever opens the address of a button, from the bar of the browser or a bookmark, gets a page.

    Programs that say they take no HTML, and whatever answers in words of its own, are left alone.
    """

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        is_mute = isinstance(response, HttpResponseNotAllowed) and not response.content
        if not is_mute or request.method == "OPTIONS" or not request.accepts("text/html"):
            return response
        page = render(request, "405.html", {"back": page_above(request.path_info)}, status=405)
        page["Allow"] = response["Allow"]
        return page


def page_above(path: str) -> str:
    """Return the nearest page an address lies under: of a survey's button, the survey. "/" for none."""
    if path.startswith(reverse("ui:gallery")):
        # The switches of language and theme stand on every page: they belong to none.
        return "/"
    while (path := path.rstrip("/").rpartition("/")[0] + "/") != "/":
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return path
