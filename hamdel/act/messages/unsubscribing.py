"""The link at the end of a mail by which somebody asks for no more, in one click of their mail program (RFC 8058)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.urls import reverse

from hamdel.act.messages.accounts import public_url
from hamdel.act.messages.models import Message

SALT = "messages.unsubscribe"


@dataclass(frozen=True)
class Wish:
    """Who no longer wants to hear of what."""

    workspace_id: UUID
    message_id: UUID


def unsubscribe_url(message: Message) -> str:
    """Return the address of the page; empty for a message that cannot be unsubscribed from."""
    if message.customer_id is None:
        return ""
    token = signing.dumps([message.workspace_id.hex, message.id.hex], salt=SALT, compress=False)
    return public_url(reverse("messages:unsubscribe", args=[token]))


def read_token(token: str) -> Wish | None:
    """Return what a link stands for; None for one we did not make. It works for ever: so must a wish to stop."""
    try:
        workspace_id, message_id = signing.loads(token, salt=SALT)
        return Wish(UUID(workspace_id), UUID(message_id))
    except (signing.BadSignature, ValueError, TypeError):
        return None
