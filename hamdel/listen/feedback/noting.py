"""The voice of the customer as a member heard it: an interview, a visit, a call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hamdel.ground.access.doors import Request
from hamdel.ground.access.models import Member
from hamdel.ground.access.permissions import Permission
from hamdel.ground.facts import announce
from hamdel.know.customers.models import Customer
from hamdel.listen.feedback.facts import FeedbackGiven

KINDS = (
    ("interview", _("Interview")),
    ("call", _("Phone call")),
    ("visit", _("Visit")),
    ("social", _("Social network")),
    ("other", _("Something else")),
)


class NoteForm(forms.Form):
    kind = forms.ChoiceField(label=_("Where you heard it"), choices=KINDS)
    text = forms.CharField(
        label=_("What they said, in their words"),
        max_length=8_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    touchpoint = forms.CharField(
        label=_("Touchpoint"),
        max_length=60,
        required=False,
        help_text=_("What it is about, such as delivery or support."),
    )


@transaction.atomic
def note_feedback(
    customer: Customer, *, text: str, kind: str, touchpoint: str = "", by: Member, at: datetime
) -> None:
    """Put what a customer said on their story."""
    announce(
        FeedbackGiven(
            workspace_id=customer.workspace_id, customer_id=customer.id, at=at, text=text.replace("\0", ""), kind=kind,
            touchpoint=touchpoint.replace("\0", ""), channel="note", by=str(by),
        )
    )  # fmt: skip


def note_panel(request: Request, customer: Customer) -> dict[str, Any] | None:
    """Return the form for the customer's page, for those who work with customers."""
    if not request.member.may(Permission.WORK_CASES):
        return None
    return {"form": NoteForm(auto_id="note_%s"), "customer": customer}
