"""Liquid itself, with limits; see wording.py, which is what others use."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from liquid import Environment, StrictUndefined, Undefined
from liquid.exceptions import LiquidError, UndefinedError
from liquid.template import BoundTemplate

from hamdel.act.messages.wording import BadTemplate

LONGEST = 20_000
LONGEST_RESULT = 50_000
DROPPED_FILTERS = ("safe",)
DROPPED_TAGS = ("include", "render", "layout", "block", "extends")


class _Limited(Environment):
    loop_iteration_limit = 2_000
    output_stream_limit = LONGEST_RESULT
    local_namespace_limit = 5_000
    context_depth_limit = 10


@lru_cache(maxsize=4)
def _environment(*, html: bool, strict: bool) -> Environment:
    environment = _Limited(autoescape=html, undefined=StrictUndefined if strict else Undefined)
    for name in DROPPED_FILTERS:
        environment.filters.pop(name, None)
    for name in DROPPED_TAGS:
        environment.tags.pop(name, None)
    return environment


@lru_cache(maxsize=256)
def _parsed(text: str, *, html: bool, strict: bool) -> BoundTemplate:
    if len(text) > LONGEST:
        raise BadTemplate(_("The text is too long: at most 20,000 characters."))
    try:
        return _environment(html=html, strict=strict).from_string(text)
    except LiquidError as wrong:
        raise BadTemplate(_said(wrong)) from wrong


def fill(text: str, values: Mapping[str, Any], *, html: bool, strict: bool) -> str:
    """Fill plain values into a template. Raises BadTemplate."""
    try:
        return _parsed(text, html=html, strict=strict).render(**values)
    except (LiquidError, RecursionError) as wrong:
        raise BadTemplate(_said(wrong)) from wrong


def _said(wrong: Exception) -> str:
    line = getattr(getattr(wrong, "token", None), "start_index", None)
    if isinstance(wrong, UndefinedError):
        return _("There is no “%(name)s” to fill in.") % {
            "name": str(wrong).split("'")[1:2][0] if "'" in str(wrong) else str(wrong)
        }
    place = "" if line is None else f" ({line})"
    return _("The template cannot be read: %(reason)s") % {"reason": f"{str(wrong).splitlines()[0]}{place}"}
