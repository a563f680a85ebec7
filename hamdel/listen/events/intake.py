"""What becomes of the calls of one request: rows for the log, and rejects for the quarantine."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from hamdel.listen.events.calls import Rejected, body_of, event_of, moment_of
from hamdel.listen.events.json_text import TooDeep, encode, storable
from hamdel.listen.events.log import LogRow, event_key, seed_of


@dataclass(frozen=True, slots=True)
class SourceKey:
    """A source as the intake knows it."""

    source_id: UUID
    workspace_id: UUID


class Reject(NamedTuple):
    """An event that was not taken, with its place in the batch and why."""

    index: int  # type: ignore[assignment]  # the wire calls it so; nobody asks a tuple for its index
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
    weight: int = 0  # bytes of all bodies and payloads

    @property
    def size(self) -> int:
        return len(self.rows) + len(self.rejects)

    @property
    def answer(self) -> bytes:
        """Return what the client is told: success for the SDKs, and what happened to each event."""
        rejected = [{"index": i, "code": code, "message": message} for i, code, message, _ in self.rejects]
        return orjson.dumps({"success": True, "accepted": len(self.rows), "rejected": rejected})


def take(
    calls: Iterable[Any],
    *,
    source: SourceKey,
    received_at: datetime,
    default_type: str | None = None,
    sent_at: Any = None,
    shared_context: dict[str, Any] | None = None,
) -> Intake:
    """Sort the calls of one request into rows and rejects. Never raises for what a client sent."""
    intake = Intake(source, received_at)
    workspace_id, source_id = source.workspace_id, source.source_id
    seed = seed_of(workspace_id, source_id)
    sent = moment_of(sent_at)
    for index, call in enumerate(calls):
        whole = within(shared_context, call) if shared_context else call
        try:
            event = event_of(whole, default_type=default_type, sent_at=sent, received_at=received_at)
            body = body_of(event)
        except Rejected as reason:
            payload = _payload(call)
            intake.rejects.append(Reject(index, reason.code, reason.message, payload))
            intake.weight += len(payload)
            continue
        key = event_key(seed, event["messageId"])
        intake.rows.append(LogRow(key, workspace_id, source_id, received_at, body))
        intake.weight += len(body)
    return intake


def within(shared: dict[str, Any], call: Any) -> Any:
    """Return the call with the batch's context under its own."""
    own = call.get("context") or {} if isinstance(call, dict) else None
    return {**call, "context": {**shared, **own}} if isinstance(own, dict) else call


def _payload(call: Any) -> str:
    """Return the refused call as text that can be stored, and tried again once it is mended."""
    if isinstance(call, TooDeep):
        return storable(call.text)
    try:
        return encode(call).decode()
    except ValueError:
        # Deeper than the strict writer goes.
        with suppress(RecursionError):
            return json.dumps(call)
        return '"nested too deeply to be kept"'
