"""Why the gate refuses, in words for whoever reads the ledger."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Any] = {
    "unknown_customer": _("The customer is not known"),
    "no_address": _("No address for this channel"),
    "hard_bounce": _("The address does not exist"),
    "soft_bounces": _("The address failed again and again"),
    "by_hand": _("A member blocked the address"),
    "complaint": _("The customer complained about our messages"),
    "operator_blacklist": _("On the operator's blacklist"),
    "withdrawn": _("Consent was withdrawn"),
    "no_consent": _("There is no consent"),
    "unconfirmed": _("The consent was not confirmed"),
    "unsubscribed": _("Unsubscribed"),
    "cool_off": _("Was asked a survey not long ago"),
    "topic_cap": _("Enough about this topic"),
    "global_cap": _("Enough contacts for now"),
    "kept_for_higher": _("The last slot is kept for more important messages"),
    "quiet_hours": _("Quiet hours at the customer's place"),
}


def reason_label(reason: str) -> str:
    """Return a reason in the active language; one of a slice that is gone is shown as it is."""
    return str(REASONS.get(reason, reason))
