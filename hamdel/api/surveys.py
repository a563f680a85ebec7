"""Surveys: made from a ready one, read with their answers, and handed to customers by personal links."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status
from pydantic import AfterValidator

from hamdel.api.auth import ApiRequest, needs
from hamdel.api.errors import PROBLEMS, ApiError, Problem
from hamdel.api.pages import Cursor, Limit, Page, id_after, page_of
from hamdel.api.which import Which
from hamdel.api.whom import Whom, customers_named
from hamdel.ground.access.doors import find
from hamdel.ground.access.permissions import Permission
from hamdel.listen.invitations.actions import invite_customers, link_path
from hamdel.listen.surveys.actions import SurveyClosed, create_survey, publish_survey
from hamdel.listen.surveys.definition import check_definition
from hamdel.listen.surveys.models import Response, Survey
from hamdel.listen.surveys.queries import metric_of
from hamdel.listen.surveys.ready_made import READY_MADE

router = Router(tags=["surveys"])
MOST_INVITED = 500
ReadyKey = Literal["nps-after-delivery", "csat-after-support", "ces-after-checkout"]
# PostgreSQL keeps no NUL, and a name of nothing but blanks names nothing.
Name = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]


def storable(form: dict[str, Any]) -> dict[str, Any]:
    """Return JSON that PostgreSQL can keep. ValueError for text it cannot: NUL, and halves of characters."""
    try:
        text = orjson.dumps(form)
    except TypeError as error:
        raise ValueError(_("The text in it is not whole Unicode.")) from error
    if b"\\u0000" in text:
        raise ValueError(_("Take the NUL character out of it."))
    return form


Form = Annotated[dict[str, Any], AfterValidator(storable)]
Short = Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")]


class SurveyItem(Schema):
    """A survey and its open link, which answers only while the survey is open."""

    id: UUID
    name: str
    metric: str
    touchpoint: str
    state: str
    link: str
    created_at: datetime


class SurveyDetail(SurveyItem):
    """A survey with its draft and the version that is asked now; null before it was published."""

    version: int | None
    definition: dict[str, Any]


class NewSurvey(Schema):
    """A survey to make: a ready one, or one of your own by its definition (format 2)."""

    ready_made: ReadyKey | None = None
    definition: Form | None = None
    settings: Form | None = None
    name: Name | None = None
    touchpoint: Short | None = None
    publish: bool = False


class AnswerItem(Schema):
    question: str
    value: Any
    answered_at: datetime


class ResponseItem(Schema):
    """One person’s way through the survey; `completed_at` is null while they are under way.

    `quota` is the full quota that ended it early, `place` where it was answered. `metric` is what `score` counts
    towards, and with it the scale: it is that of the `version` they were asked, whatever the survey measures now.
    """

    id: UUID
    version: int
    customer: UUID | None
    channel: str
    touchpoint: str
    place: str
    language: str
    quota: str
    metric: str
    score: int | None
    started_at: datetime
    completed_at: datetime | None
    answers: list[AnswerItem]


class NewInvitations(Schema):
    """Whom to invite. `caused_by` is the event that leads to the question.

    A customer named twice, by whatever names, gets one link.
    """

    customers: list[Whom] = Field(min_length=1, max_length=MOST_INVITED)
    channel: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[a-z0-9_-]+$")] = "link"
    touchpoint: Short = ""
    caused_by: UUID | None = None


class InvitationItem(Schema):
    """A personal link. It is told this once; only its digest is kept."""

    id: UUID
    customer: UUID
    link: str
    expires_at: datetime


class InvitationList(Schema):
    items: list[InvitationItem]
    next: None = None


@router.get("", response={200: Page[SurveyItem], PROBLEMS: Problem}, summary="List surveys")
@needs(Permission.SEE_SURVEYS)
def list_surveys(request: ApiRequest, limit: Limit, cursor: Cursor) -> Page[SurveyItem]:
    found = Survey.objects.visible_to(request.member).order_by("-id")
    if last := id_after(cursor):
        found = found.filter(id__lt=last)
    rows = list(found[: limit + 1])
    return page_of(rows, limit, lambda survey: _item(request, survey), lambda survey: [str(survey.id)])


@router.post("", response={201: SurveyDetail, PROBLEMS: Problem}, summary="Make a survey")
@needs(Permission.CHANGE_SURVEYS)
def post_survey(request: ApiRequest, body: NewSurvey) -> Status[SurveyDetail]:
    if (body.ready_made is None) == (body.definition is None):
        raise ApiError(400, "one_of_two", _("Send either ready_made or definition."))
    ready = READY_MADE[body.ready_made] if body.ready_made else None
    definition = ready.definition() if ready else checked(body.definition)
    ready_name = ready.name[0 if request.workspace.language == "fa" else 1] if ready else ""
    survey = create_survey(
        request.workspace,
        name=body.name or ready_name or "API",
        metric=ready.metric if ready else None,
        touchpoint=(ready.touchpoint if ready else "") if body.touchpoint is None else body.touchpoint,
        definition=definition,
        by=request.member,
    )
    if body.settings is not None:
        survey.settings = body.settings
        survey.save(update_fields=["settings"])
    if body.publish:
        publish_survey(survey, by=request.member, at=now())
        survey.refresh_from_db()
    return Status(201, _detail(request, survey))


def checked(definition: Any) -> dict[str, Any]:
    """Return a definition that may be published. Raises ApiError with the first thing that is wrong and its place."""
    if problems := check_definition(definition):
        where, what = problems[0]
        raise ApiError(400, "invalid_definition", f"{where}: {what}" if where else what)
    return definition


@router.get("/{uuid:survey_id}", response={200: SurveyDetail, PROBLEMS: Problem}, summary="Get a survey")
@needs(Permission.SEE_SURVEYS)
def get_survey(request: ApiRequest, survey_id: UUID) -> SurveyDetail:
    return _detail(request, find(Survey, request, id=survey_id))


@router.get(
    "/{uuid:survey_id}/responses",
    response={200: Page[ResponseItem], PROBLEMS: Problem},
    summary="List responses",
)
@needs(Permission.SEE_SURVEYS)
def list_responses(
    request: ApiRequest, survey_id: UUID, limit: Limit, cursor: Cursor, which: Annotated[Which, Query()]
) -> Page[ResponseItem]:
    """Answers one by one. Of an anonymous survey nobody sees these: single answers side by side can name a person."""
    survey = find(Survey, request, id=survey_id)
    if survey.how.anonymous:
        raise ApiError(
            403, "anonymous_survey", _("This survey is anonymous: see its results, which are of groups.")
        )
    found = Response.objects.visible_to(request.member).filter(survey=survey).prefetch_related("answers")
    found = found.filter(*which.conditions(request))
    if last := id_after(cursor):
        found = found.filter(id__lt=last)
    may_see_whom = request.member.may(Permission.SEE_CUSTOMERS)
    rows = list(found.order_by("-id")[: limit + 1])
    versions = {version.id: (version.number, metric_of(version, survey)) for version in survey.versions.all()}
    return page_of(
        rows,
        limit,
        lambda row: _response(row, *versions[row.version_id], may_see_whom=may_see_whom),
        lambda row: [str(row.id)],
    )


@router.post(
    "/{uuid:survey_id}/invitations",
    response={201: InvitationList, PROBLEMS: Problem},
    summary="Invite customers by personal links",
)
@needs(Permission.INVITE_CUSTOMERS)
def post_invitations(request: ApiRequest, survey_id: UUID, body: NewInvitations) -> Status[InvitationList]:
    """Make a link for each customer, or none for anybody when one of them is unknown."""
    survey = find(Survey, request, id=survey_id)
    meant = {one.id: one for one in customers_named(request, body.customers)}
    try:
        invited = invite_customers(
            list(meant.values()),
            survey,
            by=request.member,
            at=now(),
            channel=body.channel,
            touchpoint=body.touchpoint,
            caused_by=body.caused_by,
        )
    except SurveyClosed:
        raise ApiError(
            409, "survey_not_open", _("Publish the survey first: it takes no answers now.")
        ) from None
    return Status(
        201,
        InvitationList(
            items=[
                InvitationItem(
                    id=invitation.id,
                    customer=invitation.customer_id,
                    link=absolute(request, link_path(secret)),
                    expires_at=invitation.expires_at,
                )
                for invitation, secret in invited
            ]
        ),
    )


def absolute(request: HttpRequest, path: str) -> str:
    """Return the whole address of a page, by the name people reach this server by."""
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)


def _item(request: ApiRequest, survey: Survey) -> SurveyItem:
    return SurveyItem(
        id=survey.id,
        name=survey.name,
        metric=survey.metric,
        touchpoint=survey.touchpoint,
        state=survey.state,
        link=absolute(request, reverse("answering:open", args=[survey.public_id])),
        created_at=survey.created_at,
    )


def _detail(request: ApiRequest, survey: Survey) -> SurveyDetail:
    current = survey.current
    return SurveyDetail(
        **_item(request, survey).dict(), version=current.number if current else None, definition=survey.draft
    )


def _response(row: Response, version: int, metric: str, *, may_see_whom: bool) -> ResponseItem:
    answers = sorted(row.answers.all(), key=lambda answer: answer.answered_at)
    return ResponseItem(
        id=row.id,
        version=version,
        customer=row.customer_id if may_see_whom else None,
        channel=row.channel,
        touchpoint=row.touchpoint,
        place=row.place,
        language=row.language,
        quota=row.quota,
        metric=metric,
        score=row.score,
        started_at=row.started_at,
        completed_at=row.completed_at,
        answers=[
            AnswerItem(question=one.question, value=one.value, answered_at=one.answered_at) for one in answers
        ],
    )
