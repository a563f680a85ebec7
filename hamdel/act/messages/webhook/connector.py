"""Posts messages, signed by Standard Webhooks 1.0."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

import orjson
from django.utils.translation import gettext_lazy as _

from hamdel.act.messages.connectors import Connector, Health, Outcome, Parcel
from hamdel.act.messages.sms import broken
from hamdel.act.messages.webhook.forms import PREFIX, WebhookForm
from hamdel.act.messages.wire import WireTrouble, call, checked_address

if TYPE_CHECKING:
    from hamdel.act.messages.models import ChannelAccount
    from hamdel.know.customers.models import Customer


class Webhook(Connector):
    name = channel = "webhook"
    label = _("Webhook")
    about = _("Hands each message to a system of your own, signed, which brings it to the customer.")
    icon = "link"
    is_idempotent = True
    # The schedule Standard Webhooks recommends: ten tries in three days.
    back_off = (
        timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30),
        *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
    )  # fmt: skip
    secret_names = ("secret", "old_secret")
    form = WebhookForm

    def send(self, account: ChannelAccount, parcels: Sequence[Parcel]) -> list[Outcome]:
        return [self._send_one(account, parcel) for parcel in parcels]

    def _send_one(self, account: ChannelAccount, parcel: Parcel) -> Outcome:
        body = payload_of(parcel)
        secrets = [account.secrets[name] for name in self.secret_names if account.secrets.get(name)]
        headers = {
            "Content-Type": "application/json",
            **signed_headers(f"msg_{parcel.message_id.hex}", body, secrets, at=int(time.time())),
        }
        try:
            answer = call("POST", account.settings["url"], headers=headers, content=body, secrets=secrets)
        except WireTrouble as trouble:
            return broken(trouble, 1)[0]
        said = {"answer": f"{answer.status} {answer.text}", "request": answer.request}
        if 200 <= answer.status < 300:
            return Outcome.accepted(answer=said["answer"], request=said["request"])
        if answer.status == 410:
            return Outcome.failed("gone", is_about_account=True, **said)
        slow = answer.status in {429, 502, 503, 504}
        problem = "throttled" if slow else "refused"
        # The same id again is the same message: whatever the status, the receiver may be tried once more.
        return Outcome.temporary(problem, retry_after=answer.retry_after, is_about_account=slow, **said)

    def check(self, account: ChannelAccount) -> Health:
        parts = urlsplit(account.settings["url"])
        try:
            checked_address(parts.hostname or "", parts.port or 443)
        except WireTrouble as trouble:
            return Health(works=False, problem=trouble.problem, answer=trouble.said)
        return Health(works=True)

    def addresses(self, customers: Sequence[Customer]) -> dict[UUID, str]:
        """Everybody can be reached through a system of one's own: it is told who."""
        return {customer.id: str(customer.id) for customer in customers}


def payload_of(parcel: Parcel) -> bytes:
    """Return the body: what is said, to whom, about what."""
    content = parcel.content
    return orjson.dumps(
        {
            "type": "message.send",
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "data": {
                "id": str(parcel.message_id),
                "to": parcel.address,
                "reference": parcel.reference,
                "purpose": parcel.purpose,
                "topic": parcel.topic,
                "subject": content.subject,
                "text": content.text,
                "link": content.link,
                "choices": [{"value": choice.value, "text": choice.text} for choice in content.choices],
                "language": content.language,
            },
        }
    )


def signed_headers(message_id: str, body: bytes, secrets: Sequence[str], *, at: int) -> dict[str, str]:
    """Return the three headers of Standard Webhooks; one signature for each secret."""
    signed = f"{message_id}.{at}.".encode() + body
    marks = []
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix(PREFIX))
        marks.append("v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode())
    return {"webhook-id": message_id, "webhook-timestamp": str(at), "webhook-signature": " ".join(marks)}
