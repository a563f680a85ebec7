"""A held row of a file, cell by cell: easier to mend than its JSON, where Persian names and braces change places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from hamdel.listen.events.models import QuarantinedEvent

MOST_CELLS = 60


def cells_of(event: QuarantinedEvent) -> list[tuple[str, str]]:
    """Return the columns of a row with their texts; nothing for what is no row, or not flat."""
    row = _row_of(event)
    return [(name, _text(value)) for name, value in row.items()]


def with_cells(event: QuarantinedEvent, given: Callable[[int], str | None]) -> str:
    """Return the payload with the cells that were changed; the others keep their value and its type."""
    row = _row_of(event)
    for place, (name, value) in enumerate(list(row.items())):
        text = given(place)
        if text is not None and text != _text(value):
            row[name] = text
    return orjson.dumps(row).decode()


def _row_of(event: QuarantinedEvent) -> dict[str, Any]:
    if event.code != "row_rejected":
        return {}
    try:
        row = orjson.loads(event.payload)
    except orjson.JSONDecodeError:
        return {}
    is_flat = isinstance(row, dict) and not any(isinstance(value, dict | list) for value in row.values())
    return row if is_flat and len(row) <= MOST_CELLS else {}


def _text(value: Any) -> str:
    return "" if value is None else str(value)
