"""Questions about the ledger and about one customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import now

from hamdel.act.contacts.asking import Ask
from hamdel.act.contacts.gate import check
from hamdel.act.contacts.models import Address, Consent, Contact, Unsubscription
from hamdel.act.contacts.policy import CHANNELS, PURPOSES
from hamdel.act.contacts.reasons import reason_label
from hamdel.act.contacts.standing import normal_address
from hamdel.ground.access.doors import Request
from hamdel.ground.access.permissions import Permission
from hamdel.know.customers.models import Customer
from hamdel.know.customers.queries import family, whole_customer

RECENT = timedelta(days=90)
SHOWN = 8


def contacts_of(request: Request, customer: Customer) -> dict[str, Any] | None:
    """Return what the customer's page shows of the gate; None for members who may not see it."""
    if not request.member.may(Permission.SEE_CUSTOMERS):
        return None
    rows = ledger_of(customer)
    return {
        "customer": customer,
        "rows": [with_words(row) for row in rows[:SHOWN]],
        "refused": rows.refused().filter(asked_at__gte=now() - RECENT).count(),
        "gone": rows.counted().filter(asked_at__gte=now() - RECENT).count(),
    }


def ledger_of(customer: Customer) -> Any:
    """Return the lines of a customer and of everybody merged into them, newest first."""
    return Contact.objects.filter(customer__in=family(whole_customer(customer))).order_by("-asked_at", "-id")


def with_words(row: Contact) -> Contact:
    """Put the words of purpose, channel and reason on a line, in the reader's language."""
    row.purpose_label = PURPOSES.get(row.purpose, row.purpose)  # type: ignore[attr-defined]
    row.channel_label = CHANNELS.get(row.channel, row.channel)  # type: ignore[attr-defined]
    row.reason_label = reason_label(row.reason) if row.reason else ""  # type: ignore[attr-defined]
    return row


@dataclass(frozen=True)
class Standing:
    """What the gate says of one channel and purpose now."""

    channel: str
    purpose: str
    purpose_label: Any
    reason: str
    reason_label: str


def standings_of(request: Request, customer: Customer) -> list[Standing]:
    """Return for the common channels and purposes whether the customer may be contacted now."""
    found = []
    for channel in ("sms", "email"):
        for purpose, label in PURPOSES.items():
            ask = Ask(customer_id=customer.id, channel=channel, purpose=purpose, sender="page")
            reason = check(request.workspace, ask, at=now()).reason
            found.append(Standing(channel, purpose, label, reason, reason_label(reason) if reason else ""))
    return found


def consents_of(customer: Customer) -> QuerySet[Consent]:
    rows = Consent.objects.filter(customer__in=family(customer)).select_related("by__user")
    return rows.order_by("-at", "-id")


def unsubscriptions_of(customer: Customer) -> QuerySet[Unsubscription]:
    return Unsubscription.objects.filter(customer__in=family(customer), ended_at=None).order_by("topic")


def blocked_addresses_of(customer: Customer) -> list[Address]:
    """Return what is known against the customer's own phone and e-mail."""
    found: list[Address] = []
    for channel, address in (("sms", customer.phone), ("email", customer.email)):
        if address:
            rows = Address.objects.filter(
                workspace_id=customer.workspace_id, channel=channel, address=normal_address(channel, address)
            )
            found += rows.exclude(block="")
    return found
