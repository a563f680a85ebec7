"""Browsers that want notifications: who they are, and when they no longer do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from hamdel.act.contacts.actions import give_consent
from hamdel.ground.workspaces.models import Workspace
from hamdel.listen.widgets.models import PushSubscription
from hamdel.listen.widgets.push import from_base64url
from hamdel.listen.widgets.showing import Visitor

KEY = re.compile(r"[A-Za-z0-9_-]{20,100}={0,2}")


def keep_subscription(visitor: Visitor, form: Mapping[str, Any], *, at: datetime) -> bool:
    """Remember where to send and whose it is; False when it is no subscription. The same browser again is one row."""
    said = form.get("subscription")
    keys = said.get("keys") if isinstance(said, Mapping) else None
    if not isinstance(said, Mapping) or not isinstance(keys, Mapping):
        return False
    endpoint, p256dh, auth = (
        str(said.get("endpoint", "")),
        str(keys.get("p256dh", "")),
        str(keys.get("auth", "")),
    )
    if not is_endpoint(endpoint) or not fits(p256dh, 65) or not fits(auth, 16):
        return False
    customer = visitor.customer
    known = {
        "p256dh": p256dh,
        "auth": auth,
        "anonymous_id": str(form.get("anonymousId") or "")[:100],
        "gone_at": None,
    }
    PushSubscription.objects.update_or_create(
        workspace=visitor.workspace,
        endpoint=endpoint,
        defaults={**known, **({"customer": customer} if customer else {})},
    )
    if customer:
        # Whoever presses "allow" in their browser has said yes to exactly this channel.
        give_consent(
            customer,
            channel="push",
            purpose="survey",
            source="browser",
            proof=urlsplit(endpoint).netloc,
            at=at,
        )
    return True


def is_endpoint(text: str) -> bool:
    """Tell whether it can be the address of a push service: https, except on this machine for tests."""
    address = urlsplit(text)
    is_local = address.hostname in {"127.0.0.1", "localhost"} and address.scheme == "http"
    return len(text) <= 1000 and bool(address.hostname) and (address.scheme == "https" or is_local)


def fits(key: str, length: int) -> bool:
    """Tell whether a text is a base64url key of so many bytes."""
    return KEY.fullmatch(key) is not None and len(from_base64url(key.rstrip("="))) == length


def end_subscription(workspace: Workspace, endpoint: str, *, at: datetime) -> None:
    PushSubscription.objects.filter(workspace=workspace, endpoint=endpoint, gone_at=None).update(gone_at=at)
