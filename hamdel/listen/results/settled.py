"""Responses that change no more stand in ClickHouse as well: what is known of them, and who asks there.

Where very many answered, a figure is the sum of two: of the settled responses, asked of ClickHouse, and of the rest,
asked of PostgreSQL. Both find the same rows by `Settled.rest`; tests and `bench/results.py` hold them equal.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.db import connection

from hamdel.ground import analytics
from hamdel.ground.analytics import AnalyticsError
from hamdel.ground.ids import id_at
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.surveys.models import Survey

if TYPE_CHECKING:
    from hamdel.listen.results.choosing import Selection

log = logging.getLogger(__name__)
Found = TypeVar("Found")


# Whatever became of them, a full quota too. Ids are made by our own clock, when a response begins.
STIRRED = "SELECT id FROM surveys_response WHERE survey_id = %s AND changed_at >= %s AND id < %s"


@dataclass(frozen=True)
class Stretches:
    """The stretches that are listed, and the moment up to which they reach."""

    stretches: list[int]
    until: datetime


@dataclass(frozen=True)
class Settled:
    """Responses changed last before `until`, whole in these stretches of the table `responses`.

    `stirred` are those of them that somebody has gone on with since: what is copied of them counts no more.
    """

    stretches: list[int]
    until: datetime
    stirred: list[UUID] = field(default_factory=list)

    @property
    def rest(self) -> tuple[str, list[object]]:
        """Return the condition that leaves the others, with its values."""
        return "(r.changed_at >= %s OR r.changed_at IS NULL)", [self.until]


def settled_of(survey: Survey) -> Settled | None:
    """Return what is settled of a survey; None for nothing. Raises AnalyticsError."""
    if survey.how.anonymous:
        return None
    found = analytics.ask(
        "listen/results/settled_stretches", Stretches, workspace=survey.workspace, survey=survey.id
    )
    if not found:
        return None
    stirred = stirred_of(survey, found[0].until)
    return Settled(found[0].stretches, found[0].until, stirred)


def stirred_of(survey: Survey, since: datetime, until: datetime | None = None) -> list[UUID]:
    """Return the responses begun before `since` that changed after it; those only that changed last before `until`."""
    sql = STIRRED
    values: list[Any] = [survey.id, since, id_at(since)]
    if until is not None:
        sql, values = f"{sql} AND changed_at < %s", [*values, until]
    with inside(survey.workspace), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]


def quickly(selection: Selection, count: Callable[[Selection], Found]) -> Found:
    """Count with what is settled asked of ClickHouse; where that cannot be had, everything of PostgreSQL."""
    try:
        settled = settled_of(selection.survey)
        if settled is not None:
            return count(replace(selection, settled=settled))
    except AnalyticsError as problem:
        log.warning("Results of %s are counted in PostgreSQL alone: %s", selection.survey.id, problem)
    return count(selection)
