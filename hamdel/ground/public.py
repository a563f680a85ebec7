"""The mark of a view that needs no member."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpResponse

View = TypeVar("View", bound=Callable[..., HttpResponse])


def public(view: View) -> View:
    """Mark a view for everybody: a respondent's page, a login. The test of addresses insists on a mark."""
    marked: Any = view
    marked.permission = None
    return view
