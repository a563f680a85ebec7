"""Words and addresses of results, for templates."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django import template
from django.utils.translation import gettext as _

from hamdel.listen.results import words
from hamdel.ui import formats

register = template.Library()


@register.simple_tag
def about(what: str, value: str) -> str:
    """Return a channel, language, place or touchpoint in words."""
    return words.about(what, value)


@register.simple_tag
def querystring_of(path: str, kept: Mapping[str, str]) -> str:
    """Return an address with what was kept of another's query."""
    return f"{path}?{urlencode(kept)}" if kept else path


@register.filter
def megabytes(size: int) -> str:
    """Return how large a file is, in the reader's digits."""
    return _("%(n)s MB") % {"n": formats.number(size / 1_000_000, 1)}
