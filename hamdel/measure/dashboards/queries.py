"""Questions a dashboard asks beside the metrics: where scores come from, what people wrote, how answers spread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hamdel.ground.analytics import AnalyticsUnavailable, ask
from hamdel.ground.calendar.periods import Period
from hamdel.ground.workspaces.models import Workspace
from hamdel.measure.metrics.cells import Scale


@dataclass(frozen=True)
class Place:
    """One touchpoint and channel, and how many scores came from there."""

    touchpoint: str
    channel: str
    scores: int


@dataclass(frozen=True)
class PlacesInUse:
    """What filters offer, the most used first."""

    touchpoints: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


def places_in_use(workspace: Workspace) -> PlacesInUse:
    """Return the touchpoints and channels of a workspace's scores; none while ClickHouse is away."""
    try:
        places = ask("measure/dashboards/places_in_use", Place, workspace=workspace)
    except AnalyticsUnavailable:
        return PlacesInUse()
    touchpoints = dict.fromkeys(place.touchpoint for place in places if place.touchpoint)
    return PlacesInUse(tuple(touchpoints), tuple(dict.fromkeys(p.channel for p in places if p.channel)))


@dataclass(frozen=True)
class Given:
    """How many gave one place of a scale."""

    score: int
    answers: int


def answers_by_score(
    workspace: Workspace, kind: str, scale: Scale, period: Period, *, touchpoint: str = "", channel: str = ""
) -> list[Given]:
    """Return how answers to "nps", "csat", "ces1" or "ces2" spread over the scale; unused places are left out."""
    return ask(
        "measure/dashboards/answers_by_score",
        Given,
        workspace=workspace,
        period=period,
        kind=kind,
        low=scale[0],
        high=scale[1],
        touchpoint=touchpoint,
        channel=channel,
    )


@dataclass(frozen=True)
class CommentRow:
    """What somebody wrote. `metric` is empty where only the survey knows it, `score` where none was given."""

    event_id: UUID
    customer_id: UUID
    occurred_at: datetime
    survey_id: str
    response_id: str
    metric: str
    score: str
    text: str
    touchpoint: str
    channel: str


def latest_comments(
    workspace: Workspace, period: Period, *, limit: int, touchpoint: str = "", channel: str = ""
) -> list[CommentRow]:
    """Return the newest comments of a period, one for each response."""
    return ask(
        "measure/dashboards/latest_comments",
        CommentRow,
        workspace=workspace,
        period=period,
        limit=limit,
        touchpoint=touchpoint,
        channel=channel,
    )


@dataclass(frozen=True)
class FirstThings:
    """How far a new workspace has come."""

    has_events: bool
    has_scores: bool


def first_things(workspace: Workspace) -> FirstThings:
    """Return whether events and scores are there. Raises AnalyticsUnavailable."""
    [found] = ask("measure/dashboards/first_things", FirstThings, workspace=workspace)
    return FirstThings(bool(found.has_events), bool(found.has_scores))
