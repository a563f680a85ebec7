"""What was imported from which file, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from django.db import models

from hamdel.ground.access.models import Member
from hamdel.ground.workspaces.models import WorkspaceQuerySet, WorkspaceRow
from hamdel.listen.events.models import Source

# A run that has not moved for this long was interrupted.
SILENT_AFTER = timedelta(minutes=5)


class ImportRunQuerySet(WorkspaceQuerySet):
    def unfinished(self) -> Self:
        """Return runs that were interrupted, or are running still."""
        return self.filter(finished_at=None)


class ImportRun(WorkspaceRow):
    """One reading of one file under one mapping.

    `safe_offset` is the row to read on from after an interruption. Every number counts what is committed:
    it changes in the transaction that writes the events it counts.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="imports")
    file_name = models.CharField(max_length=255)
    # Of the content, so that a renamed file resumes and a changed one does not.
    file_digest = models.CharField(max_length=64)
    mapping = models.JSONField()
    mapping_digest = models.CharField(max_length=64)
    safe_offset = models.BigIntegerField(default=0)
    rows_read = models.BigIntegerField(default=0)
    events_added = models.BigIntegerField(default=0)
    events_known = models.BigIntegerField(default=0)
    rows_rejected = models.BigIntegerField(default=0)
    rows_skipped = models.BigIntegerField(default=0)
    # Reason → rows, of those the mapping leaves out on purpose.
    skipped = models.JSONField(default=dict)
    rejects_path = models.CharField(max_length=500, blank=True)
    rejects_bytes = models.BigIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    # Why the file could not be read to its end; empty when it was.
    failure = models.TextField(blank=True)
    # Who started it on the page; nobody from the command line.
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # How much of the file is read, 0 to 1, and when that was written.
    share = models.FloatField(default=0)
    moved_at = models.DateTimeField(null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()  # type: ignore[misc]  # the slice says more than every row does

    class Meta:
        indexes = (models.Index(fields=["workspace", "-started_at"], name="imports_by_start"),)

    def __str__(self) -> str:
        return self.file_name

    def is_interrupted(self, *, now: datetime) -> bool:
        """Tell whether nobody works on it any more."""
        return self.finished_at is None and now - (self.moved_at or self.started_at) > SILENT_AFTER


class Upload(WorkspaceRow):
    """A file given on the page, kept until it is imported or a week has passed."""

    name = models.CharField(max_length=255)
    content = models.BinaryField()
    # As far as somebody has described it.
    mapping = models.JSONField(default=dict)
    run = models.OneToOneField(ImportRun, null=True, on_delete=models.CASCADE, related_name="upload")
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["at"], name="uploads_by_age"),)

    def __str__(self) -> str:
        return self.name

    @contextmanager
    def as_file(self) -> Iterator[Path]:
        """Give the content as a file of its name, for as long as somebody reads it."""
        with TemporaryDirectory(prefix="hamdel-import-") as folder:
            path = Path(folder) / (Path(self.name).name or "file")
            path.write_bytes(self.content)
            yield path
