"""A widget as its script is told of it: look, moment and first page in one language; nothing of whom it is for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils.timezone import now

from hamdel.ground.access.models import new_secret
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.surveys.links import Link, Place, Visit, follow, language_in
from hamdel.listen.widgets.asking import direction, page_of
from hamdel.listen.widgets.colours import ink_on
from hamdel.listen.widgets.models import Widget
from hamdel.listen.widgets.words import widget_words


def widget_form(widget: Widget, language: str, request: HttpRequest) -> dict[str, Any] | None:
    """Return the widget as JSON; None when its survey has nothing to ask just now."""
    at = now()
    visit = Visit(Link.OPEN, widget.survey.public_id, at, once=new_secret(), channel="web", language=language)
    with across_workspaces():
        [place] = follow([visit])
    if place is None or place.standing is None or not place.may_answer(at=at):
        return None
    return form_of(widget, place, language, request)


def form_of(widget: Widget, place: Place, language: str, request: HttpRequest) -> dict[str, Any] | None:
    """Return the widget as JSON with the first page of a response that has not begun."""
    assert place.standing is not None
    spoken = language_in(place.standing.asks, language, widget.workspace.language)
    first = place.standing.first_open_page()
    if first is None:
        return None
    return {
        "id": str(widget.id),
        "form": widget.form,
        "title": widget.survey.name,
        "language": spoken,
        "dir": direction(spoken),
        "look": {
            "accent": widget.accent,
            "on": ink_on(widget.accent),
            "theme": widget.theme,
            "side": widget.side,
            "button": widget.button.get(spoken, ""),
        },
        "selector": widget.selector,
        "where": widget.where,
        "when": widget.when,
        "seconds": widget.seconds,
        "percent": widget.percent,
        "event": widget.event,
        "event_where": widget.event_where,
        "share": widget.share,
        "often": widget.often,
        "days": widget.days,
        "page": page_of(place, first, spoken),
        "address": address_of_page(request, "/sdk/v1/frame/", widget=widget.id, lang=spoken),
        "words": widget_words(spoken),
    }


def address_of_page(request: HttpRequest, path: str, **query: Any) -> str:
    """Return a whole address of ours."""
    base = settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"
    return f"{base}{path}?{urlencode(query)}" if query else f"{base}{path}"
