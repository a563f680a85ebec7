"""What becomes of the calls of one request: rows for the log, and rejects for the quarantine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from hamdel.listen.events.calls import Rejected, encode, event_of
from hamdel.listen.events.log import LogRow, event_id


@dataclass(frozen=True, slots=True)
class SourceKey:
    """A source as the intake knows it."""

    source_id: UUID
    workspace_id: UUID


class Reject(NamedTuple):
    """An event that was not taken, with its place in the batch and why."""

    index: int
    code: str
    message: str
    payload: str


@dataclass(slots=True)
class Intake:
    """The outcome of a request: both lists are committed together, so nothing is lost in between."""

    source: SourceKey
    received_at: datetime
    rows: list[LogRow] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    @property
    def answer(self) -> dict[str, Any]:
        """Return what the client is told: success for the SDKs, and what happened to each event."""
        return {
            "success": True,
            "accepted": len(self.rows),
            "rejected": [
                {"index": index, "code": code, "message": message} for index, code, message, _ in self.rejects
            ],
        }


def take(
    calls: Iterable[Any],
    *,
    source: SourceKey,
    received_at: datetime,
    default_type: str | None = None,
    sent_at: str | None = None,
    shared_context: dict[str, Any] | None = None,
) -> Intake:
    """Sort the calls of one request into rows and rejects. Never raises for what a client sent."""
    intake = Intake(source, received_at)
    for index, call in enumerate(calls):
        try:
            event = event_of(within(shared_context, call), default_type=default_type, sent_at=sent_at, received_at=received_at)
            body = encode(event)
        except Rejected as reason:
            intake.rejects.append(Reject(index, reason.code, reason.message, _payload(call)))
            continue
        identity = event_id(source.workspace_id, source.source_id, event["messageId"])
        intake.rows.append(LogRow(identity, source.workspace_id, source.source_id, received_at, body))
    return intake


def within(shared: dict[str, Any] | None, call: Any) -> Any:
    """Return the call with the batch's context under its own."""
    own = call.get("context") or {} if isinstance(call, dict) else None
    return {**call, "context": {**shared, **own}} if shared and isinstance(own, dict) else call


def _payload(call: Any) -> str:
    try:
        return orjson.dumps(call).decode()
    except (orjson.JSONEncodeError, TypeError):
        return repr(call)[:100_000].replace("\x00", "\ufffd")
