"""An invitation: one customer asked one survey, by a link only they have."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from hamdel.ground.access.models import Member
from hamdel.ground.workspaces.models import WorkspaceRow
from hamdel.know.customers.models import Customer
from hamdel.listen.surveys.models import Survey


class Invitation(WorkspaceRow):
    """A personal link: 256 random bits, of which only a digest is kept, answered once."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invitations")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="invitations")
    channel = models.CharField(max_length=20)
    touchpoint = models.CharField(max_length=60, blank=True)
    # The event that led to the question: an order delivered, a ticket solved.
    caused_by = models.UUIDField(null=True, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["survey", "-created_at"], name="invitations_newest_first"),)

    def is_expired(self, *, now: datetime) -> bool:
        return now >= self.expires_at
