"""The tabs of a page: links, one of them current."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Tab:
    """One tab; `count` stands beside its label."""

    label: str | Promise
    href: str
    count: int | None = None
    is_current: bool = False
