"""The three links that lead to a survey: open (`/s/`), personal (`/i/`) and the way back to a response (`/r/`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from hamdel.ground.access.models import digest
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.surveys.actions import MAY_CHANGE_FOR, Way
from hamdel.listen.surveys.models import Response, Survey, SurveyVersion


class Personal(Protocol):
    """What a personal link stands for; the slice of invitations, which lies above, brings it in."""

    id: UUID
    survey: Survey
    customer_id: UUID
    channel: str
    touchpoint: str
    caused_by: UUID | None

    def is_expired(self, *, now: datetime) -> bool: ...


@dataclass(frozen=True)
class Visit:
    """Where a link leads: the survey, the version to show, and the response so far, if any."""

    workspace: Workspace
    survey: Survey
    version: SurveyVersion | None
    response: Response | None
    personal: Personal | None = None
    is_expired: bool = False

    def way(self, *, language: str, channel: str) -> Way:
        """Return how the respondent came, for the response that begins now."""
        if self.personal is None:
            return Way(channel=channel, language=language)
        return Way(
            channel=self.personal.channel,
            language=language,
            touchpoint=self.personal.touchpoint,
            customer_id=self.personal.customer_id,
            invitation_id=self.personal.id,
            caused_by=self.personal.caused_by,
        )

    def may_answer(self, *, now: datetime) -> bool:
        """Tell whether the survey still takes this visitor's answers."""
        if self.response and self.response.completed_at:
            return now - self.response.completed_at <= MAY_CHANGE_FOR
        return self.survey.is_open and self.version is not None and not self.is_expired


def open_visit(public_id: str) -> Visit | None:
    """Return where an open link leads, None when there is none."""
    with across_workspaces():
        survey = Survey.objects.select_related("workspace").filter(public_id=public_id).first()
        return Visit(survey.workspace, survey, survey.current, None) if survey else None


def visit_of_response(secret: str) -> Visit | None:
    """Return where the link back to a response leads."""
    with across_workspaces():
        found = Response.objects.select_related("survey__workspace", "version").filter(resume_digest=digest(secret))
        response = found.first()
        return Visit(response.survey.workspace, response.survey, response.version, response) if response else None


def visit_of_invitation(personal: Personal, *, now: datetime) -> Visit:
    """Return where a personal link leads. Ask across workspaces."""
    response = Response.objects.select_related("version").filter(invitation_id=personal.id).first()
    survey = personal.survey
    version = response.version if response else survey.current
    return Visit(
        survey.workspace, survey, version, response, personal, is_expired=personal.is_expired(now=now) and not response
    )
