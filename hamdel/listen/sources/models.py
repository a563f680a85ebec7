"""What was imported from which file, and how far it has come."""

from __future__ import annotations

from typing import Self

from django.db import models

from hamdel.ground.workspaces.models import WorkspaceQuerySet, WorkspaceRow
from hamdel.listen.events.models import Source


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

    objects = ImportRunQuerySet.as_manager()  # type: ignore[misc]  # the slice says more than every row does

    class Meta:
        indexes = (models.Index(fields=["workspace", "-started_at"], name="imports_by_start"),)

    def __str__(self) -> str:
        return self.file_name
