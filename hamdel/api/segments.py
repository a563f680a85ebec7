"""Segments: listed, counted, and rules tried out before anybody saves them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.timezone import now
from ninja import Field, Router, Schema

from hamdel.api.auth import ApiRequest, needs
from hamdel.api.errors import PROBLEMS, ApiError, Problem
from hamdel.api.pages import Cursor, Limit, Page, id_after, page_of
from hamdel.ground.access.doors import find
from hamdel.ground.access.permissions import Permission
from hamdel.ground.rules import NotARule
from hamdel.know.segments.models import Segment
from hamdel.know.segments.preview import EVERYBODY, in_words
from hamdel.know.segments.queries import count_holding, customers_holding, segment_count

router = Router(tags=["segments"])
SAMPLE = 10


class SegmentItem(Schema):
    """A segment: a saved rule; `sentence` says it in the caller’s language."""

    id: UUID
    name: str
    note: str
    rule: dict[str, Any]
    sentence: str
    changed_at: datetime


class SegmentDetail(SegmentItem):
    """A segment with how many belong to it now."""

    count: int


class RuleToTry(Schema):
    """A rule over customers and their events, as `{"all": […]}`, `{"did": …}` or `{"field", "operator", "value"}`."""

    rule: dict[str, Any]


class RulePreview(Schema):
    """How many customers a rule is true of, out of how many, and a few of them."""

    count: int
    of: int
    sample: list[UUID]


class MemberItem(Schema):
    id: UUID = Field(description="A customer’s id.")


@router.get("", response={200: Page[SegmentItem], PROBLEMS: Problem}, summary="List segments")
@needs(Permission.SEE_CUSTOMERS)
def list_segments(request: ApiRequest, limit: Limit, cursor: Cursor) -> Page[SegmentItem]:
    found = Segment.objects.visible_to(request.member).order_by("-id")
    if last := id_after(cursor):
        found = found.filter(id__lt=last)
    rows = list(found[: limit + 1])
    return page_of(rows, limit, lambda row: SegmentItem(**_shown(row)), lambda row: [str(row.id)])


@router.get(
    "/{uuid:segment_id}",
    response={200: SegmentDetail, PROBLEMS: Problem},
    summary="Get a segment with its count",
)
@needs(Permission.SEE_CUSTOMERS)
def get_segment(request: ApiRequest, segment_id: UUID) -> SegmentDetail:
    segment = find(Segment, request, id=segment_id)
    try:
        return SegmentDetail(**_shown(segment), count=segment_count(segment, at=now()))
    except NotARule as wrong:
        raise _bad_rule(wrong) from None


@router.get(
    "/{uuid:segment_id}/customers",
    response={200: Page[MemberItem], PROBLEMS: Problem},
    summary="List the customers of a segment",
)
@needs(Permission.SEE_CUSTOMERS)
def list_segment_customers(
    request: ApiRequest, segment_id: UUID, limit: Limit, cursor: Cursor
) -> Page[MemberItem]:
    """Return who belongs now; merged customers are the one they are today."""
    segment = find(Segment, request, id=segment_id)
    try:
        rows = customers_holding(
            request.workspace, segment.rule, at=now(), limit=limit + 1, after=id_after(cursor)
        )
    except NotARule as wrong:
        raise _bad_rule(wrong) from None
    return page_of(rows, limit, lambda one: MemberItem(id=one), lambda one: [str(one)])


@router.post("/preview", response={200: RulePreview, PROBLEMS: Problem}, summary="Try a rule")
@needs(Permission.SEE_CUSTOMERS)
def post_segment_preview(request: ApiRequest, body: RuleToTry) -> RulePreview:
    """Count the customers a rule is true of; nothing is saved."""
    at = now()
    try:
        count = count_holding(request.workspace, body.rule, at=at)
        sample = customers_holding(request.workspace, body.rule, at=at, limit=SAMPLE)
    except NotARule as wrong:
        raise _bad_rule(wrong) from None
    return RulePreview(count=count, of=count_holding(request.workspace, EVERYBODY, at=at), sample=sample)


def _bad_rule(wrong: NotARule) -> ApiError:
    return ApiError(400, "bad_rule", str(wrong))


def _shown(segment: Segment) -> dict[str, Any]:
    return {
        "id": segment.id,
        "name": segment.name,
        "note": segment.note,
        "rule": segment.rule,
        "sentence": in_words(segment),
        "changed_at": segment.changed_at,
    }
