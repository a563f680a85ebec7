"""Look into the mailboxes every five minutes."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import close_old_connections, transaction
from django.utils.timezone import now
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from hamdel.ground.workspaces.tenancy import across_workspaces, inside

log = logging.getLogger(__name__)
QUEUE = "feedback"


@app.periodic(cron="*/5 * * * *")
@app.task(name="feedback.look", queue=QUEUE, queueing_lock="feedback.look")
def look(timestamp: int) -> None:
    """Have each mailbox read by a job of its own: one that hangs holds up no other."""
    from hamdel.listen.feedback.models import Inbox

    close_old_connections()
    with across_workspaces():
        boxes = list(
            Inbox.objects.filter(connector="mailbox", disabled_at=None).values_list("id", "workspace_id")
        )
    for inbox_id, workspace_id in boxes:
        read_soon(inbox_id, workspace_id)
    log.debug("looked at %s", timestamp)


def read_soon(inbox_id: UUID, workspace_id: UUID) -> None:
    """Have a mailbox read; one job that waits is enough."""
    try:
        with transaction.atomic():
            read_mailbox.configure(queueing_lock=f"feedback:{inbox_id}", lock=f"feedback:{inbox_id}").defer(
                inbox_id=str(inbox_id), workspace_id=str(workspace_id)
            )
    except AlreadyEnqueued:
        log.debug("mailbox %s is still being read", inbox_id)


@app.task(name="feedback.read", queue=QUEUE)
def read_mailbox(inbox_id: str, workspace_id: str) -> None:
    """Take what is new in one mailbox."""
    from hamdel.listen.feedback.mailbox.fetching import MOST_AT_ONCE, fetch_letters
    from hamdel.listen.feedback.models import Inbox

    close_old_connections()
    with inside(UUID(workspace_id)):
        inbox = Inbox.objects.filter(id=inbox_id, disabled_at=None).select_related("source").first()
    if inbox and fetch_letters(inbox, at=now()) == MOST_AT_ONCE:
        read_soon(inbox.id, inbox.workspace_id)
