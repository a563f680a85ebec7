"""The widget as the fields of its editor say, before they are saved."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import now

from hamdel.ground.access.doors import Request
from hamdel.ground.access.models import new_secret
from hamdel.listen.surveys.links import Link, Visit, follow
from hamdel.listen.widgets.colours import HEX
from hamdel.listen.widgets.models import Widget
from hamdel.listen.widgets.telling import form_of

CHOICES = {"form": Widget.Form, "theme": Widget.Theme, "side": Widget.Side}


def preview_form(widget: Widget, request: Request, language: str) -> dict[str, Any] | None:
    """Return the widget as its script is told of it; None while its survey was never published."""
    for name, allowed in CHOICES.items():
        asked = request.GET.get(name, "")
        if asked in allowed.values:
            setattr(widget, name, asked)
    if HEX.fullmatch(request.GET.get("accent", "")):
        widget.accent = request.GET["accent"]
    widget.button = {
        code: request.GET[f"button_{code}"][:30] for code in ("fa", "en") if request.GET.get(f"button_{code}")
    }
    visit = Visit(Link.OPEN, widget.survey.public_id, now(), once=new_secret(), language=language)
    [place] = follow([visit])
    if place is None or place.standing is None:
        return None
    return form_of(widget, place, language, request)
