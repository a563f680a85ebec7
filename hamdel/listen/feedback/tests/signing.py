"""Calls as each program signs them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

SECRETS = {
    "zendesk": "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3RpbmdfMTIzNDU2",
    "chatwoot": "chatwoot-secret",
    "intercom": "client-secret",
    "formbricks": "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode(),
    "typeform": "typeform-secret",
}


def _mac(secret, signed, algorithm="sha256"):
    return hmac.new(secret, signed, getattr(hashlib, algorithm))


def signed(name, payload, *, at=None, secret=None, delivery="d-1"):
    """Return body and headers of a call, as Django's test client wants them."""
    at = at or datetime.now(UTC)
    body = payload if isinstance(payload, bytes) else json.dumps(payload, ensure_ascii=False).encode()
    secret = SECRETS[name] if secret is None else secret
    unix = str(int(at.timestamp()))
    match name:
        case "zendesk":
            iso = at.strftime("%Y-%m-%dT%H:%M:%SZ")
            signature = base64.b64encode(_mac(secret.encode(), iso.encode() + body).digest()).decode()
            headers = {"X-Zendesk-Webhook-Signature": signature, "X-Zendesk-Webhook-Signature-Timestamp": iso,
                       "X-Zendesk-Webhook-Id": "01F1"}  # fmt: skip
        case "chatwoot":
            signature = _mac(secret.encode(), unix.encode() + b"." + body).hexdigest()
            headers = {
                "X-Chatwoot-Signature": f"sha256={signature}",
                "X-Chatwoot-Timestamp": unix,
                "X-Chatwoot-Delivery": delivery,
            }
        case "intercom":
            headers = {"X-Hub-Signature": "sha1=" + _mac(secret.encode(), body, "sha1").hexdigest()}
        case "formbricks":
            key = base64.b64decode(secret.removeprefix("whsec_"))
            signature = base64.b64encode(_mac(key, f"{delivery}.{unix}.".encode() + body).digest()).decode()
            headers = {
                "webhook-id": delivery,
                "webhook-timestamp": unix,
                "webhook-signature": f"v1,bm90IHRoaXM= v1,{signature}",
            }
        case "typeform":
            headers = {
                "Typeform-Signature": "sha256="
                + base64.b64encode(_mac(secret.encode(), body).digest()).decode()
            }
    return body, headers
