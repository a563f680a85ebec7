"""The link at the end of a mail by which somebody asks for no more, in one click of their mail program (RFC 8058)."""

from __future__ import annotations

import base64
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
    ids = base64.urlsafe_b64encode(message.workspace_id.bytes + message.id.bytes).decode().rstrip("=")
    token = signing.Signer(salt=SALT).sign(ids)
    return public_url(reverse("messages:unsubscribe", args=[token]))


def read_token(token: str) -> Wish | None:
    """Return what a link stands for; None for one we did not make. It works for ever: so must a wish to stop."""
    try:
        ids = base64.urlsafe_b64decode(signing.Signer(salt=SALT).unsign(token) + "=")
        return Wish(UUID(bytes=ids[:16]), UUID(bytes=ids[16:]))
    except (signing.BadSignature, ValueError, TypeError):
        return None
