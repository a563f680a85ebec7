"""Results of a survey: each question's answers counted, with what an anonymous survey may say of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import get_language
from ninja import Router, Schema

from hamdel.api.auth import ApiRequest, needs
from hamdel.api.errors import PROBLEMS, Problem
from hamdel.ground.access.doors import find
from hamdel.ground.access.permissions import Permission
from hamdel.listen.results.page import results_of, selection_of
from hamdel.listen.results.plain import plain
from hamdel.listen.surveys.models import Survey

router = Router(tags=["surveys"])


class ScoreItem(Schema):
    """A score with its 95% interval; `unit` is `points` of an NPS, `score` of a mean on the scale."""

    value: float
    low: float | None
    high: float | None
    n: int
    unit: str


class CountItem(Schema):
    """How many gave these values; several together where one alone would be too few of an anonymous survey."""

    values: list[Any]
    n: int


class QuestionItem(Schema):
    """One question. `counts` is empty where answers are texts, and where nothing may be said."""

    key: str
    kind: str
    text: str
    n: int | None
    score: ScoreItem | None
    counts: list[CountItem]
    versions_apart: list[int]


class ResultsItem(Schema):
    """`waiting` counts answers of an anonymous survey that are not shown yet; null of any other."""

    survey: UUID
    responses: int | None
    completed: int | None
    anonymous: bool
    smallest_group: int | None
    waiting: int | None
    questions: list[QuestionItem]


@router.get(
    "/{uuid:survey_id}/results",
    response={200: ResultsItem, PROBLEMS: Problem},
    summary="Count the answers of a survey",
)
@needs(Permission.SEE_SURVEYS)
def get_results(
    request: ApiRequest,
    survey_id: UUID,
    rule: str = "",
    channel: str = "",
    language: str = "",
    version: str = "",
) -> dict[str, Any]:
    """Count answers. `rule` is one of the rule language, as JSON; an anonymous survey takes no choice of responses."""
    survey, at, reader = find(Survey, request, id=survey_id), now(), get_language() or "en"
    query = {"rule": rule, "channel": channel, "language": language, "version": version}
    selection = selection_of(survey, query, reader, at=at)
    return plain(results_of(survey, selection, reader))
