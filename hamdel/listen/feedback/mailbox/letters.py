"""One letter: who wrote, what, and in which conversation."""

from __future__ import annotations

import email
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime

from hamdel.listen.feedback.heard import SAID, STARTED, Call, Person, call, words

_QUOTED = re.compile(
    r"^(>.*|-{2,}\s*Original Message.*|_{5,}|On .{10,200} wrote:|در تاریخ .{5,200} نوشت.*)$", re.MULTILINE
)
_REPLY = re.compile(r"^\s*((re|fw|fwd|aw|پاسخ|بازارسال)\s*:\s*)+", re.IGNORECASE)
MACHINES = ("mailer-daemon", "postmaster", "no-reply", "noreply", "donotreply")


@dataclass(frozen=True)
class Letter:
    """A letter as it was read; `is_automatic` when no person wrote it."""

    id: str
    thread: str
    is_first: bool
    is_automatic: bool
    sender: str
    name: str
    subject: str
    text: str
    at: datetime | None


def read_letter(raw: bytes) -> Letter:
    """Return a letter from its bytes. Never raises: what cannot be read is empty."""
    message = email.message_from_bytes(raw, policy=default)
    name, address = parseaddr(_head(message, "From"))
    identity = _head(message, "Message-ID").strip("<> \t") or hashlib.sha256(raw).hexdigest()
    before = re.findall(
        r"<([^<>\s]{3,250})>", _head(message, "References") + " " + _head(message, "In-Reply-To")
    )
    return Letter(
        id=identity[:250],
        thread=(before[0] if before else identity)[:250],
        is_first=not before,
        is_automatic=_is_automatic(message, address),
        sender=address.lower(),
        name=name[:200],
        subject=words(_REPLY.sub("", _head(message, "Subject")))[:200],
        text=_own_words(message),
        at=_moment(message),
    )


def calls_of(letter: Letter) -> list[Call]:
    """Return the events of a letter; none for one that no person wrote."""
    if letter.is_automatic or not letter.sender:
        return []
    who = Person("mail", email=letter.sender, name=letter.name)
    common = {
        "conversation_id": letter.thread,
        "channel": "email",
        "touchpoint": "support",
        "source": "mailbox",
    }
    calls = []
    if letter.is_first:
        calls.append(
            call(
                STARTED,
                key=f"{letter.id}:started",
                at=letter.at,
                by=who,
                about=letter.thread,
                topic=letter.subject,
                **common,
            )
        )
    if letter.text or letter.subject:
        calls.append(
            call(SAID, key=letter.id, at=letter.at, by=who, about=letter.thread, text=letter.text or letter.subject,
                 subject=letter.subject, kind="conversation", **common)
        )  # fmt: skip
    return calls


def _head(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except (ValueError, TypeError, IndexError, AttributeError, LookupError):
        return ""


def _is_automatic(message: EmailMessage, address: str) -> bool:
    stated = _head(message, "Auto-Submitted").lower()
    return (
        (stated not in {"", "no"})
        or _head(message, "Precedence").lower() in {"bulk", "list", "junk", "auto_reply"}
        or bool(_head(message, "List-Unsubscribe") or _head(message, "X-Autoreply"))
        or address.lower().partition("@")[0] in MACHINES
    )


def _own_words(message: EmailMessage) -> str:
    """Return what the writer wrote, without the letter they answer."""
    try:
        body = message.get_body(preferencelist=("plain", "html"))
        text = words(body.get_content()) if body is not None else ""
    except (LookupError, ValueError, TypeError, AttributeError, AssertionError):
        text = ""
    quoted = _QUOTED.search(text)
    own = text[: quoted.start()].strip() if quoted else text
    return own or text


def _moment(message: EmailMessage) -> datetime | None:
    try:
        moment = parsedate_to_datetime(_head(message, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
