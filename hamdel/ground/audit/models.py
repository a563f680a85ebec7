"""What members did, in a chain: each entry carries the hash of the one before it in its workspace."""

from __future__ import annotations

import hashlib
import json

from django.db import models

from hamdel.ground.workspaces.models import WorkspaceRow


class AuditEntry(WorkspaceRow):
    """One deed. `chain` = SHA-256 over the previous entry's chain and this one's content."""

    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=254)
    deed = models.CharField(max_length=80)
    subject = models.TextField(blank=True)
    chain = models.CharField(max_length=64)

    class Meta:
        ordering = ("workspace", "number")
        constraints = (
            models.UniqueConstraint(fields=["workspace", "number"], name="audit_entries_are_numbered"),
        )

    def chained_to(self, previous: str) -> str:
        """Return what `chain` must be, given the previous entry's chain ("" for the first)."""
        content = [previous, self.number, self.at.isoformat(), self.actor, self.deed, self.subject]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
