"""Verbs of surveys: build, publish, close; and the respondent's: start, save a page, complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from hamdel.ground.access.models import Member, digest, new_secret
from hamdel.ground.audit.actions import record
from hamdel.ground.facts import Fact, announce_all
from hamdel.ground.workspaces.models import Workspace
from hamdel.listen.surveys.definition import Definition, Kind, Metric, Question, WrongAnswer
from hamdel.listen.surveys.facts import CommentGiven, ScoreGiven, ScoreWithdrawn, SurveyCompleted, SurveyStarted
from hamdel.listen.surveys.models import Answer, Response, Survey, SurveyVersion

MAY_CHANGE_FOR = timedelta(hours=1)


class SurveyClosed(Exception):
    """This survey takes no answers now."""


class AlreadyAnswered(Exception):
    """This link has been answered to the end, and the hour for changes is over."""


@dataclass
class WrongPage(Exception):
    """Some answers of a page do not fit; nothing of the page was saved. `errors` maps question key to code."""

    errors: dict[str, str] = field(default_factory=dict)


def create_survey(
    workspace: Workspace, *, name: str, metric: Metric, touchpoint: str, definition: dict[str, Any], by: Member
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
    survey = Survey.objects.select_for_update().get(id=survey.id)
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
    record("survey published", workspace=survey.workspace, by=by, subject=f"{survey.name}, version {version.number}")
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
    """Begin a response and return it with the secret of its link.

    For an invitation that has begun already, the same response comes back with a new secret: one invitation has
    one response, whatever arrives at the same moment.
    """
    if not survey.is_open:
        raise SurveyClosed
    secret = new_secret()
    response = Response(
        workspace_id=survey.workspace_id,
        survey=survey,
        version=version,
        customer_id=way.customer_id,
        invitation_id=way.invitation_id,
        resume_digest=digest(secret),
        channel=way.channel,
        touchpoint=way.touchpoint or survey.touchpoint,
        language=way.language,
        caused_by=way.caused_by,
        started_at=at,
    )
    try:
        with transaction.atomic():
            response.save(force_insert=True)
    except IntegrityError:
        if way.invitation_id is None:
            raise
        return Response.objects.select_for_update().get(invitation_id=way.invitation_id), secret
    return response, secret


@transaction.atomic
def save_page(response: Response, page: int, given: Mapping[str, str], *, at: datetime) -> int | None:
    """Save the answers of one page; return the next page, None when the survey is complete.

    Saving a page again changes its answers. Raises WrongPage (nothing saved) and AlreadyAnswered.
    """
    response = Response.objects.select_for_update().select_related("survey", "version").get(id=response.id)
    if response.completed_at and at - response.completed_at > MAY_CHANGE_FOR:
        raise AlreadyAnswered
    metric = Metric(response.survey.metric)
    before = {answer.question: answer for answer in response.answers.all()}
    answers = {key: answer.value for key, answer in before.items()}
    answers |= read_answers(response.version.asks, page, given, answers, metric)
    _store(response, before, answers, at)
    announce_all(_news(response, before, answers, metric, at))
    following = response.version.asks.next_page(page, answers)
    if following is None and response.completed_at is None:
        response.completed_at = at
        announce_all([SurveyCompleted(**_of(response, at), invitation_id=response.invitation_id)])
    response.score = next(_scores(response, answers), None)
    response.save(update_fields=["completed_at", "score"])
    return following


def read_answers(
    definition: Definition, page: int, given: Mapping[str, str], before: Mapping[str, Any], metric: Metric
) -> dict[str, Any]:
    """Return the page's answers by question; later questions see the earlier ones. Raises WrongPage."""
    found: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for question in definition.pages[page]:
        if question not in definition.shown(page, {**before, **found}):
            continue
        try:
            found[question.key] = question.read(given.get(question.key, ""), metric)
        except WrongAnswer as wrong:
            errors[question.key] = wrong.code
    if errors:
        raise WrongPage(errors)
    return found


def _store(response: Response, before: Mapping[str, Answer], answers: Mapping[str, Any], at: datetime) -> None:
    changed = {key: value for key, value in answers.items() if key not in before or before[key].value != value}
    emptied = [key for key, value in changed.items() if value is None]
    if emptied:
        response.answers.filter(question__in=emptied).delete()
    rows = [
        Answer(workspace_id=response.workspace_id, response=response, question=key, value=value, answered_at=at)
        for key, value in changed.items()
        if value is not None
    ]
    Answer.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["response", "question"], update_fields=["value", "answered_at"]
    )


def _news(
    response: Response, before: Mapping[str, Answer], answers: Mapping[str, Any], metric: Metric, at: datetime
) -> list[Fact]:
    """Return what changed as facts: a changed score is withdrawn and given anew."""
    facts: list[Fact] = []
    if not before:
        facts.append(SurveyStarted(**_of(response, at), invitation_id=response.invitation_id))
    for question in response.version.asks.questions:
        old, new = before.get(question.key), answers.get(question.key)
        if (old.value if old else None) == new:
            continue
        if question.kind == Kind.SCORE:
            facts += _score_facts(response, question, old, new, metric, at)
        elif question.kind == Kind.TEXT and new is not None:
            score = next(_scores(response, answers), None)
            facts.append(CommentGiven(**_of(response, at), question=question.key, text=new, score=score))
    return facts


def _score_facts(
    response: Response, question: Question, old: Answer | None, new: int | None, metric: Metric, at: datetime
) -> list[Fact]:
    low, high = metric.scale
    shared = {
        **_of(response, at),
        "metric": metric.value,
        "scale_min": low,
        "scale_max": high,
        "question": question.key,
        "caused_by": response.caused_by,
    }
    facts: list[Fact] = []
    if old is not None:
        # Dated as the score it takes back, so that both fall into the same day of every chart.
        facts.append(ScoreWithdrawn(**{**shared, "at": old.answered_at}, score=old.value))
    if new is not None:
        facts.append(ScoreGiven(**shared, score=new))
    return facts


def _scores(response: Response, answers: Mapping[str, Any]) -> Any:
    keys = (question.key for question in response.version.asks.questions if question.kind == Kind.SCORE)
    return (answers[key] for key in keys if answers.get(key) is not None)


def _of(response: Response, at: datetime) -> dict[str, Any]:
    return {
        "workspace_id": response.workspace_id,
        "customer_id": response.customer_id,
        "at": at,
        "touchpoint": response.touchpoint,
        "channel": response.channel,
        "survey_id": response.survey_id,
        "response_id": response.id,
    }
