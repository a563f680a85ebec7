"""Feedback sources, and every call they made."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from hamdel.ground.secrets import Sealed
from hamdel.ground.workspaces.models import WorkspaceRow
from hamdel.listen.events.models import Source


def new_key() -> str:
    """Return the key in a source's address: 128 bits."""
    return secrets.token_urlsafe(16)


class Inbox(WorkspaceRow):
    """A place feedback comes from: a help desk, a survey tool, a mailbox."""

    connector = models.CharField(max_length=20)
    name = models.CharField(_("name"), max_length=80)
    key = models.CharField(max_length=32, unique=True, default=new_key)
    # {"secret": …} of a webhook, {"password": …} of a mailbox.
    secrets = Sealed()
    settings = models.JSONField(default=dict, blank=True)
    # The source its events carry in the log.
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    last_received_at = models.DateTimeField(null=True, blank=True)
    # A code of `problems.py`, and when; empty when all is well.
    problem = models.CharField(max_length=20, blank=True)
    problem_at = models.DateTimeField(null=True, blank=True)
    # Where reading of a mailbox goes on: {"validity", "uid"}.
    progress = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "name"], name="inbox_names_are_unique"),)

    def __str__(self) -> str:
        return self.name

    @property
    def has_secret(self) -> bool:
        return bool(self.secrets.get("secret") or self.secrets.get("password"))


class Delivery(WorkspaceRow):
    """One call of a source, or one letter. The body is kept only where somebody must look at it."""

    class Outcome(models.TextChoices):
        TAKEN = "taken", _("Taken")
        IGNORED = "ignored", _("Of a kind not used here")
        FAILED = "failed", _("Could not be read")

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="deliveries")
    delivery_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=100, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome)
    events = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    received_at = models.DateTimeField()
    retried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            # A retry finds its first delivery, whoever is quicker.
            models.UniqueConstraint(fields=["inbox", "delivery_id"], name="deliveries_come_once"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["taken", "ignored", "failed"]),
                name="delivery_outcome_is_known",
            ),
        )
        indexes = (models.Index(fields=["inbox", "-received_at"], name="deliveries_newest_first"),)
