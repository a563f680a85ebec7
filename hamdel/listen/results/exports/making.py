"""Files of very many responses: asked for, made in the background, kept for a few days, then forgotten.

The bytes lie in PostgreSQL in pieces: any process can hand them out, a piece in memory at a time, and nothing of them
outlives an erased customer.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from hamdel import environment
from hamdel.ground.access.models import Member
from hamdel.ground.audit.actions import record
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.results.choosing import Selection
from hamdel.listen.results.counting import rows_of
from hamdel.listen.results.exports.files import WRITERS
from hamdel.listen.results.exports.rows import Sheet, sheet_of
from hamdel.listen.results.models import Export, ExportPart
from hamdel.listen.results.page import selection_of
from hamdel.listen.results.versions import combined, versions_of
from hamdel.listen.surveys.models import Survey
from hamdel.ui.formats import Display, shown_as

log = logging.getLogger(__name__)

# So many are written while somebody waits for the page: some seconds.
MOST_AT_ONCE = 20_000
# SPSS files are made of columns, all of them in memory.
MOST_IN_SPSS = 300_000
MOST_WAITING = 5
KEPT = timedelta(days=3)
PIECE = 1 << 20
TOLD_EVERY = 2_000
SOME = "SELECT count(*) FROM (SELECT 1 FROM surveys_response r WHERE {where} LIMIT %s) AS counted"


class ExportRefused(Exception):
    """No file is made. The message, in the reader's language, says why and what to do."""


class Gone(Exception):
    """The export was taken back while it was made: by a member, or because somebody in it was forgotten."""


def size_up_to(selection: Selection, most: int) -> int:
    """Count responses, no further than `most`."""
    where, values = selection.sql()
    return int(rows_of(SOME.format(where=where), [*values, most])[0][0])


def is_large(selection: Selection) -> bool:
    """Tell whether a file of these responses takes longer than somebody waits. Of an anonymous survey it has counts only."""
    return not selection.survey.how.anonymous and size_up_to(selection, MOST_AT_ONCE + 1) > MOST_AT_ONCE


@transaction.atomic
def ask_for_export(
    survey: Survey, form: str, chosen: Mapping[str, str], *, language: str, by: Member, at: datetime
) -> Export:
    """Have a file made. Asking again for one that is under way returns that. Raises ExportRefused."""
    from hamdel.ground.access.permissions import Permission
    from hamdel.listen.results.jobs import wake

    mine = Export.objects.in_workspace(survey.workspace).filter(finished_at=None, failure="")
    wanted = {"survey": survey, "form": form, "chosen": dict(chosen), "language": language, "by": by}
    if (known := mine.filter(**wanted).first()) is not None:
        return known
    if mine.count() >= MOST_WAITING:
        raise ExportRefused(_("Several files are being made already. Wait until one of them is ready."))
    selection = selection_of(survey, chosen, language, at=at)
    if selection.unread:
        raise ExportRefused(selection.unread[0].text)
    if form == "sav" and size_up_to(selection, MOST_IN_SPSS + 1) > MOST_IN_SPSS:
        raise ExportRefused(
            _(
                "These are too many responses for an SPSS file. Choose fewer days, or take Parquet, which R and Python read."
            )
        )
    record("results exported", workspace=survey.workspace, by=by, subject=f"{survey.name} ({form})")
    export = Export.objects.create(
        workspace=survey.workspace, shows_whom=by.may(Permission.SEE_CUSTOMERS), asked_at=at, **wanted
    )
    wake(export)
    return export


def make_export(workspace_id: UUID, export_id: UUID) -> None:
    """Write the file of an export and keep it. Begun again after a crash, it is written anew."""
    with inside(workspace_id):
        export = Export.objects.select_related("survey__workspace").filter(id=export_id).first()
        if export is None or export.is_over:
            return
        export.parts.all().delete()
        Export.objects.filter(id=export_id).update(rows_done=0, begun_at=now())
    try:
        _make(export)
    except Gone:
        log.info("Export %s was taken back while it was made", export_id)
    except Exception:
        log.exception("Export %s could not be made", export_id)
        with inside(workspace_id):
            Export.objects.filter(id=export_id).update(failure="failed", finished_at=now())


def _make(export: Export) -> None:
    survey = export.survey
    seen = Display(survey.workspace.calendar, survey.workspace.timezone, export.language)
    home = environment.home() / "exports"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with shown_as(seen), tempfile.TemporaryDirectory(dir=home) as folder:
        with inside(survey.workspace_id):
            selection = selection_of(survey, export.chosen, export.language, at=export.asked_at)
            if selection.unread:
                # What was chosen by is gone meanwhile: everybody's answers are not what was asked for.
                raise ExportRefused(selection.unread[0].text)
            where, values = selection.sql()
            [(total,)] = rows_of(f"SELECT count(*) FROM surveys_response r WHERE {where}", values)
            questions = combined(versions_of(survey), survey)
            sheet = sheet_of(selection, questions, export.language, shows_whom=export.shows_whom)
        _tell(export, rows=total)
        path = Path(folder) / f"results.{export.form}"
        followed = replace(sheet, rows=_followed(export, sheet))
        WRITERS[export.form](followed, path, is_rtl=export.language == "fa")
        _keep(export, path)


def _followed(export: Export, sheet: Sheet) -> Iterator[list[Any]]:
    """Return the rows, and tell now and then how many there have been."""
    for number, row in enumerate(sheet.rows, 1):
        yield row
        if number % TOLD_EVERY == 0:
            _tell(export, rows_done=number)


def _tell(export: Export, **news: int) -> None:
    with inside(export.workspace_id):
        if not Export.objects.filter(id=export.id).update(**news):
            raise Gone


def _keep(export: Export, path: Path) -> None:
    with inside(export.workspace_id), path.open("rb") as file:
        found = Export.objects.select_for_update().filter(id=export.id).first()
        if found is None:
            raise Gone
        number = 0
        while piece := file.read(PIECE):
            ExportPart.objects.create(
                workspace_id=export.workspace_id, export=found, number=number, content=piece
            )
            number += 1
        found.bytes, found.rows_done, found.finished_at = path.stat().st_size, found.rows, now()
        found.save(update_fields=["bytes", "rows_done", "finished_at"])


def pieces_of(export: Export) -> Iterator[bytes]:
    """Read the file of an export, a piece at a time. Whoever reads it need not be in a transaction."""
    with inside(export.workspace_id):
        ids = list(export.parts.order_by("number").values_list("id", flat=True))
    for part in ids:
        with inside(export.workspace_id):
            found = ExportPart.objects.filter(id=part).values_list("content", flat=True).first()
        if found is None:  # somebody in it was forgotten meanwhile: rather a file that breaks off
            raise Gone
        yield bytes(found)


def forget_exports(workspace: Workspace) -> None:
    """Delete every file of a workspace. For whoever removes responses: a file cannot be searched for somebody."""
    Export.objects.in_workspace(workspace).delete()


def sweep_folder(older_than: timedelta = timedelta(days=1)) -> None:
    """Remove what a killed process left behind where files are written."""
    for folder in (environment.home() / "exports").glob("*"):
        if time.time() - folder.stat().st_mtime > older_than.total_seconds():
            shutil.rmtree(folder, ignore_errors=True)
