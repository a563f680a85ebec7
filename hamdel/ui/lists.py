"""Long lists, a page at a time, in one way for all of them.

The address names the row a page begins after, not how many rows lie before it. So a row that arrives meanwhile neither
pushes one onto the next page a second time nor hides one, and a page far down costs what the first one does. Nor is
anything counted further than anybody reads.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _

from hamdel.ui import formats

A_PAGE = 50
COUNTED = 10_000
Row = TypeVar("Row", bound=Model)
Row_co = TypeVar("Row_co", covariant=True)
Place = Sequence[Any]


@dataclass(frozen=True)
class Count:
    """How many rows there are; `is_more` when there are more than `n`, and nobody counted on."""

    n: int
    is_more: bool

    def __bool__(self) -> bool:
        return self.n > 0

    def __str__(self) -> str:
        shown = formats.number(self.n)
        return _("more than %(n)s") % {"n": shown} if self.is_more else shown


def counted(found: Callable[[int], int]) -> Count:
    """Return a count that stops; `found` counts up to a number."""
    n = found(COUNTED + 1)
    return Count(min(n, COUNTED), n > COUNTED)


def count_of(rows: QuerySet[Any]) -> Count:
    """Return how many rows there are, or that there are more than anybody counts."""
    return counted(lambda most: rows.order_by()[:most].count())


def different(rows: QuerySet[Any], column: str) -> list[Any]:
    """Return the few different values of a column, in order: each one is one step in an index that begins with it."""
    found: list[Any] = []
    ahead = rows
    while (value := ahead.order_by(column).values_list(column, flat=True).first()) is not None:
        found.append(value)
        ahead = rows.filter(**{f"{column}__gt": value})
    return found


class Listed(Protocol[Row_co]):
    """Rows in an order that tells each two of them apart, and how to take some."""

    def take(
        self, most: int, *, beyond: Place | None = None, backwards: bool = False, skip: int = 0
    ) -> list[Row_co]:
        """Return the first rows that come after a place; `backwards`, the nearest before it, nearest first."""
        ...

    def count(self, most: int) -> int: ...


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list, with what the address must name to have those before and after them."""

    rows: list[Row]
    earlier: str | None
    later: str | None
    listed: Listed[Row] = field(repr=False)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def count(self) -> Count:
        return counted(self.listed.count)

    @property
    def has_others(self) -> bool:
        return bool(self.earlier or self.later)


def page_of(rows: QuerySet[Row], address: Mapping[str, str], *order: str, size: int = A_PAGE) -> Page[Row]:
    """Return the page of a query that the address asks for.

    `order` names columns of the rows themselves that are never empty; the last one tells any two rows apart.
    """
    return page_among(Ordered(rows, order), address, rows.model, order, size=size)


def page_among(
    listed: Listed[Row],
    address: Mapping[str, str],
    model: type[Model],
    order: Sequence[str],
    *,
    size: int = A_PAGE,
) -> Page[Row]:
    """Return the page that the address asks for: after a row, before one, or by its number as addresses once had it.

    Who asks for what lies behind the end gets the end, and the beginning for what was never a place.
    """
    names = [name.lstrip("-") for name in order]

    def page(rows: list[Row], *, has_earlier: bool, has_later: bool) -> Page[Row]:
        earlier = _written(rows[0], names) if has_earlier and rows else None
        return Page(rows, earlier, _written(rows[-1], names) if has_later and rows else None, listed)

    after, before = (_read(address.get(name), model, names) for name in ("after", "before"))
    if before is not None:
        rows = listed.take(size + 1, beyond=before, backwards=True)
        if len(rows) >= size:  # of fewer a whole page can be made: the first one
            return page(rows[:size][::-1], has_earlier=len(rows) > size, has_later=True)
    skip = 0 if before is not None or after is not None else size * (_number(address.get("page"), size) - 1)
    place = after if before is None else None
    rows = listed.take(size + 1, beyond=place, skip=skip)
    is_further = place is not None or skip > 0
    if not rows and is_further:
        rows = listed.take(size + 1, backwards=True)
        return page(rows[:size][::-1], has_earlier=len(rows) > size, has_later=False)
    return page(rows[:size], has_earlier=is_further, has_later=len(rows) > size)


@dataclass(frozen=True)
class Ordered(Generic[Row]):
    """The rows of a query in an order."""

    rows: QuerySet[Row]
    order: Sequence[str]

    def take(
        self, most: int, *, beyond: Place | None = None, backwards: bool = False, skip: int = 0
    ) -> list[Row]:
        order = [_turned(name) for name in self.order] if backwards else list(self.order)
        rows = self.rows if beyond is None else self.rows.filter(_beyond(order, beyond))
        return list(rows.order_by(*order)[skip : skip + most])

    def count(self, most: int) -> int:
        return self.rows.order_by()[:most].count()


def without_place(address: Mapping[str, str]) -> dict[str, str]:
    """Return what an address chooses, without which page of it."""
    return {name: value for name, value in address.items() if name not in {"page", "after", "before"}}


def _turned(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _beyond(order: Sequence[str], place: Place) -> Q:
    """Return the condition on rows that come after a place. Its first part alone is a range an index can be read from."""
    name, sign = order[0].lstrip("-"), "lt" if order[0].startswith("-") else "gt"
    further = Q(**{f"{name}__{sign}": place[0]})
    if len(order) == 1:
        return further
    return Q(**{f"{name}__{sign}e": place[0]}) & (further | _beyond(order[1:], place[1:]))


def _number(text: str | None, size: int) -> int:
    """Return the page an address of old asks for, no further than is counted."""
    try:
        return min(max(int(text or 1), 1), COUNTED // size + 1)
    except ValueError:
        return 1


def _written(row: Model, names: Sequence[str]) -> str:
    """Return the place of a row as it stands in an address."""
    values = [getattr(row, name) for name in names]
    texts = [value.isoformat() if isinstance(value, datetime) else str(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps(texts, ensure_ascii=False).encode()).decode().rstrip("=")


def _read(text: str | None, model: type[Model], names: Sequence[str]) -> Place | None:
    """Return the place an address names; None for none, and for what we never wrote."""
    if not text:
        return None
    try:
        texts = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(texts, list) or len(texts) != len(names):
            return None
        return [_value(model, name, one) for name, one in zip(names, texts, strict=True)]
    except (ValueError, OverflowError, binascii.Error, RecursionError, ValidationError):
        return None


def _value(model: type[Model], name: str, text: Any) -> Any:
    if not isinstance(text, str) or "\x00" in text:
        raise ValueError(text)
    value = model._meta.get_field(name).to_python(text)
    if value is None or (isinstance(value, datetime) and is_naive(value)):
        raise ValueError(text)
    return value
