"""Why somebody is not asked, in words: our own reasons and those of the contact gate."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from hamdel.act.contacts.reasons import reason_label
from hamdel.act.messages.problems import in_words
from hamdel.listen.invitations.channels import channel_label
from hamdel.listen.invitations.models import Invitation

OWN = {
    "asked_lately": _("Was asked this survey not long ago"),
    "not_sampled": _("Not in the share that is asked"),
    "too_old": _("The event was too old"),
    "too_late": _("It would have come too late"),
    "stopped": _("The plan was ended"),
    "paused": _("The plan is paused"),
    "survey_closed": _("The survey is closed"),
    "no_survey": _("The survey was never published"),
    "no_channel": _("The plan has no channel"),
    "no_account": _("No account for this channel"),
    "account_off": _("The channel was removed before it went"),
    "bad_words": _("The plan's words cannot be filled in"),
    "unknown_customer": _("The customer is not known"),
}


def say_reason(reason: str, *, failed: bool = False) -> str:
    """Return a reason in the active language."""
    if not reason:
        return ""
    if failed:
        return str(in_words(reason))
    return str(OWN[reason]) if reason in OWN else reason_label(reason)


def say_reasons(invitations: Iterable[Invitation]) -> None:
    """Put on each invitation the words of its reason, as `why`, and of its channel, as `by_channel`."""
    for row in invitations:
        row.by_channel = channel_label(row.channel)  # type: ignore[attr-defined]
        row.why = say_reason(row.reason, failed=row.state == Invitation.State.FAILED)  # type: ignore[attr-defined]
