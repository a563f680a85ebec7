"""The overview with its panels, and a page for each metric."""

from __future__ import annotations

import time

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from hamdel.ground.access.doors import Request, needs
from hamdel.ground.access.permissions import Permission
from hamdel.ground.analytics import AnalyticsUnavailable
from hamdel.measure.dashboards.beginning import steps_of
from hamdel.measure.dashboards.look import Look, look_of
from hamdel.measure.dashboards.panels import Drawn, draw, panels_for
from hamdel.measure.dashboards.queries import FirstThings, first_things
from hamdel.ui.pages import show

# What is not drawn within this time is fetched by the open page, panel by panel.
PATIENCE_SECONDS = 0.6


@require_safe
@needs(Permission.SEE_SCORES)
def overview(request: Request) -> HttpResponse:
    """Show the first page: panels, or the first steps where nothing has happened yet."""
    so_far = _first_things(request)
    if not so_far.has_events:
        return show(request, "dashboards/beginning.html", steps=steps_of(request, so_far))
    look = look_of(request)
    return show(
        request,
        "dashboards/overview.html",
        look=look,
        filters=look.bar,
        panels=_drawn(look, is_whole="whole" in request.GET),
        steps=[] if so_far.has_scores else steps_of(request, so_far),
    )


@require_safe
@needs(Permission.SEE_SCORES)
def panel(request: Request, name: str) -> HttpResponse:
    """Show one panel: its content to htmx, a page of its own to a browser."""
    found = next((panel for panel in panels_for(request.member) if panel.name == name), None)
    if found is None:
        raise Http404
    look = look_of(request)
    return show(
        request, "dashboards/panel.html", part="content", look=look, filters=look.bar, drawn=draw(found, look)
    )


def _drawn(look: Look, *, is_whole: bool) -> list[Drawn]:
    """Draw as many panels as patience lasts for; all of them when the reader asks for the whole page."""
    begun, drawn = time.monotonic(), []
    for found in panels_for(look.member):
        is_late = time.monotonic() - begun > PATIENCE_SECONDS and not is_whole
        drawn.append(Drawn(found) if is_late else draw(found, look))
    return drawn


def _first_things(request: Request) -> FirstThings:
    """Ask how far the workspace is; with ClickHouse away, as if it were at work already."""
    try:
        return first_things(request.workspace)
    except AnalyticsUnavailable:
        return FirstThings(has_events=True, has_scores=True)
