"""A file given on the page: looked at, described, and brought in by a job."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from hamdel.ground.access.models import Member
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.events.models import Source
from hamdel.listen.sources.files import FileRefused, RowFile, open_rows
from hamdel.listen.sources.importing import Rehearsal, begin, import_file, rehearse
from hamdel.listen.sources.mapping import Reading, RowMapping, compile_mapping, reading_of
from hamdel.listen.sources.models import ImportRun, Upload
from hamdel.listen.sources.values import MappingError

# Enough to see whether it is meant so, and quick enough to be done at every change.
ROWS_TRIED = 2_000


def opened(path: Any, written: dict[str, Any], upload: Upload) -> tuple[RowFile, RowMapping]:
    """Return a file and its compiled mapping. Raises FileRefused, MappingError."""
    file = open_rows(path, reading_of(written))
    return file, compile_mapping(written, columns=file.columns, zone=upload.workspace.zone)


def try_out(upload: Upload, written: dict[str, Any]) -> Rehearsal:
    """Return what the first rows would become. Raises FileRefused, MappingError."""
    with upload.as_file() as path:
        file, mapping = opened(path, written, upload)
        return rehearse(file, mapping, most=ROWS_TRIED)


def plain_rows(path: Any) -> RowFile:
    """Open a file about which nothing is known yet. Raises FileRefused."""
    return open_rows(path, Reading())


@transaction.atomic
def start_import(upload: Upload, written: dict[str, Any], *, by: Member, at: datetime) -> ImportRun:
    """Begin the import of an upload; the job goes on from here. Raises FileRefused, MappingError."""
    with upload.as_file() as path:
        opened(path, written, upload)
        source, _made = Source.objects.get_or_create(
            workspace=upload.workspace, name=upload.name[:80], defaults={"kind": Source.Kind.FILE}
        )
        run = begin(path, written, source=source, at=at, by=by)
    # The same file under the same mapping was being imported already: that run goes on, with this copy.
    Upload.objects.filter(run=run).exclude(id=upload.id).delete()
    upload.mapping, upload.run = written, run
    upload.save(update_fields=["mapping", "run"])
    return run


def bring_in(upload: Upload) -> None:
    """Import the whole file, then let go of it."""
    run = upload.run
    if run is not None and run.finished_at is None:
        try:
            with upload.as_file() as path:
                file, mapping = opened(path, upload.mapping, upload)
                import_file(file, mapping, upload.mapping, source=run.source)
        except (FileRefused, MappingError) as refusal:
            with inside(upload.workspace_id):
                ImportRun.objects.filter(id=run.id).update(failure=str(refusal), finished_at=now())
    with inside(upload.workspace_id):
        upload.delete()
