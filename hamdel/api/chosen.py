"""Which responses an operation is about: the same words as in the address of the results page, refused when wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from hamdel.api.errors import ApiError
from hamdel.listen.results.choosing import Selection
from hamdel.listen.results.page import selection_of
from hamdel.listen.surveys.models import Survey

# PostgreSQL keeps no NUL.
Word = Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")]


class Chosen(Schema):
    """Which responses. Days are those of the workspace's time zone on which a response began."""

    start: Word = Field("", alias="from", description="First day: 1405/07/01 or 2026-09-23.")
    end: Word = Field("", alias="to", description="Last day, included.")
    channel: Word = Field("")
    touchpoint: Word = Field("")
    place: Word = Field("", description="Where it was answered, as a QR code or a kiosk says it.")
    language: Word = Field("")
    version: Word = Field("", description="The number of a version.")
    unfinished: bool = Field(False, description="Unfinished responses as well.")
    rule: str = Field(
        "", max_length=5000, description="A condition over the answers in the rule language, as JSON."
    )


def selection_asked_for(survey: Survey, chosen: Chosen, language: str, *, at: datetime) -> Selection:
    """Return the responses a program asks for. ApiError 400 for what cannot be read."""
    given = {
        "from": chosen.start,
        "to": chosen.end,
        "unfinished": "1" if chosen.unfinished else "",
        **{
            name: getattr(chosen, name)
            for name in ("channel", "touchpoint", "place", "language", "version", "rule")
        },
    }
    if survey.how.anonymous:
        return _of_all(survey, given, language, at=at)
    selection = selection_of(survey, given, language, at=at)
    for one in selection.unread:
        raise ApiError(400, one.code, one.text)
    return selection


def _of_all(survey: Survey, given: dict[str, str], language: str, *, at: datetime) -> Selection:
    if any(given.values()):
        raise ApiError(
            400, "anonymous_survey", _("Of an anonymous survey only all responses together can be asked for.")
        )
    return selection_of(survey, {}, language, at=at)
