"""Verbs of surveys: build, publish, close; and the respondent's: start, save a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from hamdel.ground.access.models import Member, digest, new_secret
from hamdel.ground.audit.actions import record
from hamdel.ground.ids import new_id
from hamdel.ground.workspaces.models import Workspace
from hamdel.listen.surveys.definition import Metric
from hamdel.listen.surveys.links import standing_of
from hamdel.listen.surveys.models import Response, Survey, SurveyVersion
from hamdel.listen.surveys.standing import (
    MAY_CHANGE_FOR,
    AlreadyAnswered,
    Standing,
    SurveyClosed,
    WrongPage,
)
from hamdel.listen.surveys.storing import store

__all__ = [
    "MAY_CHANGE_FOR",
    "AlreadyAnswered",
    "SurveyClosed",
    "Way",
    "WrongPage",
    "close_survey",
    "create_survey",
    "publish_survey",
    "save_page",
    "start_response",
]


def create_survey(
    workspace: Workspace,
    *,
    name: str,
    metric: Metric,
    touchpoint: str,
    definition: dict[str, Any],
    by: Member,
) -> Survey:
    """Make a draft."""
    survey = Survey.objects.create(
        workspace=workspace, name=name, metric=metric.value, touchpoint=touchpoint, draft=definition
    )
    record("survey created", workspace=workspace, by=by, subject=name)
    return survey


@transaction.atomic
def publish_survey(survey: Survey, *, by: Member | None, at: datetime) -> SurveyVersion:
    """Freeze the draft as the next version and open the survey. Without changes the version stays."""
    survey = Survey.objects.select_for_update(no_key=True).get(id=survey.id)
    version = survey.current
    if version is None or version.definition != survey.draft:
        version = SurveyVersion.objects.create(
            workspace_id=survey.workspace_id,
            survey=survey,
            number=version.number + 1 if version else 1,
            definition=survey.draft,
            published_at=at,
        )
    survey.state = Survey.State.OPEN
    survey.save(update_fields=["state"])
    record(
        "survey published",
        workspace=survey.workspace,
        by=by,
        subject=f"{survey.name}, version {version.number}",
    )
    return version


def close_survey(survey: Survey, *, by: Member) -> None:
    """Take no more answers. What was given stays; publishing opens it again."""
    survey.state = Survey.State.CLOSED
    survey.save(update_fields=["state"])
    record("survey closed", workspace=survey.workspace, by=by, subject=survey.name)


@dataclass(frozen=True)
class Way:
    """How a respondent came: by which link, in which language, because of what."""

    channel: str
    language: str
    touchpoint: str = ""
    customer_id: UUID | None = None
    invitation_id: UUID | None = None
    caused_by: UUID | None = None


@transaction.atomic
def start_response(survey: Survey, version: SurveyVersion, way: Way, *, at: datetime) -> tuple[Response, str]:
    """Begin a response without an answer yet, for callers other than our pages; return it with its link's secret.

    For an invitation that has begun already, the same response comes back: one invitation has one response, whatever
    arrives at the same moment. Raises SurveyClosed.
    """
    if not survey.is_open:
        raise SurveyClosed
    secret = new_secret()
    standing = Standing(
        id=new_id(),
        workspace_id=survey.workspace_id,
        survey_id=survey.id,
        version_id=version.id,
        metric=Metric(survey.metric),
        asks=version.asks,
        customer_id=way.customer_id,
        invitation_id=way.invitation_id,
        resume_digest=digest(secret),
        channel=way.channel,
        touchpoint=way.touchpoint or survey.touchpoint,
        language=way.language,
        caused_by=way.caused_by,
        started_at=at,
        is_touched=True,
    )
    standing.news.append(standing.beginning())
    if store([standing]):
        return Response.objects.select_for_update(no_key=True).get(invitation_id=way.invitation_id), secret
    return Response.objects.get(id=standing.id), secret


@transaction.atomic
def save_page(response: Response, page: int, given: Mapping[str, str], *, at: datetime) -> int | None:
    """Save the answers of one page; return the next page, None when the survey is complete.

    Saving a page again changes its answers. Raises WrongPage (nothing saved) and AlreadyAnswered. Pages posted by
    respondents come in groups through `taking.take`, which does the same.
    """
    standing = standing_of(response.id)
    following = standing.save_page(page, given, at=at)
    store([standing])
    return following
