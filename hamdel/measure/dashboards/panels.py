"""The parts of the overview. A slice registers its own from `apps.py`; nothing is imported upward."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.functional import Promise

from hamdel.ground.access.models import Member
from hamdel.ground.access.permissions import Permission
from hamdel.ground.analytics import AnalyticsUnavailable
from hamdel.measure.dashboards.look import Look

Words = str | Promise
Read = Callable[[Look], dict[str, Any]]


@dataclass(frozen=True)
class Panel:
    """One part of the overview: `read` gives the template what it shows. `size` is whole, large, tall, half or small.

    While things change, an open page fetches it anew every `pace_seconds`, not more often.
    """

    name: str
    title: Words
    template: str
    read: Read
    order: int
    size: str
    permission: Permission
    pace_seconds: int


@dataclass(frozen=True)
class Drawn:
    """A panel with its content; without `html` the page fetches it once it is open."""

    panel: Panel
    html: str = ""


_panels: dict[str, Panel] = {}


def register(
    name: str,
    title: Words,
    template: str,
    read: Read,
    *,
    order: int = 50,
    size: str = "small",
    permission: Permission = Permission.SEE_SCORES,
    pace_seconds: int = 1,
) -> None:
    """Put a panel on the overview. `name` is its address; lower `order` comes first; twice changes nothing."""
    _panels[name] = Panel(name, title, template, read, order, size, permission, pace_seconds)


def panels_for(member: Member) -> list[Panel]:
    """Return the panels `member` may see, in order."""
    allowed = (panel for panel in _panels.values() if member.may(panel.permission))
    return sorted(allowed, key=lambda panel: panel.order)


def draw(panel: Panel, look: Look) -> Drawn:
    """Return a panel with its content; while ClickHouse is away, with a word about that."""
    try:
        content, template = panel.read(look), panel.template
    except AnalyticsUnavailable:
        content, template = {}, "dashboards/away.html"
    return Drawn(panel, render_to_string(template, {"panel": panel, "look": look, **content}))
