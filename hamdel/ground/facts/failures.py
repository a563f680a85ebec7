"""Reactions that failed: kept, listed, tried again."""

from __future__ import annotations

import traceback
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.module_loading import import_string
from django.utils.timezone import now

from hamdel.ground.facts.fact import KnownEvent, plain
from hamdel.ground.facts.models import FailedReaction
from hamdel.ground.facts.reactions import Reaction, path_of


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


def event_of(kept: dict) -> KnownEvent:
    """Return the event as it was when it failed."""
    ids = {name: UUID(kept[name]) for name in ("workspace_id", "event_id", "customer_id")}
    moments = {name: datetime.fromisoformat(kept[name]) for name in ("occurred_at", "received_at")}
    return KnownEvent(**{**kept, **ids, **moments})
