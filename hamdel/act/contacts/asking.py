"""What a sender asks the gate, and what it answers. Nothing here touches a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

NORMAL = 50
# An ask that may take the last slot of a window; see `policy.Policy.kept_for`.
HIGH = 80


@dataclass(frozen=True, kw_only=True)
class Ask:
    """May we contact this customer, by this channel, for this purpose, at this moment?

    `purpose` is one of `policy.PURPOSES`; `topic` is what the message is about ("delivery"). `priority` is 0–100.
    Without an `address` the customer's own for the channel is taken. `follows` is the contact this one continues, as
    a reminder does: the cool-off and the topic's cap do not count that one against it. With `waits`, an ask in quiet
    hours takes its slot at the next allowed moment instead of being put off. `reference` is the sender's own name for
    what will be sent.
    """

    customer_id: UUID
    channel: str
    purpose: str
    sender: str
    topic: str = ""
    priority: int = NORMAL
    at: datetime | None = None
    address: str = ""
    follows: UUID | None = None
    waits: bool = False
    reference: str = ""


@dataclass(frozen=True)
class Verdict:
    """What the gate says. `contact_id` is the slot in the ledger, only where one was reserved.

    `reason` is empty when allowed, else a word of `reasons.REASONS`. `not_before` is when an ask that is put off may
    come again (quiet hours, cool-off), or, allowed, when what was reserved may be sent at the earliest.
    """

    allowed: bool
    reason: str = ""
    not_before: datetime | None = None
    contact_id: UUID | None = None
