"""What a score counts towards stands on the question itself, so that its answers keep their scale whatever comes later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hamdel.listen.surveys.definition.metric import Metric
from hamdel.listen.surveys.definition.parts import Kind


def with_metrics(form: Mapping[str, Any], metric: Metric | None) -> dict[str, Any]:
    """Return a definition of either format whose scores all say what they count towards.

    `metric` is for those that do not say: what the survey was made for, NPS for one made for nothing.
    """
    pages = form.get("pages")
    if not isinstance(pages, list):
        return {**form}
    return {**form, "pages": [_page(page, metric or Metric.NPS) for page in pages]}


def _page(page: Any, metric: Metric) -> Any:
    questions = page.get("questions") if isinstance(page, Mapping) else None
    if not isinstance(questions, list):
        return page
    return {**page, "questions": [_question(question, metric) for question in questions]}


def _question(question: Any, metric: Metric) -> Any:
    if not isinstance(question, Mapping) or question.get("kind") != Kind.SCORE or question.get("metric"):
        return question
    return {**question, "metric": metric.value}
