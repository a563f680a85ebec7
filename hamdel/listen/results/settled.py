"""Responses that change no more stand in ClickHouse as well: what is known of them, and who asks there.

Where very many answered, a figure is the sum of two: of the settled responses, asked of ClickHouse, and of the rest,
asked of PostgreSQL. Both find the same rows by `Settled.rest`; tests and `bench/results.py` hold them equal.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from hamdel.ground import analytics
from hamdel.ground.analytics import AnalyticsError
from hamdel.ground.ids import id_at
from hamdel.listen.surveys.models import Survey

if TYPE_CHECKING:
    from hamdel.listen.results.choosing import Selection

log = logging.getLogger(__name__)
Found = TypeVar("Found")


@dataclass(frozen=True)
class Settled:
    """Finished responses begun and ended before `until`, whole in these stretches of the table `responses`."""

    stretches: list[int]
    until: datetime

    @property
    def first_id(self) -> UUID:
        """Return an id smaller than that of every response begun since, by the clock of the server."""
        return id_at(self.until)

    def rest(self, *, has_unfinished: bool) -> tuple[str, list[object]]:
        """Return the condition that leaves the others, with its values. Ids tell what a kiosk handed in late."""
        unfinished = "r.completed_at IS NULL OR " if has_unfinished else ""
        return f"({unfinished}r.completed_at >= %s OR r.id >= %s)", [self.until, self.first_id]


def settled_of(survey: Survey) -> Settled | None:
    """Return what is settled of a survey; None for nothing. Raises AnalyticsError."""
    if survey.how.anonymous:
        return None
    found = analytics.ask(
        "listen/results/settled_stretches", Settled, workspace=survey.workspace, survey=survey.id
    )
    return found[0] if found else None


def quickly(selection: Selection, count: Callable[[Selection], Found]) -> Found:
    """Count with what is settled asked of ClickHouse; where that cannot be had, everything of PostgreSQL."""
    try:
        settled = settled_of(selection.survey)
        if settled is not None:
            return count(replace(selection, settled=settled))
    except AnalyticsError as problem:
        log.warning("Results of %s are counted in PostgreSQL alone: %s", selection.survey.id, problem)
    return count(selection)
