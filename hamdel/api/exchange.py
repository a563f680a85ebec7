"""Surveys from elsewhere: Qualtrics, LimeSurvey and SurveyJS files become drafts."""

from __future__ import annotations

from uuid import UUID

from django.utils.timezone import now
from ninja import File, Router, Schema, Status, UploadedFile

from hamdel.api.auth import ApiRequest, needs
from hamdel.api.errors import PROBLEMS, ApiError, Problem
from hamdel.ground.access.permissions import Permission
from hamdel.listen.exchange.actions import import_survey
from hamdel.listen.exchange.reading import MOST_BYTES, Unreadable
from hamdel.listen.exchange.telling import as_outcome

router = Router(tags=["surveys"])


class ImportOutcome(Schema):
    """What became of one file: how many questions the draft has, how many of them are unchanged, and all remarks."""

    file: str
    format: str
    survey: UUID
    name: str
    questions: int
    kept: int
    changed: list[str]
    dropped: list[str]
    error: None = None


@router.post("", response={201: ImportOutcome, PROBLEMS: Problem}, summary="Import a survey made elsewhere")
@needs(Permission.CHANGE_SURVEYS)
def post_survey_import(request: ApiRequest, file: UploadedFile = File(...)) -> Status[ImportOutcome]:  # noqa: B008
    """Make a draft of a Qualtrics .qsf, LimeSurvey .lss or SurveyJS .json file, sent as multipart field `file`."""
    name = file.name or "survey"
    try:
        content = file.read(MOST_BYTES + 1)
        made = import_survey(request.workspace, name=name, content=content, by=request.member, at=now())
    except Unreadable as refusal:
        raise ApiError(400, "unreadable_survey", str(refusal)) from None
    return Status(201, ImportOutcome(**as_outcome(name, made)))
