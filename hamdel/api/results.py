"""Results of a survey: each question's answers counted, with what an anonymous survey may say of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import get_language
from ninja import Query, Router, Schema

from hamdel.api.auth import ApiRequest, needs
from hamdel.api.chosen import Chosen, selection_asked_for
from hamdel.api.errors import PROBLEMS, Problem
from hamdel.ground.access.doors import find
from hamdel.ground.access.permissions import Permission
from hamdel.listen.results.page import results_of
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
def get_results(request: ApiRequest, survey_id: UUID, chosen: Query[Chosen]) -> dict[str, Any]:
    """Count answers: of all who finished, or of those the parameters choose. An anonymous survey takes no choice."""
    survey, reader = find(Survey, request, id=survey_id), get_language() or "en"
    selection = selection_asked_for(survey, chosen, reader, at=now())
    return plain(results_of(survey, selection, reader))
