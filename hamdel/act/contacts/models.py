"""The ledger of contacts, consents, unsubscriptions, and addresses that must not be used."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from hamdel.ground.access.models import Member
from hamdel.ground.workspaces.models import WorkspaceQuerySet, WorkspaceRow
from hamdel.know.customers.models import Customer


class ContactQuerySet(WorkspaceQuerySet):
    def counted(self) -> Self:
        """Return contacts that take a slot: reserved or sent."""
        return self.filter(state__in=[Contact.State.RESERVED, Contact.State.SENT])

    def refused(self) -> Self:
        """Return what was refused or put off."""
        return self.filter(state__in=[Contact.State.REFUSED, Contact.State.DEFERRED])


class Contact(WorkspaceRow):
    """One line of the ledger: somebody asked to contact a customer, and this is what became of it."""

    class State(models.TextChoices):
        RESERVED = "reserved", _("Reserved")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        REFUSED = "refused", _("Refused")
        DEFERRED = "deferred", _("Put off")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    channel = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20)
    topic = models.CharField(max_length=60, blank=True)
    sender = models.CharField(max_length=40)
    priority = models.PositiveSmallIntegerField()
    address = models.CharField(max_length=300, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=8, choices=State)
    reason = models.CharField(max_length=40, blank=True)
    # The moment the caps count: when it is to go out or, once confirmed, when it went.
    at = models.DateTimeField()
    asked_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    # The contact this one continues, as a reminder does.
    follows = models.UUIDField(null=True, blank=True)

    objects = ContactQuerySet.as_manager()  # type: ignore[misc]  # the slice says more than every row does

    class Meta:
        indexes = (
            models.Index(fields=["customer", "-at"], name="contacts_of_a_customer"),
            models.Index(fields=["workspace", "-asked_at"], name="contacts_newest_first"),
            models.Index(fields=["workspace", "reference"], name="contacts_by_reference"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=["refused", "deferred"]) ^ models.Q(reason=""),
                name="contact_refused_with_a_reason",
            ),
        )


class Consent(WorkspaceRow):
    """A customer's word on being contacted. Rows are only added: the newest one that fits decides."""

    class State(models.TextChoices):
        GIVEN = "given", _("Given")
        PENDING = "pending", _("Waits for confirmation")
        CONFIRMED = "confirmed", _("Confirmed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    # Empty means every one; only a withdrawal may be that wide.
    channel = models.CharField(max_length=20, blank=True)
    purpose = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=9, choices=State)
    source = models.CharField(max_length=60)
    proof = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["customer", "-at"], name="consents_of_a_customer"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state="withdrawn") | ~(models.Q(channel="") | models.Q(purpose="")),
                name="consent_given_for_one_thing",
            ),
        )


class Unsubscription(WorkspaceRow):
    """A customer wants no more of a topic, or, with an empty one, of anything that is not service."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="unsubscriptions")
    topic = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=60)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["customer", "topic"],
                condition=models.Q(ended_at=None),
                name="unsubscribed_once_of_a_topic",
            ),
        )


class Address(WorkspaceRow):
    """What we know against an address of a channel: bounces, complaints, the operator's blacklist."""

    class Block(models.TextChoices):
        HARD_BOUNCE = "hard_bounce", _("Does not exist")
        SOFT_BOUNCES = "soft_bounces", _("Failed again and again")
        COMPLAINT = "complaint", _("Complained about us")
        OPERATOR = "operator_blacklist", _("On the operator's blacklist")
        BY_HAND = "by_hand", _("Blocked by a member")

    channel = models.CharField(max_length=20)
    # Normalised: e-mail lower-cased, phone as E.164.
    address = models.CharField(max_length=300)
    soft_bounces = models.PositiveSmallIntegerField(default=0)
    block = models.CharField(max_length=20, choices=Block, blank=True)
    blocked_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "channel", "address"], name="one_record_of_an_address"
            ),
        )


class Rulebook(WorkspaceRow):
    """The policy of a workspace, as `policy.Policy` reads it. A workspace without one has the defaults."""

    policy = models.JSONField(default=dict)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace"], name="one_rulebook_a_workspace"),)
