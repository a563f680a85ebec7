"""Verbs of drafts: change, undo, redo; each keeps the whole draft as a step."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from hamdel.ground.access.models import Member
from hamdel.listen.drafts.models import DraftStep, History
from hamdel.listen.surveys.models import Survey

MOST_STEPS = 200
Result = TypeVar("Result")


def form_of(survey: Survey) -> dict[str, Any]:
    """Return the draft in format 2, whatever it was kept in, each score saying what it counts towards."""
    return survey.draft_form


@transaction.atomic
def change_draft(
    survey: Survey, edit: Callable[[dict[str, Any]], Result], *, by: Member | None, at: datetime
) -> Result:
    """Let `edit` change the draft, and keep what came of it as a step. What changes nothing is no step.

    Two members changing different parts at once both keep their changes: each edits the draft as it is by then.
    """
    history = _turn(survey, by=by, at=at)
    form = copy.deepcopy(form_of(survey))
    result = edit(form)
    if form != survey.draft:
        steps = DraftStep.objects.filter(survey=survey)
        steps.filter(number__gt=history.position).delete()
        history.position += 1
        _keep(survey, history.position, form, by=by, at=at)
        steps.filter(number__lt=history.position - MOST_STEPS).delete()
        _show(survey, history, form)
    return result


@transaction.atomic
def undo(survey: Survey, *, by: Member | None, at: datetime) -> bool:
    """Go back one step; False when there is none."""
    return _go(survey, -1, by=by, at=at)


@transaction.atomic
def redo(survey: Survey, *, by: Member | None, at: datetime) -> bool:
    """Go forward one step that was undone; False when there is none."""
    return _go(survey, 1, by=by, at=at)


def reach(survey: Survey) -> tuple[bool, bool]:
    """Tell whether there is something to undo, and something to redo."""
    history = History.objects.filter(survey=survey).first()
    position = history.position if history else 0
    numbers = set(
        DraftStep.objects.filter(survey=survey, number__in=(position - 1, position + 1)).values_list(
            "number", flat=True
        )
    )
    return position - 1 in numbers, position + 1 in numbers


def _go(survey: Survey, by_steps: int, *, by: Member | None, at: datetime) -> bool:
    history = _turn(survey, by=by, at=at)
    step = DraftStep.objects.filter(survey=survey, number=history.position + by_steps).first()
    if step is None:
        return False
    history.position = step.number
    _show(survey, history, step.definition)
    return True


def _turn(survey: Survey, *, by: Member | None, at: datetime) -> History:
    """Wait for one's turn with the survey, read it anew, and begin its history if it has none."""
    Survey.objects.select_for_update(no_key=True).get(id=survey.id)
    survey.refresh_from_db(fields=["draft"])
    history, is_new = History.objects.get_or_create(
        survey=survey, defaults={"workspace_id": survey.workspace_id}
    )
    if is_new:
        _keep(survey, 0, survey.draft, by=by, at=at)
    else:
        _note_strange_change(survey, history, by=by, at=at)
    return history


def _note_strange_change(survey: Survey, history: History, *, by: Member | None, at: datetime) -> None:
    """Keep as a step what came from elsewhere, an import for one, so that nothing is undone by surprise."""
    last = DraftStep.objects.filter(survey=survey, number=history.position).first()
    if last is None or last.definition != survey.draft:
        DraftStep.objects.filter(survey=survey, number__gt=history.position).delete()
        history.position += 1
        _keep(survey, history.position, survey.draft, by=by, at=at)
        history.save(update_fields=["position"])


def _keep(survey: Survey, number: int, form: dict[str, Any], *, by: Member | None, at: datetime) -> None:
    DraftStep.objects.create(
        workspace_id=survey.workspace_id,
        survey=survey,
        number=number,
        definition=form,
        made_by=by,
        made_at=at,
    )


def _show(survey: Survey, history: History, form: dict[str, Any]) -> None:
    survey.draft = form
    survey.save(update_fields=["draft"])
    history.save(update_fields=["position"])
