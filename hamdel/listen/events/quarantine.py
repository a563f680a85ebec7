"""Try quarantined events again, as they came or as somebody mended them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from hamdel.listen.events.intake import SourceKey, take
from hamdel.listen.events.json_text import NotJson, parse
from hamdel.listen.events.log import append_to_log
from hamdel.listen.events.models import QuarantinedEvent


@transaction.atomic
def replay(held: Sequence[QuarantinedEvent], *, payload: str | None = None, at: datetime) -> int:
    """Take what can be taken now and return how many; the others stay, with the reason of today.

    `payload` is the mended JSON when a single event is given.
    """
    taken = 0
    for event in held:
        text = payload if payload and len(held) == 1 else event.payload
        try:
            call = parse(text.encode("utf-8", "replace"))
        except NotJson as error:
            event.code, event.reason = "invalid_json", str(error)
            event.save(update_fields=["code", "reason"])
            continue
        # Received when it first came: mending it later does not change when it happened.
        source = SourceKey(event.source_id, event.workspace_id)
        intake = take(
            [call], source=source, received_at=event.received_at, default_type=event.default_type or None
        )
        if intake.rows:
            append_to_log(connection, intake.rows)
            event.replayed_at, event.payload = at, text
            event.save(update_fields=["replayed_at", "payload"])
            taken += 1
        else:
            event.code, event.reason, event.payload = intake.rejects[0].code, intake.rejects[0].message, text
            event.save(update_fields=["code", "reason", "payload"])
    return taken
