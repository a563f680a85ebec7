"""From a Segment-shaped call to an event of ours: checked, and its clock corrected.

The rules of answering SDKs are in `door.py`; here is what a single call must be.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

from hamdel.listen.events.json_text import TooDeep, encode

# What our events are called; page and screen carry their own name as a property.
NAMES = {
    "page": "Page Viewed",
    "screen": "Screen Viewed",
    "identify": "Customer Identified",
    "group": "Account Joined",
    "alias": "Customer Aliased",
}
TYPES = {"track", *NAMES}
PLACES = {"page", "screen"}
IDENTIFIERS = ("userId", "anonymousId", "previousId", "groupId")
DESCRIPTIONS = ("traits", "context")
LONGEST_NAME = LONGEST_ID = 300
# Segment's own limit is 32 KB; Rudder's clients send up to 4 MB, so no SDK's event is refused for its size.
LARGEST_EVENT = 4_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
# A moment written without its time zone may look as far ahead as this.
MOST_AHEAD = timedelta(hours=14)
# Numbers above this are milliseconds: as seconds they would lie in the year 5138.
LARGEST_SECONDS = 1e11
NOTHING: dict[str, Any] = {}


class Rejected(Exception):
    """One event cannot be taken. It goes to the quarantine with this reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def event_of(
    call: Any, *, default_type: str | None, sent_at: datetime | None, received_at: datetime
) -> dict[str, Any]:
    """Return the canonical event of one call. Raises Rejected.

    `default_type` is the path's (`/v1/track`), None in a batch. `sent_at` is when the batch left the client; a call
    that comes alone carries its own.
    """
    if not isinstance(call, dict):
        raise _not_an_object(call)
    kind = default_type or call.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        raise Rejected("unknown_type", f"type must be one of {', '.join(sorted(TYPES))}.")
    get = call.get
    event: dict[str, Any] = {
        "type": kind,
        "name": _event_name(call) if kind == "track" else NAMES[kind],
        "messageId": _identifier(call, "messageId") or token_hex(16),
        "occurredAt": _occurred_at(call, sent_at=sent_at, received_at=received_at),
        "properties": NOTHING if get("properties") is None else _object(call, "properties"),
    }
    for name in IDENTIFIERS:
        if get(name) is not None and (identifier := _identifier(call, name)):
            event[name] = identifier
    for name in DESCRIPTIONS:
        if get(name):
            event[name] = _object(call, name)
    if kind != "track":
        _describe(kind, call, event)
    if event["occurredAt"] > received_at + MOST_AHEAD:
        # What is yet to come has not happened. What the sender said stays to be seen.
        stated = {"statedTimestamp": event["occurredAt"]}
        event |= {"occurredAt": received_at, "context": {**stated, **context_of(event)}}
    if get("channel"):
        # Segment's and Rudder's word for the kind of their client (server, mobile), not a channel of contact.
        event["context"] = {"channel": call["channel"], **context_of(event)}
    if kind == "alias" or not ("userId" in event or "anonymousId" in event):
        _insist_on_identity(kind, event)
    return event


def context_of(event: Mapping[str, Any]) -> dict[str, Any]:
    return event.get("context", NOTHING)


def body_of(event: Mapping[str, Any]) -> bytes:
    """Return the event as it is stored. Raises Rejected when it is too large or nested too deeply."""
    try:
        body = encode(event)
    except ValueError as error:
        raise Rejected("too_deep", f"The event is {error}.") from error
    if len(body) > LARGEST_EVENT:
        raise Rejected("too_large", f"An event may have {LARGEST_EVENT} bytes; this one has {len(body)}.")
    return body


def moment_of(value: Any) -> datetime | None:
    """Return an ISO 8601 text, or seconds or milliseconds since 1970, as a moment in UTC; None when it is neither."""
    if isinstance(value, str):
        return _moment_of_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return EPOCH + timedelta(seconds=value / 1000 if abs(value) > LARGEST_SECONDS else value)
    except (OverflowError, ValueError):
        return None


def _moment_of_text(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is UTC:
            return moment
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _not_an_object(call: Any) -> Rejected:
    if isinstance(call, TooDeep):
        return Rejected("too_deep", "The event is nested too deeply to be read.")
    return Rejected("not_an_object", "An event must be a JSON object.")


def _object(call: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = call.get(name)
    if found is None:
        return NOTHING
    if not isinstance(found, dict):
        raise Rejected("not_an_object", f"{name} must be an object.")
    return found


def _event_name(call: Mapping[str, Any]) -> str:
    name = call.get("event")
    if not isinstance(name, str) or not (name := name.strip()):
        raise Rejected("no_event_name", "track needs the name of the event in `event`.")
    if len(name) > LONGEST_NAME:
        raise Rejected("bad_event_name", f"The name of an event may have {LONGEST_NAME} characters.")
    return name


def _describe(kind: str, call: Mapping[str, Any], event: dict[str, Any]) -> None:
    """Put what a call says in places of its own where it is looked for."""
    if (
        kind == "identify"
        and "traits" not in event
        and isinstance(told := context_of(event).get("traits"), dict)
    ):
        event["traits"] = told  # Rudder's clients describe the customer in the context
    if kind in PLACES:
        own = {name: call[name] for name in ("name", "category") if call.get(name)}
        # What the properties say themselves stays.
        event["properties"] = {**own, **event["properties"]}


def _identifier(call: Mapping[str, Any], name: str) -> str | None:
    """Return an id as text; numbers are fine, nothing and "" are none."""
    value = call.get(name)
    if not isinstance(value, str):
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Rejected("bad_identifier", f"{name} must be text or a number.")
        value = str(value)
    if len(value) > LONGEST_ID:
        raise Rejected("bad_identifier", f"{name} may have {LONGEST_ID} characters.")
    return value


def _insist_on_identity(kind: str, event: Mapping[str, Any]) -> None:
    if kind == "alias" and not ("userId" in event and "previousId" in event):
        raise Rejected("no_identity", "alias needs userId and previousId.")
    if "userId" in event or "anonymousId" in event:
        return
    context = context_of(event)
    traits = event.get("traits") or context.get("traits") or NOTHING
    reachable = isinstance(traits, dict) and (
        traits.get("email") or traits.get("phone") or traits.get("phones")
    )
    if not (reachable or context.get("externalId") or context.get("externalIds")):
        raise Rejected(
            "no_identity", "An event needs userId, anonymousId, an external id, an e-mail or a phone."
        )


def _occurred_at(call: Mapping[str, Any], *, sent_at: datetime | None, received_at: datetime) -> datetime:
    """Return when it happened by our clock.

    A wrong clock of the sender is wrong in `timestamp` and `sentAt` alike, so their distance is kept:
    receivedAt - (sentAt - timestamp), as Segment does.
    """
    stated = call.get("timestamp") or call.get("originalTimestamp")
    if not stated:
        return received_at
    moment = moment_of(stated)
    if moment is None:
        raise Rejected("bad_timestamp", "timestamp must be an ISO 8601 moment such as 2026-11-23T08:30:00Z.")
    sent = sent_at or (moment_of(call["sentAt"]) if call.get("sentAt") else None)
    if sent is not None:
        try:
            moment = received_at - (sent - moment)
        except OverflowError:
            moment = received_at
    return max(moment, EARLIEST)
