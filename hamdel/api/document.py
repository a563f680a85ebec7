"""The OpenAPI document as a value."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from hamdel.api.api import api

PREFIX = "/api/v1/"


def document() -> dict[str, Any]:
    """Return the OpenAPI document, in English."""
    with translation.override("en"):
        return dict(api.get_openapi_schema(path_prefix=PREFIX))
