"""The outbox, and the reactions that failed."""

from __future__ import annotations

from django.db import models

from hamdel.ground.workspaces.models import WorkspaceRow


class WaitingFact(WorkspaceRow):
    """A fact not yet in the log of events. The relay deletes it in the transaction that logs it."""

    name = models.CharField(max_length=120)
    customer_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    properties = models.JSONField()


class FailedReaction(WorkspaceRow):
    """An event that a reaction could not digest: kept with its error until somebody tries again."""

    event_id = models.UUIDField()
    reaction = models.CharField(max_length=200)
    event = models.JSONField()
    error = models.TextField()
    attempts = models.PositiveSmallIntegerField(default=1)
    failed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "event_id", "reaction"], name="one_failure_per_reaction"
            ),
        )
