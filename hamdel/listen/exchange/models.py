"""What was imported, and the report about it."""

from __future__ import annotations

from django.db import models

from hamdel.ground.access.models import Member
from hamdel.ground.workspaces.models import WorkspaceRow
from hamdel.listen.exchange.report import Remark
from hamdel.listen.surveys.models import Survey


class SurveyImport(WorkspaceRow):
    """One file, what became of it, and what was changed or dropped on the way."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=255)
    format = models.CharField(max_length=10)
    questions = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()
    # Lists of {"what", "place", "words"}: said in the language of whoever reads them.
    changed = models.JSONField(default=list)
    dropped = models.JSONField(default=list)
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-id")

    @property
    def changes(self) -> list[Remark]:
        return [Remark(**form) for form in self.changed]

    @property
    def losses(self) -> list[Remark]:
        return [Remark(**form) for form in self.dropped]
