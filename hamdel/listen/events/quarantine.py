"""Try quarantined events again, as they came or as somebody mended them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from hamdel.listen.events.intake import SourceKey, take
from hamdel.listen.events.json_text import NotJson, parse
from hamdel.listen.events.log import append_to_log
from hamdel.listen.events.models import QuarantinedEvent

# Under its code: what makes events of a held row that is none yet. Raises CannotMake.
Maker = Callable[[QuarantinedEvent, Any], list[Any]]
_makers: dict[str, Maker] = {}


class CannotMake(Exception):
    """The row still gives no event; the message says why."""


def made_by(code: str, maker: Maker) -> None:
    """Let `maker` make the events of what is held under `code`."""
    _makers[code] = maker


@transaction.atomic
def replay(held: Sequence[QuarantinedEvent], *, payload: str | None = None, at: datetime) -> int:
    """Take what can be taken now and return how many; the others stay, with the reason of today.

    `payload` is the mended JSON when a single event is given.
    """
    taken = 0
    for event in held:
        text = payload if payload and len(held) == 1 else event.payload
        try:
            calls = _calls(event, parse(text.encode("utf-8", "replace")))
        except NotJson as error:
            _stays(event, event.code if event.import_run else "invalid_json", str(error), text)
            continue
        except CannotMake as error:
            _stays(event, event.code, str(error), text)
            continue
        # Received when it first came: mending it later does not change when it happened.
        source = SourceKey(event.source_id, event.workspace_id)
        intake = take(
            calls, source=source, received_at=event.received_at, default_type=event.default_type or None
        )
        if intake.rejects:
            # A row's other events may be in order, but then it would be half there.
            reason = intake.rejects[0]
            _stays(event, event.code if event.import_run else reason.code, reason.message, text)
            continue
        append_to_log(connection, intake.rows)
        event.replayed_at, event.payload = at, text
        event.save(update_fields=["replayed_at", "payload"])
        taken += 1
    return taken


def _calls(event: QuarantinedEvent, held: Any) -> list[Any]:
    """Return what is to be taken: the event itself, or what its maker makes of the row."""
    maker = _makers.get(event.code)
    return maker(event, held) if maker else [held]


def _stays(event: QuarantinedEvent, code: str, reason: str, text: str) -> None:
    """Keep it, with the reason of today and as somebody mended it."""
    event.code, event.reason, event.payload = code, reason, text
    event.save(update_fields=["code", "reason", "payload"])
