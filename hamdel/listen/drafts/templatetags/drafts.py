"""`{% load drafts %}`: texts of a survey in one of its languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def in_language(texts: Any, code: str) -> str:
    """Return a text in a language; "" where there is none."""
    return str(texts.get(code, "")) if isinstance(texts, Mapping) else ""
