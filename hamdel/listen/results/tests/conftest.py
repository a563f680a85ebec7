from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.timezone import now

from hamdel.ground.calendar.days import local_day, start_of_day
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.surveys.actions import create_survey, publish_survey
from hamdel.listen.surveys.models import Answer, Response
from hamdel.listen.surveys.tests.forms import form_of


@pytest.fixture
def ask(cast):
    """Publish a survey of these questions."""

    def publish(*questions, is_anonymous=False, **more):
        with inside(cast.cafe):
            made = create_survey(
                cast.cafe,
                name="نظرسنجی",
                metric=None,
                touchpoint="",
                definition=form_of(list(questions), **more),
                by=cast.owner,
            )
            made.settings = {"anonymous": is_anonymous}
            made.save()
            publish_survey(made, by=cast.owner, at=now())
            made.refresh_from_db()
            made.workspace = cast.cafe
        return made

    return publish


@pytest.fixture
def answered():
    """Store responses to the current version, completed some days before a moment; return them."""

    def store(survey, *given, days_ago=1, before=None, is_finished=True, **about):
        zone = survey.workspace.timezone
        moment = start_of_day(local_day((before or now()) - timedelta(days=days_ago), zone), zone)
        version = survey.current
        rows = []
        for answers in given:
            row = Response(
                id=uuid4(),
                workspace=survey.workspace,
                survey=survey,
                version=version,
                resume_digest=uuid4().hex,
                language=about.get("language", "fa"),
                channel=about.get("channel", "link"),
                started_at=moment,
                completed_at=moment if is_finished else None,
            )
            rows.append((row, answers))
        Response.objects.bulk_create([row for row, _answers in rows])
        Answer.objects.bulk_create(
            Answer(workspace=survey.workspace, response=row, question=key, value=value, answered_at=moment)
            for row, answers in rows
            for key, value in answers.items()
        )
        return [row for row, _answers in rows]

    def inside_store(survey, *given, **more):
        with inside(survey.workspace):
            return store(survey, *given, **more)

    return inside_store
