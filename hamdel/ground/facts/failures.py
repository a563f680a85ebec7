"""Reactions that failed: kept, listed, tried again."""

from __future__ import annotations

import logging
import traceback
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.timezone import now

from hamdel.ground.facts.fact import KnownEvent, plain
from hamdel.ground.facts.models import FailedReaction
from hamdel.ground.facts.reactions import Reaction, path_of
from hamdel.ground.workspaces.tenancy import across_workspaces, inside

log = logging.getLogger(__name__)


# Twice as long after each attempt: the last is three and a half days after the first.
FIRST_PAUSE, MOST_ATTEMPTS = timedelta(minutes=5), 11
MOST_AT_ONCE = 500


def due(*, at: datetime) -> QuerySet[FailedReaction]:
    """Return the failures whose time to be tried again has come; those tried often enough wait for a person."""
    ripe = (Q(attempts=n, failed_at__lte=at - FIRST_PAUSE * 2 ** (n - 1)) for n in range(1, MOST_ATTEMPTS))
    return FailedReaction.objects.filter(reduce(or_, ripe), settled_at=None).order_by("failed_at")


def keep_failure(event: KnownEvent, reaction: Reaction, error: Exception) -> FailedReaction:
    """Keep an event that a reaction could not digest, with its error, to be tried again."""
    failed, _new = FailedReaction.objects.update_or_create(
        workspace_id=event.workspace_id,
        event_id=event.event_id,
        reaction=path_of(reaction),
        defaults={
            "event": {name: plain(value) for name, value in event._asdict().items()},
            "error": "".join(traceback.format_exception(error))[-8_000:],
            "failed_at": now(),
        },
    )
    return failed


def try_again(failed: FailedReaction, *, at: datetime) -> bool:
    """Run a failed reaction once more; tell whether it went well this time."""
    reaction = import_string(failed.reaction)
    event = event_of(failed.event)
    try:
        with transaction.atomic():
            reaction([event])
    except Exception as error:
        failed.error = "".join(traceback.format_exception(error))[-8_000:]
        failed.attempts = F("attempts") + 1
        failed.failed_at = at
        failed.save()
        return False
    failed.settled_at = at
    failed.save(update_fields=["settled_at"])
    return True


def try_what_is_due(*, at: datetime) -> int:
    """Try each failure that is due, by itself; return how many went well this time."""
    with across_workspaces():
        waiting = list(due(at=at)[:MOST_AT_ONCE])
    settled = 0
    for failed in waiting:
        with inside(failed.workspace_id):
            # Meanwhile the customer may have been forgotten, and the event with them; or another process is at it.
            still = due(at=at).select_for_update(skip_locked=True).filter(id=failed.id).first()
            if still is None:
                continue
            if try_again(still, at=at):
                settled += 1
            else:
                log.warning("A reaction to %s failed again: %s", still.event["name"], still.reaction)
    return settled


def event_of(kept: dict) -> KnownEvent:
    """Return the event as it was when it failed."""
    ids = {name: UUID(kept[name]) for name in ("workspace_id", "event_id", "customer_id")}
    moments = {name: datetime.fromisoformat(kept[name]) for name in ("occurred_at", "received_at")}
    return KnownEvent(**{**kept, **ids, **moments})
