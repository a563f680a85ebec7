"""Who belongs to a segment, remembered for a few minutes: a page view must not count a segment anew."""

from __future__ import annotations

import time
from datetime import datetime
from uuid import UUID

from django.apps import apps

FRESH_SECONDS = 300
MOST_REMEMBERED = 100
_remembered: dict[UUID, tuple[float, frozenset[UUID]]] = {}


def members_of(segment_id: UUID, *, at: datetime) -> frozenset[UUID]:
    """Return the customers of a segment of the bound workspace; nobody when it is gone."""
    until, found = _remembered.get(segment_id, (0.0, frozenset()))
    if until < time.monotonic():
        found = _ask(segment_id, at=at)
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[segment_id] = (time.monotonic() + FRESH_SECONDS, found)
    return found


def _ask(segment_id: UUID, *, at: datetime) -> frozenset[UUID]:
    if not apps.is_installed("hamdel.know.segments"):
        return frozenset()
    from hamdel.know.segments.models import Segment
    from hamdel.know.segments.queries import segment_members

    segment = Segment.objects.filter(id=segment_id).first()
    return frozenset(segment_members(segment, at=at)) if segment else frozenset()
