"""Lists a page at a time. A cursor names the last row shown, so a page never skips or repeats when rows arrive."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from hamdel.api.errors import ApiError

Item = TypeVar("Item")
Row = TypeVar("Row")

USUAL, MOST = 50, 200
Limit = Annotated[int, Query(USUAL, ge=1, le=MOST, description="How many items at most.")]
Cursor = Annotated[str | None, Query(None, max_length=400, description="`next` of the page before.")]


class Page(Schema, Generic[Item]):
    """Items, and the cursor of the page after them; null on the last page."""

    items: list[Item] = Field(description="Newest first.")
    next: str | None = None


def page_of(
    rows: Sequence[Row], limit: int, shown: Callable[[Row], Item], place: Callable[[Row], Sequence[str]]
) -> Page[Item]:
    """Return a page from up to one row more than `limit`; `place` names a row in the cursor."""
    here = rows[:limit]
    following = cursor_of(place(here[-1])) if len(rows) > limit else None
    return Page(items=[shown(row) for row in here], next=following)


def cursor_of(parts: Sequence[str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(parts)).encode()).decode().rstrip("=")


def parts_of(cursor: str | None, length: int) -> list[str] | None:
    """Return what a cursor names, None without one. ApiError 400 for one we did not make."""
    if not cursor:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        parts = None
    if (
        not isinstance(parts, list)
        or len(parts) != length
        or not all(isinstance(part, str) for part in parts)
    ):
        raise bad_cursor()
    return parts


def bad_cursor() -> ApiError:
    return ApiError(400, "bad_cursor", _("This cursor is not one of ours; use `next` of the page before."))


def id_after(cursor: str | None) -> UUID | None:
    """Return the id a cursor of one id names, None without a cursor. ApiError 400 for one we did not make."""
    parts = parts_of(cursor, 1)
    return uuid_of(parts[0]) if parts else None


def uuid_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise bad_cursor() from None
