"""What a POST was answered, kept for whoever sends it again."""

from __future__ import annotations

from django.db import models

from hamdel.ground.access.models import Member
from hamdel.ground.secrets import Sealed
from hamdel.ground.workspaces.models import WorkspaceRow


class KeptReply(WorkspaceRow):
    """The reply to a POST that came with an Idempotency-Key. Kept for a day; see `once.py`."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    # Of method, address and body: the same key with another request is a mistake of the caller's.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    # Sealed: personal links are told in a reply, and we keep only their digests elsewhere.
    reply = Sealed()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["member", "key"], name="one_reply_per_idempotency_key"),
        )
        indexes = (models.Index(fields=["at"], name="kept_replies_by_age"),)
