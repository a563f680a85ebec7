"""Verbs of surveys: build, publish, close; and the respondent's: start, save a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from hamdel.ground.access.models import Member, digest, new_secret
from hamdel.ground.audit.actions import record
from hamdel.ground.calendar.days import local_day, start_of_day
from hamdel.ground.ids import new_id
from hamdel.ground.workspaces.models import Workspace
from hamdel.listen.surveys.definition import Metric, Problem, check_definition, with_metrics
from hamdel.listen.surveys.links import limits_of, standing_of
from hamdel.listen.surveys.models import Response, Survey, SurveyVersion
from hamdel.listen.surveys.standing import (
    MAY_CHANGE_FOR,
    NO_LIMITS,
    AlreadyAnswered,
    Standing,
    SurveyClosed,
    SurveyFull,
    WrongPage,
)
from hamdel.listen.surveys.storing import store
from hamdel.listen.surveys.tallies import count_again, store_tallies

__all__ = [
    "MAY_CHANGE_FOR",
    "AlreadyAnswered",
    "NotReady",
    "SurveyClosed",
    "SurveyFull",
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
    metric: Metric | None,
    touchpoint: str,
    definition: dict[str, Any],
    by: Member,
) -> Survey:
    """Make a draft. Scores that do not say what they count towards count towards `metric`."""
    survey = Survey.objects.create(
        workspace=workspace,
        name=name,
        metric=metric.value if metric else "",
        touchpoint=touchpoint,
        draft=with_metrics(definition, Metric(metric) if metric else None),
    )
    record("survey created", workspace=workspace, by=by, subject=name)
    return survey


@dataclass
class NotReady(Exception):
    """The draft cannot be published; `problems` say where and what to do."""

    problems: list[Problem]


def metric_of(survey: Survey) -> str:
    """Return the metric of the draft's first score, "" without one."""
    score = survey.draft_definition.first_score
    return score.metric.value if score and score.metric else ""


@transaction.atomic
def publish_survey(survey: Survey, *, by: Member | None, at: datetime) -> SurveyVersion:
    """Freeze the draft as the next version and open the survey. Without changes the version stays. Raises NotReady."""
    survey = Survey.objects.select_for_update(no_key=True).get(id=survey.id)
    version = survey.current
    if problems := check_definition(survey.draft):
        raise NotReady(problems)
    survey.draft = with_metrics(survey.draft, survey.scores_by)
    if version is None or version.definition != survey.draft:
        version = SurveyVersion.objects.create(
            workspace_id=survey.workspace_id,
            survey=survey,
            number=version.number + 1 if version else 1,
            definition=survey.draft,
            published_at=at,
        )
    survey.state = Survey.State.OPEN
    survey.metric = metric_of(survey)
    survey.settings = {name: said for name, said in survey.settings.items() if name != "closed_at"}
    survey.save(update_fields=["draft", "state", "metric", "settings"])
    count_again(survey.id, version.asks)
    record(
        "survey published",
        workspace=survey.workspace,
        by=by,
        subject=f"{survey.name}, version {version.number}",
    )
    return version


def close_survey(survey: Survey, *, by: Member, at: datetime) -> None:
    """Take no more answers, but those that kiosks still bring from before. Publishing opens it again."""
    survey.state = Survey.State.CLOSED
    survey.settings = {**survey.settings, "closed_at": at.isoformat()}
    survey.save(update_fields=["state", "settings"])
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
    place: str = ""
    # The digest of the personal link, which an anonymous survey keeps instead of the invitation.
    burns: str = ""


@transaction.atomic
def start_response(survey: Survey, version: SurveyVersion, way: Way, *, at: datetime) -> tuple[Response, str]:
    """Begin a response without an answer yet, for callers other than our pages; return it with its link's secret.

    For an invitation that has begun already, the same response comes back: one invitation has one response, whatever
    arrives at the same moment. Raises SurveyClosed; AlreadyAnswered for a used link of an anonymous survey.
    """
    if not survey.is_open:
        raise SurveyClosed
    secret = new_secret()
    is_anonymous = survey.how.anonymous
    day = local_day(at, survey.workspace.timezone)
    standing = Standing(
        id=uuid4() if is_anonymous else new_id(),
        workspace_id=survey.workspace_id,
        survey_id=survey.id,
        version_id=version.id,
        metric=survey.scores_by,
        asks=version.asks,
        customer_id=None if is_anonymous else way.customer_id,
        invitation_id=None if is_anonymous else way.invitation_id,
        resume_digest=digest(secret),
        channel=way.channel,
        touchpoint=way.touchpoint or survey.touchpoint,
        place=way.place,
        language=way.language,
        caused_by=None if is_anonymous else way.caused_by,
        started_at=start_of_day(day, survey.workspace.timezone) if is_anonymous else at,
        is_anonymous=is_anonymous,
        burns=way.burns if is_anonymous else "",
        is_touched=True,
    )
    standing.news.append(standing.beginning())
    if store([standing]):
        if is_anonymous:
            raise AlreadyAnswered
        return Response.objects.select_for_update(no_key=True).get(invitation_id=way.invitation_id), secret
    return Response.objects.get(id=standing.id), secret


@transaction.atomic
def save_page(response: Response, page: int, given: Mapping[str, str], *, at: datetime) -> int | None:
    """Save the answers of one page; return the next page, None when the survey is complete.

    Saving a page again changes its answers. Raises WrongPage, AlreadyAnswered, SurveyFull (nothing saved). Pages by
    respondents come in groups through `taking.take`, which does the same.
    """
    standing, survey = standing_of(response.id)
    tallies = limits_of(standing, survey)
    following = standing.save_page(page, given, at=survey.coarse(at), limits=tallies or NO_LIMITS)
    store([standing])
    store_tallies([tallies] if tallies else [])
    return following
