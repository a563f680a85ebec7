"""What a message says, whatever carries it. Each connector shows it its own way.

The secret of a personal link is never stored with the words: a hole stands in its place, and the secret is sealed
beside them. Whoever reads the log, or the database, cannot answer in the customer's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

# Stands where the secret of a personal link does, in whatever is stored or shown. The marks keep the address around it
# together in a text that runs from right to left.
HOLE = "\u200e••••••••\u200e"


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
    # The part of the link that nobody may read afterwards.
    secret: str = field(default="", repr=False)

    def as_json(self) -> dict[str, Any]:
        """Return what is stored with the message, without the secret; empty parts are left out."""
        parts = {name: value for name, value in asdict(self).items() if value and name != "secret"}
        return swapped(parts, self.secret, HOLE) if self.secret else parts

    @classmethod
    def from_json(cls, stored: Mapping[str, Any], *, secret: str = "") -> Content:
        """Read what `as_json` wrote, and put the secret back in its place."""
        known = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        if secret:
            known = swapped(known, HOLE, secret) | {"secret": secret}
        choices = tuple(Choice(**choice) for choice in known.pop("choices", ()))
        return cls(**{"text": "", **known}, choices=choices)

    def link_for(self, choice: Choice) -> str:
        """Return the link that opens the question with this choice already made."""
        joint = "&" if "?" in self.link else "?"
        return f"{self.link}{joint}score={choice.value}" if self.link else ""


def swapped(value: Any, old: str, new: str) -> Any:
    """Return `value` with `old` replaced in every text within it."""
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, Mapping):
        return {name: swapped(part, old, new) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(swapped(part, old, new) for part in value)
    return value
