"""Python values as ClickHouse reads them in a query parameter. ClickHouse does the binding, not we."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any


def spelled(value: object, kind: str) -> Any:
    """Return `value` for a parameter of ClickHouse type `kind`.

    Moments must be aware and are passed in UTC; ValueError for one without a zone. Enum members stand for their
    value; other values go to the driver as they are.
    """
    match value:
        case Enum():
            return spelled(value.value, kind)
        case bool():
            return int(value)
        case datetime():
            return _moment(value, to_milliseconds="DateTime64" in kind)
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): spelled(item, kind) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [spelled(item, kind) for item in value]
    return value


def _moment(value: datetime, *, to_milliseconds: bool) -> str:
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone")
    text = value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return text[:-3] if to_milliseconds else text[:-7]
