"""An erasure: it proves that somebody was forgotten, without saying whom."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hamdel.ground.access.models import Member
from hamdel.ground.workspaces.models import WorkspaceQuerySet, WorkspaceRow


class ErasureQuerySet(WorkspaceQuerySet):
    def waiting(self) -> Self:
        return self.filter(gone_at=None)

    def unshredded(self) -> Self:
        return self.filter(gone_at__isnull=False, shredded_at=None)


class Erasure(WorkspaceRow):
    """One customer to be forgotten, and how far it has come."""

    # All ids the person had here; they lead to nothing once this is done.
    customer_ids = ArrayField(models.UUIDField())
    asked_at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # No page and no question knows them any more.
    gone_at = models.DateTimeField(null=True, blank=True)
    # Their bytes have left the disk.
    shredded_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField(default=0)
    events = models.PositiveIntegerField(default=0)

    objects = ErasureQuerySet.as_manager()  # type: ignore[misc]  # the slice says more than every row does

    class Meta:
        indexes = (models.Index(fields=["workspace", "-asked_at"], name="erasures_newest_first"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(shredded_at=None) | models.Q(gone_at__isnull=False),
                name="erasure_shredded_after_gone",
            ),
        )
