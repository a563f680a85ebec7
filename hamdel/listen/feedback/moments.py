"""Moments as others write them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hamdel.listen.events.calls import moment_of


def moment(value: Any) -> datetime | None:
    """Return ISO 8601 text, or seconds or milliseconds since 1970 (also as text), as a moment in UTC; None for neither."""
    if (
        isinstance(value, str)
        and value.strip().isascii()
        and value.strip().isdigit()
        and len(value.strip()) > 8
    ):
        return moment_of(int(value))
    return moment_of(value.strip().removesuffix(" UTC") if isinstance(value, str) else value)
