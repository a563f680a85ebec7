"""The respondent's page as it will look, for the editor: it takes no answer and stores nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.timezone import now

from hamdel.ground.ids import new_id
from hamdel.listen.surveys.definition import Definition, Page, Question
from hamdel.listen.surveys.links import Asking, Link, Place, Visit, language_in
from hamdel.listen.surveys.models import Survey
from hamdel.listen.surveys.showing import Look, page_context, ui_language
from hamdel.listen.surveys.standing import Given, Standing
from hamdel.ui.pages import show


def preview_page(
    request: HttpRequest,
    definition: Definition,
    *,
    survey: Survey,
    page: int = 0,
    answers: Mapping[str, Any] | None = None,
    language: str = "",
) -> HttpResponse:
    """Return a page of a definition as a respondent with these answers would see it."""
    at, spoken = now(), language_in(definition, language)
    standing = Standing(
        id=new_id(),
        workspace_id=survey.workspace_id,
        survey_id=survey.id,
        version_id=survey.id,
        metric=survey.scores_by,
        asks=definition,
        resume_digest="",
        started_at=at,
        language=spoken,
        given={key: Given(value, at) for key, value in (answers or {}).items()},
    )
    place = Place(asking_of(survey), standing, "")
    look = Look(Visit(Link.OPEN, survey.public_id, at, language=spoken))
    with translation.override(ui_language(spoken)):
        page = min(max(page, 0), len(definition.pages) - 1)
        context = page_context(look, place, standing, page, spoken, {}, {})
        return show(
            request, "answering/page.html", **{**context, "languages": [], "is_preview": True}
        ).render()


def for_everybody(definition: Definition) -> Definition:
    """Return a definition that asks and offers everything, whatever its conditions say: what an editor looks at."""
    return replace(definition, pages=tuple(map(_whole_page, definition.pages)))


def _whole_page(page: Page) -> Page:
    return replace(page, shown_if=None, questions=tuple(map(_whole_question, page.questions)))


def _whole_question(question: Question) -> Question:
    choices, rows = (
        tuple(replace(item, shown_if=None) for item in items) for items in (question.choices, question.rows)
    )
    return replace(question, shown_if=None, choices=choices, rows=rows)


def asking_of(survey: Survey) -> Asking:
    """Return a survey as its respondents meet it."""
    workspace = survey.workspace
    return Asking(
        survey.id, survey.public_id, survey.workspace_id, survey.name, survey.metric, survey.touchpoint,
        survey.state, orjson.dumps(survey.settings).decode(), workspace.name, workspace.language,
        workspace.timezone, None,
    )  # fmt: skip
