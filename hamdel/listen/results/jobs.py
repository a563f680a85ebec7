"""Work in the background: copy what changes no more to where it is counted quickly; make large files and forget them."""

from __future__ import annotations

import logging
from contextlib import suppress
from uuid import UUID

from django.db import close_old_connections
from django.utils.timezone import now
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from hamdel.ground.analytics import AnalyticsError
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.results.exports.making import KEPT, make_export, sweep_folder
from hamdel.listen.results.models import Export
from hamdel.listen.results.settling import settle_survey
from hamdel.listen.surveys.models import Survey

log = logging.getLogger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(name="results.settle_responses", queueing_lock="results.settle_responses")
def settle_responses(timestamp: int) -> None:  # noqa: ARG001  # what every periodic job is given
    """Settle the responses of every survey. What fails is left for the next time: PostgreSQL answers meanwhile."""
    close_old_connections()
    with across_workspaces():
        surveys = list(Survey.objects.select_related("workspace").exclude(state=Survey.State.DRAFT))
    for survey in surveys:
        try:
            settle_survey(survey, at=now())
        except AnalyticsError as problem:
            log.warning("The responses of survey %s are not settled: %s", survey.id, problem)


def wake(export: Export) -> None:
    """Have this file made once the transaction has committed; of one workspace one at a time."""
    with suppress(AlreadyEnqueued):
        make_file.configure(queueing_lock=f"export:{export.id}", lock=f"export:{export.workspace_id}").defer(
            workspace_id=str(export.workspace_id), export_id=str(export.id)
        )


@app.task(name="results.make_file", queue="exports")
def make_file(workspace_id: str, export_id: str) -> None:
    """Make one file; killed in between, the job comes back and begins anew."""
    close_old_connections()
    make_export(UUID(workspace_id), UUID(export_id))


@app.periodic(cron="41 * * * *")
@app.task(name="results.forget_files", queueing_lock="results.forget_files")
def forget_files(timestamp: int) -> None:  # noqa: ARG001  # what every periodic job is given
    """Delete files that were kept long enough, and what killed processes left behind."""
    close_old_connections()
    with across_workspaces():
        Export.objects.filter(asked_at__lt=now() - KEPT).delete()
    sweep_folder()
