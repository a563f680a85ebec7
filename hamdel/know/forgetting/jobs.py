"""Work in the background: forget, at once; rewrite what is left on the disk, by night."""

from __future__ import annotations

import logging
from contextlib import suppress

from django.db import DatabaseError, close_old_connections
from django.utils.timezone import now
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.know.forgetting.erasing import erase, shred
from hamdel.know.forgetting.models import Erasure

log = logging.getLogger(__name__)


def wake() -> None:
    """Have waiting erasures done once this transaction has committed."""
    with suppress(AlreadyEnqueued):
        forget_waiting.configure(queueing_lock="forgetting").defer()


@app.task(name="forgetting.forget", lock="forgetting", retry=RetryStrategy(max_attempts=200, linear_wait=30))
def forget_waiting() -> None:
    """Forget whoever waits for it. What cannot be done now, because ClickHouse is away, is tried again."""
    close_old_connections()
    with across_workspaces():
        waiting = list(Erasure.objects.waiting().select_related("workspace").order_by("asked_at"))
    for erasure in waiting:
        erase(erasure, erasure.workspace, at=now())
    _shred(also_large=False)


@app.periodic(cron="40 22 * * *")
@app.task(name="forgetting.shred", lock="forgetting", queueing_lock="forgetting.shred")
def shred_by_night(timestamp: int) -> None:  # noqa: ARG001  # what every periodic job is given
    """Rewrite the large tables too, at ten past two in Tehran."""
    close_old_connections()
    _shred(also_large=True)


def _shred(*, also_large: bool) -> None:
    with across_workspaces():
        left = list(Erasure.objects.unshredded())
    if not left:
        return
    try:
        shred(left, also_large=also_large)
    except DatabaseError as problem:
        # Somebody holds a table: the night's job tries again.
        log.warning("What was erased is still on the disk: %s", problem)
