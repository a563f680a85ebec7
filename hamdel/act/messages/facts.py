"""What this slice announces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hamdel.ground.facts import Fact


@dataclass(frozen=True, kw_only=True)
class AboutMessage(Fact):
    """What every fact of a message carries. The words and the address stay with the message."""

    name: ClassVar[str] = "Message"
    message_id: str
    reference: str = ""
    purpose: str = ""
    topic: str = ""
    account: str = ""


@dataclass(frozen=True, kw_only=True)
class MessageSent(AboutMessage):
    """The gateway took it."""

    name: ClassVar[str] = "Message Sent"
    segments: int = 1
    cost_rial: int = 0


@dataclass(frozen=True, kw_only=True)
class MessageDelivered(AboutMessage):
    """It arrived."""

    name: ClassVar[str] = "Message Delivered"


@dataclass(frozen=True, kw_only=True)
class MessageFailed(AboutMessage):
    """It did not go, and will not."""

    name: ClassVar[str] = "Message Failed"
    problem: str


@dataclass(frozen=True, kw_only=True)
class MessageCalledOff(AboutMessage):
    """It waited, and before its turn came it was not allowed or wanted any more."""

    name: ClassVar[str] = "Message Called Off"
    problem: str


@dataclass(frozen=True, kw_only=True)
class MessageBounced(AboutMessage):
    """The address does not exist, or its owner complained."""

    name: ClassVar[str] = "Message Bounced"
    problem: str


@dataclass(frozen=True, kw_only=True)
class MessageClicked(AboutMessage):
    """A link in it was opened, by the gateway's own count."""

    name: ClassVar[str] = "Message Clicked"


@dataclass(frozen=True, kw_only=True)
class MessageReplied(AboutMessage):
    """The customer answered."""

    name: ClassVar[str] = "Message Replied"
    value: str = ""
