"""A segment: a saved rule over customers and their events. Who belongs to it is asked anew each time."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hamdel.ground.access.models import Member
from hamdel.ground.workspaces.models import WorkspaceRow


class Segment(WorkspaceRow):
    """A name for customers who have something in common."""

    name = models.CharField(_("name"), max_length=120)
    note = models.CharField(_("note"), max_length=300, blank=True)
    # The JSON form of ground/rules, over `fields.customer_fields`.
    rule = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["workspace", "name"], name="segment_names_are_unique"),
        )

    def __str__(self) -> str:
        return self.name
