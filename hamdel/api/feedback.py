"""Feedback that programs hand in: reviews, calls, posts, notes, whatever customers said without being asked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.utils.timezone import now
from ninja import Field, Router, Schema, Status

from hamdel.api.auth import ApiRequest, needs
from hamdel.api.errors import PROBLEMS, ApiError, Problem
from hamdel.ground.access.permissions import Permission
from hamdel.listen.feedback.given import Piece, take_pieces

router = Router(tags=["feedback"])
MOST_AT_ONCE = 500
Short = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]
Id = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class FeedbackItem(Schema):
    """One thing a customer said. At least a text or a rating, and one way to recognise the customer.

    With an `id` the same item counts once, however often it is sent. A `rating` feeds `metric`; stars of a shop or an
    app store are `stars`, which is no CSAT.
    """

    id: Id = ""
    source: Short = "api"
    kind: Literal["conversation", "review", "social", "call", "interview", "visit", "other"] = "other"
    text: Annotated[str, Field(max_length=20_000)] = ""
    at: datetime | None = None
    channel: Short = ""
    touchpoint: Short = ""
    rating: Annotated[float, Field(ge=-1000, le=1000)] | None = None
    rating_min: Annotated[float, Field(ge=-1000, le=1000)] = 1
    rating_max: Annotated[float, Field(ge=-1000, le=1000)] = 5
    metric: Literal["stars", "nps", "csat", "ces1", "ces2"] = "stars"
    url: Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")] = ""
    conversation_id: Id = ""
    user_id: Id = ""
    email: Id = ""
    phone: Id = ""
    name: Id = ""


class NewFeedback(Schema):
    feedback: list[FeedbackItem] = Field(min_length=1, max_length=MOST_AT_ONCE)


class FeedbackTaken(Schema):
    """How many events are new on the stream; items sent before add none."""

    added: int


@router.post("", response={201: FeedbackTaken, PROBLEMS: Problem}, summary="Hand in feedback")
@needs(Permission.CHANGE_CUSTOMERS)
def post_feedback(request: ApiRequest, body: NewFeedback) -> Status[FeedbackTaken]:
    """Put what customers said on their stories: all of it, or nothing when one item says nothing."""
    for place, item in enumerate(body.feedback):
        if not item.text.strip() and item.rating is None:
            raise ApiError(400, "empty_feedback", f"feedback[{place}] has neither a text nor a rating.")
        if item.rating is not None and not item.rating_min <= item.rating <= item.rating_max:
            raise ApiError(400, "rating_off_scale", f"feedback[{place}].rating is not on its scale.")
    pieces = [Piece(**item.dict()) for item in body.feedback]
    added, refusals = take_pieces(request.workspace, pieces, at=now())
    if refusals:
        raise ApiError(400, "not_taken", refusals[0])
    return Status(201, FeedbackTaken(added=added))
