"""Feedback that programs hand in: reviews, calls, posts, notes, whatever customers said without being asked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.utils.timezone import now
from ninja import Field, Router, Schema, Status

from hamdel.act.contacts.standing import families_of
from hamdel.api.auth import ApiRequest, needs
from hamdel.api.errors import PROBLEMS, ApiError, Problem
from hamdel.api.whom import Whom, customers_named
from hamdel.ground.access.permissions import Permission
from hamdel.know.customers.models import Identifier
from hamdel.listen.feedback.given import Piece, take_pieces

router = Router(tags=["feedback"])
MOST_AT_ONCE = 500
Kind = Identifier.Kind
SAID_AS = {
    Kind.USER: "user_id",
    Kind.EXTERNAL: "external_id",
    Kind.EMAIL: "email",
    Kind.PHONE: "phone",
    Kind.ANONYMOUS: "anonymous_id",
}
SUREST = list(SAID_AS)
Short = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]
Id = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class FeedbackItem(Schema):
    """One thing a customer said. At least a text or a rating, and one way to recognise the customer.

    `customer` is somebody known here; `user_id`, `external_id`, `email` and `phone` may also be of somebody new. With an `id` the same item counts once, however often it is sent. A `rating` feeds `metric`; stars of a shop or an
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
    external_id: Annotated[Id, Field(description="An id of another system, as system:id.")] = ""
    customer: Whom | None = None


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
    known = identities_of(
        request, {n: one.customer for n, one in enumerate(body.feedback) if one.customer is not None}
    )
    pieces = [
        Piece(**{**item.dict(exclude={"customer"}), **known.get(n, {})})
        for n, item in enumerate(body.feedback)
    ]
    added, refusals = take_pieces(request.workspace, pieces, at=now())
    if refusals:
        raise ApiError(400, "not_taken", refusals[0])
    return Status(201, FeedbackTaken(added=added))


def identities_of(request: ApiRequest, named: dict[int, Whom]) -> dict[int, dict[str, str]]:
    """Return by place how an event says who is meant: by the surest identifier the customer has."""
    if not named:
        return {}
    people = customers_named(request, list(named.values()), place="feedback[…].customer")
    roots = families_of({person.id for person in people})
    found: dict[UUID, dict[str, str]] = {}
    for row in sorted(
        Identifier.objects.filter(customer__in=list(roots)), key=lambda row: SUREST.index(row.kind)
    ):
        found.setdefault(roots[row.customer_id], {SAID_AS[row.kind]: row.value})
    return {place: found.get(person.id, {}) for place, person in zip(named, people, strict=True)}
