"""What a message says, whatever carries it. Each connector shows it its own way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Choice:
    """One answer that can be given on the spot: a button in a mail or chat, a digit by SMS."""

    value: str
    text: str


@dataclass(frozen=True)
class Content:
    """The words of one message.

    `text` is complete in itself, the link included where one is wanted: it is what SMS and chats show.
    `html` stands in for the body that mail would be given out of text, choices and link.
    `template` names a pattern the gateway's operator has approved; it is filled with `variables`.
    """

    text: str
    subject: str = ""
    html: str = ""
    link: str = ""
    link_text: str = ""
    choices: tuple[Choice, ...] = ()
    low_label: str = ""
    high_label: str = ""
    help: str = ""
    template: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    language: str = "fa"

    def as_json(self) -> dict[str, Any]:
        """Return what is stored with the message; empty parts are left out."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Content:
        """Read what `as_json` wrote."""
        known = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        choices = tuple(Choice(**choice) for choice in known.pop("choices", ()))
        return cls(**{"text": "", **known}, choices=choices)

    def link_for(self, choice: Choice) -> str:
        """Return the link that opens the question with this choice already made."""
        joint = "&" if "?" in self.link else "?"
        return f"{self.link}{joint}score={choice.value}" if self.link else ""
