"""Web push as a channel of messages: each message to every browser in which the customer allowed it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from django import forms
from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from hamdel.act.messages.connectors import Connector, Outcome, Parcel
from hamdel.act.messages.forms import LTR, AccountForm
from hamdel.act.messages.sms import broken
from hamdel.act.messages.wire import Answer, WireTrouble, call
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.widgets.actions import site_of
from hamdel.listen.widgets.asking import direction
from hamdel.listen.widgets.models import PushSubscription, Site
from hamdel.listen.widgets.push import LONGEST_TEXT, Receiver, authorization, encrypt

if TYPE_CHECKING:
    from hamdel.act.messages.models import ChannelAccount
    from hamdel.know.customers.models import Customer

# After this a push service may forget a message for a browser that is switched off.
KEEP_SECONDS = 3 * 24 * 3600
GONE = {404, 410}
MOST_BROWSERS = 20


class PushForm(AccountForm):
    """What push services want to know: whom to write to when our messages make trouble."""

    contact = forms.EmailField(
        label=_("E-mail of whoever looks after this"),
        widget=forms.EmailInput(attrs=LTR),
        help_text=_("Google, Mozilla and Apple ask for it; visitors never see it."),
    )


class Push(Connector):
    """Sends notifications. Whoever allows them in a browser is its address; the keys are made by themselves."""

    name = channel = "push"
    label = _("Web push")
    about = _("Notifications in the browsers of those who allowed them on your site.")
    icon = "alert"
    form = PushForm

    def send(self, account: ChannelAccount, parcels: Sequence[Parcel]) -> list[Outcome]:
        with inside(account.workspace_id):
            site, sender = site_of(account.workspace), account.workspace.name
            browsers = {
                parcel.message_id: browsers_of(account.workspace_id, parcel.address) for parcel in parcels
            }
        return [
            self._send_one(account, site, sender, parcel, browsers[parcel.message_id]) for parcel in parcels
        ]

    def _send_one(
        self,
        account: ChannelAccount,
        site: Site,
        sender: str,
        parcel: Parcel,
        browsers: list[PushSubscription],
    ) -> Outcome:
        if not browsers:
            return Outcome.failed("no_address")
        body = payload_of(parcel, sender)
        outcomes = [send_to(browser, body, site, contact=account.settings["contact"]) for browser in browsers]
        gone = [
            browser.id
            for browser, outcome in zip(browsers, outcomes, strict=True)
            if outcome.problem == "gone"
        ]
        with inside(account.workspace_id):
            PushSubscription.objects.filter(id__in=gone).update(gone_at=now())
        # One browser is enough; else what may still become something; else why not.
        rank = [Outcome.ACCEPTED, Outcome.UNKNOWN, Outcome.TEMPORARY, Outcome.FAILED]
        best = min(outcomes, key=lambda outcome: rank.index(outcome.state))
        # That every browser of theirs has ended it says nothing of our own settings: there is nowhere left to send to.
        return Outcome.failed("no_address", answer=best.answer) if best.problem == "gone" else best

    def addresses(self, customers: Sequence[Customer]) -> dict[UUID, str]:
        """Return the customers who have a browser that takes notifications."""
        living = PushSubscription.objects.filter(customer__in=customers, gone_at=None)
        return {
            customer: str(customer) for customer in living.values_list("customer_id", flat=True) if customer
        }


def browsers_of(workspace_id: UUID, address: str) -> list[PushSubscription]:
    """Return where a customer, named by id, takes notifications; the newest first."""
    living = PushSubscription.objects.filter(workspace_id=workspace_id, customer_id=address, gone_at=None)
    return list(living.order_by("-created_at")[:MOST_BROWSERS])


def payload_of(parcel: Parcel, sender: str) -> bytes:
    """Return what the browser shows, cut so that it fits into one message."""
    content = parcel.content
    note: dict[str, Any] = {
        "title": content.subject or sender,
        "text": content.text,
        "link": content.link,
        "language": content.language,
        "dir": direction(content.language),
        "tag": parcel.reference or str(parcel.message_id),
    }
    body = orjson.dumps(note)
    while len(body) > LONGEST_TEXT and note["text"]:
        note["text"] = note["text"][: len(note["text"]) * 3 // 4 - 1] + "…" if len(note["text"]) > 8 else ""
        body = orjson.dumps(note)
    return body


def send_to(browser: PushSubscription, body: bytes, site: Site, *, contact: str) -> Outcome:
    """Hand one message to the browser's push service."""
    secrets: Any = site.secrets
    receiver = Receiver(browser.endpoint, browser.p256dh, browser.auth)
    subject = f"mailto:{contact}" if contact else settings.PUBLIC_URL
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(KEEP_SECONDS),
        "Urgency": "normal",
        "Authorization": authorization(
            browser.endpoint, private=secrets["vapid"], public=site.push_key, contact=subject
        ),
    }
    try:
        answer = call("POST", browser.endpoint, headers=headers, content=encrypt(body, receiver))
    except WireTrouble as trouble:
        return broken(trouble, 1)[0]
    except ValueError:
        return Outcome.failed("too_long")
    return outcome_of(answer)


def outcome_of(answer: Answer) -> Outcome:
    said = f"{answer.status} {answer.text}"
    if 200 <= answer.status < 300:
        return Outcome.accepted(answer.headers.get("location", ""), answer=said)
    if answer.status in GONE:
        return Outcome.failed("gone", answer=said)
    if answer.status == 413:
        return Outcome.failed("too_long", answer=said)
    if answer.status in {401, 403}:
        return Outcome.failed("wrong_key", answer=said)
    if answer.status == 429 or answer.status >= 500:
        problem = "throttled" if answer.status == 429 else "gateway_down"
        return Outcome.temporary(problem, retry_after=answer.retry_after or 30, answer=said)
    return Outcome.failed("refused", answer=said)
