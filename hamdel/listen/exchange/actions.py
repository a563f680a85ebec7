"""Import a survey that was made elsewhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from hamdel.ground.access.models import Member
from hamdel.ground.audit.actions import record
from hamdel.ground.workspaces.models import Workspace
from hamdel.listen.exchange.models import SurveyImport
from hamdel.listen.exchange.reading import Reading, read_survey
from hamdel.listen.surveys.models import Survey


@transaction.atomic
def import_survey(
    workspace: Workspace, *, name: str, content: bytes, by: Member | None, at: datetime
) -> SurveyImport:
    """Make a draft of a survey from its file; the import holds the report. Raises Unreadable, and makes nothing then.

    The same file again makes another draft: somebody may want to try twice.
    """
    # A file's name may hold bytes that are no text, and PostgreSQL keeps neither those nor NUL.
    name = name.encode("utf-8", "replace").decode().replace("\0", "")[-255:]
    reading = read_survey(content, name)
    survey = Survey.objects.create(
        workspace=workspace,
        name=reading.name,
        metric=metric_in(reading),
        draft=reading.definition,
        settings=settings_in(reading, workspace, at=at),
    )
    record("survey imported", workspace=workspace, by=by, subject=f"{reading.name} ({name})"[:200])
    return SurveyImport.objects.create(
        workspace=workspace,
        survey=survey,
        file_name=name,
        format=reading.format,
        questions=len(reading.asked),
        kept=reading.kept,
        changed=[remark.as_json() for remark in reading.report.changed],
        dropped=[remark.as_json() for remark in reading.report.dropped],
        by=by,
        at=at,
    )


def settings_in(reading: Reading, workspace: Workspace, *, at: datetime) -> dict[str, Any]:
    """Return how the survey is asked. Moments are by the clock of the workspace; one that has passed closes nothing."""
    settings = dict(reading.settings)
    for name in ("opens_at", "closes_at"):
        if name not in settings:
            continue
        try:
            said = datetime.fromisoformat(settings[name])
            moment = said if said.tzinfo else said.replace(tzinfo=workspace.zone)
        except (TypeError, ValueError):
            moment = at
        if moment <= at:
            day = settings.pop(name)[:10]
            if name == "closes_at":
                reading.report.drop("closed", day=day)
        else:
            settings[name] = moment.isoformat()
    return settings


def metric_in(reading: Reading) -> str:
    """Return the metric of the first score; "" when the survey asks for none."""
    return next((question["metric"] for question in reading.asked if question.get("metric")), "")
