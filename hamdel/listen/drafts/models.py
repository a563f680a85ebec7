"""What a draft was before each change, so that every change can be undone."""

from __future__ import annotations

from django.db import models

from hamdel.ground.access.models import Member
from hamdel.ground.workspaces.models import WorkspaceRow
from hamdel.listen.surveys.models import Survey


class History(WorkspaceRow):
    """Where a draft stands among its steps: undoing goes back, a new change forgets what lay ahead."""

    survey = models.OneToOneField(Survey, on_delete=models.CASCADE, related_name="history")
    position = models.PositiveIntegerField(default=0)


class DraftStep(WorkspaceRow):
    """The whole draft after one change; number 0 is how it was found."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    made_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["survey", "number"], name="draft_steps_are_numbered"),)
