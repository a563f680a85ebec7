"""What connectors make of what they hear: calls for the one log of events, each with an id of its own.

The id comes from the thing itself (a message, an answer), never from its delivery: whatever one source delivers twice, by
a retry or a replay, finds its event there already.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import nh3

LONGEST_TEXT = 20_000
STARTED, REPLIED, RESOLVED = "Conversation Started", "Reply Sent", "Conversation Resolved"
REOPENED, SAID, SCORED = "Conversation Reopened", "Feedback Given", "Score Given"
_BREAKS = re.compile(r"<\s*(br|/p|/div|/li|/tr|/h[1-6])\b[^>]*>", re.IGNORECASE)
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")

Call = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """Who speaks: whatever is known of them. `system` and `id` are those of the program that reports."""

    system: str
    id: str = ""
    user_id: str = ""
    email: str = ""
    phone: str = ""
    name: str = ""
    # An id of another system, as system:id, and a browser's.
    external_id: str = ""
    anonymous_id: str = ""

    def as_identity(self, otherwise: str) -> dict[str, Any]:
        """Return the identity of a call; somebody unknown is told apart by `otherwise` (the conversation)."""
        traits = {"email": self.email, "phone": self.phone, "name": self.name}
        context: dict[str, Any] = {"traits": {name: value for name, value in traits.items() if value}}
        external = [{"type": self.system, "id": self.id}] if self.id else []
        if self.external_id:
            system, _colon, own = self.external_id.rpartition(":")
            external.append({"type": system or "id", "id": own})
        if external:
            context["externalIds"] = external
        identity: dict[str, Any] = {"context": context}
        if self.user_id:
            identity["userId"] = self.user_id
        elif not (external or self.email or self.phone):
            identity["anonymousId"] = self.anonymous_id or f"{self.system}:{otherwise}"
        return identity


def call(
    name: str,
    *,
    key: object,
    at: datetime | None,
    by: Person,
    about: str,
    **properties: Any,
) -> Call:
    """Return one event. `about` is the conversation or response it belongs to; empty properties are left out."""
    said = {part: value for part, value in properties.items() if value not in (None, "")}
    return {
        "type": "track",
        "event": name,
        "messageId": f"{by.system}:{key}"[:300],
        "timestamp": at.isoformat() if at else None,
        "properties": said,
        **by.as_identity(about),
    }


def reply(
    *,
    key: object,
    at: datetime | None,
    to: Person,
    about: str,
    is_bot: bool = False,
    **properties: Any,
) -> Call:
    """Return the event of an answer by one of us, or by a bot. It stands on the story of whom it was given to."""
    made = call(REPLIED, key=key, at=at, by=to, about=about, **properties)
    made["properties"]["by"] = "bot" if is_bot else "human"
    return made


def words(text: Any) -> str:
    """Return the words of a text that may be HTML."""
    if not isinstance(text, str):
        return ""
    clean = _UNWRITABLE.sub("", text)
    if re.search(r"<[a-zA-Z/!]", clean):
        clean = html.unescape(nh3.clean(_BREAKS.sub("\n", clean), tags=set()))
    lines = (line.strip() for line in clean.replace("\u00a0", " ").replace("\r", "").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:LONGEST_TEXT]


def score(
    metric: str,
    value: float,
    low: float,
    high: float,
    *,
    key: object,
    at: datetime | None,
    by: Person,
    about: str,
    **properties: Any,
) -> list[Call]:
    """Return the event of a score; nothing when it does not lie on its scale."""
    if not low <= value <= high:
        return []
    shown = int(value) if float(value).is_integer() else value
    scale = {"metric": metric, "score": shown, "scale_min": low, "scale_max": high, "response_id": about}
    return [call(SCORED, key=key, at=at, by=by, about=about, **scale, **properties)]


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """Return a text or number as text without what cannot be stored; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return _UNWRITABLE.sub("", str(value)).strip()[:300]


def number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)
