"""From a Segment-shaped call to an event of ours: checked, its clock corrected, its text made safe to store.

The eight rules of answering SDKs are in `door.py`; here is what a single call must be.
"""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

# What our events are called; page and screen carry their own name as a property.
NAMES = {
    "page": "Page Viewed",
    "screen": "Screen Viewed",
    "identify": "Customer Identified",
    "group": "Account Joined",
    "alias": "Customer Aliased",
}
TYPES = {"track", *NAMES}
LONGEST_NAME, LONGEST_ID = 200, 300
# Segment's own limit is 32 KB; Rudder's clients send up to 4 MB, so no SDK's event is refused for its size.
LARGEST_EVENT = 4_000_000
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
OBJECTS = ("properties", "traits", "context")


class NotJson(Exception):
    """The body is not JSON, or is nested deeper than any real event."""


class Rejected(Exception):
    """One event cannot be taken. It goes to the quarantine with this reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def parse(raw: bytes) -> Any:
    """Return the JSON value of a request body. Raises NotJson.

    What the strict parser refuses but SDKs do send (NaN, half of a surrogate pair, numbers without bound) is read
    leniently and made safe, so that one odd value does not lose a whole batch.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        try:
            value = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise NotJson(str(error)[:200]) from error
        return _safe_or_refused(value)
    return _safe_or_refused(value) if b"\\u0000" in raw else value


def _safe_or_refused(value: Any) -> Any:
    try:
        return safe(value)
    except RecursionError as error:
        raise NotJson("nested too deeply") from error


def safe(value: Any) -> Any:
    """Return `value` without what PostgreSQL or JSON cannot keep: NUL, lone surrogates, NaN, endless numbers."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value if -(2**63) <= value < 2**63 else str(value)
    if isinstance(value, list):
        return [safe(item) for item in value]
    if isinstance(value, dict):
        return {safe(key): safe(item) for key, item in value.items()}
    return value


def event_of(call: Any, *, default_type: str | None, sent_at: str | None, received_at: datetime) -> dict[str, Any]:
    """Return the canonical event of one call. Raises Rejected.

    `default_type` is the path's (`/v1/track`), None in a batch; `sent_at` the batch's, which the call's own beats.
    """
    if not isinstance(call, dict):
        raise Rejected("not_an_object", "An event must be a JSON object.")
    kind = default_type or call.get("type")
    if kind not in TYPES:
        raise Rejected("unknown_type", f"type must be one of {', '.join(sorted(TYPES))}.")
    for name in OBJECTS:
        if call.get(name) is not None and not isinstance(call[name], dict):
            raise Rejected("not_an_object", f"{name} must be an object.")
    event = {
        "type": kind,
        "name": _name(kind, call),
        "messageId": _identifier(call.get("messageId"), "messageId") or str(uuid.uuid4()),
        "occurredAt": _occurred_at(call, sent_at=call.get("sentAt") or sent_at, received_at=received_at),
        "properties": _properties(kind, call),
    }
    for name in ("userId", "anonymousId", "previousId", "groupId"):
        if value := _identifier(call.get(name), name):
            event[name] = value
    for name in ("traits", "context"):
        if call.get(name):
            event[name] = call[name]
    if call.get("channel") and isinstance(call["channel"], str):
        event["channel"] = call["channel"]
    _insist_on_identity(kind, event)
    return event


def encode(event: Mapping[str, Any]) -> bytes:
    """Return the event as it is stored. Raises Rejected when it is too large or nested too deeply."""
    try:
        body = orjson.dumps(event)
    except (orjson.JSONEncodeError, TypeError) as error:
        raise Rejected("not_storable", f"The event cannot be stored: {error}.") from error
    if len(body) > LARGEST_EVENT:
        raise Rejected("too_large", f"An event may have {LARGEST_EVENT} bytes; this one has {len(body)}.")
    return body


def _name(kind: str, call: Mapping[str, Any]) -> str:
    if kind != "track":
        return NAMES[kind]
    name = call.get("event")
    if not isinstance(name, str) or not name.strip():
        raise Rejected("no_event_name", "track needs the name of the event in `event`.")
    return name.strip()[:LONGEST_NAME]


def _properties(kind: str, call: Mapping[str, Any]) -> dict[str, Any]:
    properties = call.get("properties") or {}
    if kind in {"page", "screen"} and call.get("name"):
        return {"name": call["name"], **properties}
    return properties


def _identifier(value: Any, name: str) -> str | None:
    """Return an id as text; numbers are fine, nothing and "" are none."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Rejected("bad_identifier", f"{name} must be text or a number.")
    text = str(value)
    if len(text) > LONGEST_ID:
        raise Rejected("bad_identifier", f"{name} may have {LONGEST_ID} characters.")
    return text


def _insist_on_identity(kind: str, event: Mapping[str, Any]) -> None:
    if kind == "alias" and not (event.get("userId") and event.get("previousId")):
        raise Rejected("no_identity", "alias needs userId and previousId.")
    if event.get("userId") or event.get("anonymousId"):
        return
    context = event.get("context", {})
    traits = event.get("traits") or context.get("traits") or {}
    reachable = isinstance(traits, dict) and (traits.get("email") or traits.get("phone") or traits.get("phones"))
    if not (reachable or context.get("externalId") or context.get("externalIds")):
        raise Rejected("no_identity", "An event needs userId, anonymousId, an external id, an e-mail or a phone.")


def _occurred_at(call: Mapping[str, Any], *, sent_at: Any, received_at: datetime) -> str:
    """Return when it happened by our clock, in UTC.

    A wrong clock of the sender is wrong in `timestamp` and `sentAt` alike, so their distance is kept:
    receivedAt - (sentAt - timestamp), as Segment does.
    """
    stated = call.get("timestamp") or call.get("originalTimestamp")
    if stated is None or stated == "":
        return received_at.isoformat()
    moment = _moment(stated)
    if moment is None:
        raise Rejected("bad_timestamp", "timestamp must be an ISO 8601 moment such as 2026-11-23T08:30:00Z.")
    sent = _moment(sent_at)
    if sent is not None:
        try:
            moment = received_at - (sent - moment)
        except OverflowError:
            moment = received_at
    return min(max(moment, EARLIEST), LATEST).isoformat()


def _moment(value: Any) -> datetime | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if abs(value) > 1e11 else value
        try:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        except (OverflowError, ValueError):
            return None
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
