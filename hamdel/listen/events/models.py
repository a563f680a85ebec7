"""The one log of events and how far it has been shipped."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hamdel.ground.access.models import digest, new_secret
from hamdel.ground.workspaces.models import Workspace, WorkspaceRow


class Source(WorkspaceRow):
    """Where events come from: a site, an app, an importer. Its write key may only write."""

    class Kind(models.TextChoices):
        HTTP = "http", _("HTTP API")
        FILE = "file", _("File import")
        SIMULATOR = "simulator", _("Simulator")

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.HTTP)
    # Write keys are public by nature (they sit in web pages), so they are kept readable.
    write_key = models.CharField(max_length=64, unique=True, default=new_secret)
    created_at = models.DateTimeField(auto_now_add=True)
    disabled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "name"], name="source_names_are_unique"),)

    def __str__(self) -> str:
        return self.name

    @property
    def key_digest(self) -> str:
        return digest(self.write_key)


class LoggedEvent(models.Model):
    """One acknowledged event, for ever. `position` order is commit order (see `log.py`)."""

    position = models.BigAutoField(primary_key=True)
    # f(workspace, source, messageId): a resend finds itself here and changes nothing.
    event_id = models.UUIDField(unique=True)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    source_id = models.UUIDField(null=True)
    received_at = models.DateTimeField()
    # Canonical JSON as text: it is written and read whole, never searched, and text keeps it byte for byte.
    # Empty once whom it was about has been erased; the id stays, so that a resend changes nothing still.
    body = models.TextField()

    class Meta:
        db_table = "events_log"


class Cursor(models.Model):
    """How far a reader of the log has come."""

    name = models.CharField(max_length=40, primary_key=True)
    position = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(auto_now=True)


class Shipment(models.Model):
    """A stretch of the log that goes to ClickHouse as one block. Its id is the deduplication token.

    Recorded before anything is sent: after a crash the same stretch is sent again under the same token.
    """

    id = models.BigAutoField(primary_key=True)
    first_position = models.BigIntegerField()
    last_position = models.BigIntegerField()
    events = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    shipped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["id"], name="shipments_waiting", condition=models.Q(shipped_at=None)),
        )


class QuarantinedEvent(WorkspaceRow):
    """An event that could not be taken, whole, with the reason: to be mended, replayed or discarded."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="quarantined")
    code = models.CharField(max_length=40)
    reason = models.TextField()
    payload = models.TextField()
    # The path's type for /v1/track and its like; empty for events of a batch, which carry their own.
    default_type = models.CharField(max_length=10, blank=True)
    received_at = models.DateTimeField()
    replayed_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)
    # Of a row of a file: the import it came with, and its line. Its payload is the row, not yet an event.
    import_run = models.UUIDField(null=True, blank=True)
    line = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["import_run", "line"],
                name="quarantine_of_an_import",
                condition=models.Q(import_run__isnull=False),
            ),
            models.Index(
                fields=["workspace", "-received_at"],
                name="quarantine_open",
                condition=models.Q(replayed_at=None, discarded_at=None),
            ),
        )
