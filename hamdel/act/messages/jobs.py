"""Jobs of sending: one for each account that has something to send, and a sweep each minute."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import close_old_connections, transaction
from django.utils.timezone import now
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

log = logging.getLogger(__name__)
QUEUE = "messages"


def wake(workspace_id: UUID, account_id: UUID) -> None:
    """Let the sending job of an account run once this transaction has committed. One waiting job is enough."""
    try:
        # A savepoint: a job that waits already is refused by a unique index.
        with transaction.atomic():
            send_messages.configure(queueing_lock=f"messages:{account_id}").defer(
                workspace_id=str(workspace_id), account_id=str(account_id)
            )
    except AlreadyEnqueued:
        pass


@app.task(name="messages.send", queue=QUEUE)
def send_messages(workspace_id: str, account_id: str) -> None:
    """Send what is due for one account."""
    from hamdel.act.messages.sending import send_due

    close_old_connections()
    workspace, account = UUID(workspace_id), UUID(account_id)
    if send_due(workspace, account, now=now).has_more:
        wake(workspace, account)


@app.periodic(cron="* * * * *")
@app.task(name="messages.sweep", queue=QUEUE, queueing_lock="messages.sweep")
def sweep(timestamp: int) -> None:
    """Wake accounts whose messages have become due, ask after those whose sender died, fetch replies."""
    from hamdel.act.messages.sweeping import sweep_accounts

    close_old_connections()
    sweep_accounts(at=now())
    log.debug("swept at %s", timestamp)
