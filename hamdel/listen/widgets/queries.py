"""How far people came: shown, started, finished."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

# A response begins with the secret of its showing, so the two digests are the same.
FUNNEL = """
SELECT s.widget_id, count(*), count(r.id), count(r.completed_at)
FROM widgets_showing s LEFT JOIN surveys_response r ON r.resume_digest = s.once_digest
WHERE s.widget_id = ANY(%s)
GROUP BY s.widget_id"""
DAYS = """
SELECT (s.shown_at AT TIME ZONE %s)::date AS day, count(*), count(r.id), count(r.completed_at)
FROM widgets_showing s LEFT JOIN surveys_response r ON r.resume_digest = s.once_digest
WHERE s.widget_id = %s AND s.shown_at > now() - interval '30 days'
GROUP BY day ORDER BY day"""


@dataclass(frozen=True)
class Funnel:
    """How often a widget was shown, begun, and answered to the end."""

    shown: int = 0
    started: int = 0
    finished: int = 0

    @property
    def started_percent(self) -> float | None:
        return 100 * self.started / self.shown if self.shown else None

    @property
    def finished_percent(self) -> float | None:
        return 100 * self.finished / self.shown if self.shown else None


def funnels(widgets: Iterable[UUID]) -> dict[UUID, Funnel]:
    """Return the funnel of each widget that was ever shown."""
    with connection.cursor() as cursor:
        cursor.execute(FUNNEL, [list(widgets)])
        return {row[0]: Funnel(*row[1:]) for row in cursor.fetchall()}


def funnel_by_day(widget: UUID, timezone: str) -> list[tuple]:
    """Return (day, shown, started, finished) of the last 30 days that had any, days as in the time zone."""
    with connection.cursor() as cursor:
        cursor.execute(DAYS, [timezone, widget])
        return cursor.fetchall()


PLACES = """
SELECT survey_id, place, count(*), count(completed_at) FROM surveys_response
WHERE survey_id = ANY(%s) AND channel = 'qr' AND place <> ''
GROUP BY survey_id, place"""


def answers_by_place(surveys: Iterable[UUID]) -> dict[tuple[UUID, str], tuple[int, int]]:
    """Return how many started and finished from each place, by survey and name of the place."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES, [list(surveys)])
        return {(row[0], row[1]): (row[2], row[3]) for row in cursor.fetchall()}
