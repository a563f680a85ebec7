"""The customer, the identifiers that lead to them, and the merges that can be undone."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from hamdel.ground.access.models import Member
from hamdel.ground.workspaces.models import WorkspaceQuerySet, WorkspaceRow


class CustomerQuerySet(WorkspaceQuerySet):
    def whole(self) -> Self:
        """Return customers that stand for themselves: not merged into another."""
        return self.filter(merged_into=None)

    def known(self) -> Self:
        """Return customers of whom we know more than a browser's cookie."""
        return self.filter(is_anonymous=False)


class Customer(WorkspaceRow):
    """One person or organisation we serve. Small on purpose: consent, risk and notes have tables of their own."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    # Persian alphabetical order does not follow code points; see ground/persian.
    name_sort_key = models.CharField(max_length=400, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    language = models.CharField(max_length=8, blank=True)
    is_anonymous = models.BooleanField(default=True)
    # Recognised by a user id of the business, their own or an absorbed customer's. Two such customers
    # are never merged by a shared phone or browser, only by alias or by hand.
    has_user_id = models.BooleanField(default=False)
    traits = models.JSONField(default=dict)
    # Folded words of name, e-mail, phones and ids: found however they are typed.
    search = SearchVectorField(null=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed"
    )
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    # Set by the database at every change (a trigger), so that whoever mirrors customers finds what is new.
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = CustomerQuerySet.as_manager()  # type: ignore[misc]  # the slice says more than every row does

    class Meta:
        indexes = (
            GinIndex(fields=["search"], name="customers_search"),
            models.Index(fields=["workspace", "-last_seen_at"], name="customers_by_last_seen"),
            models.Index(
                fields=["workspace", "name_sort_key", "id"],
                name="customers_by_name",
                condition=models.Q(merged_into=None, is_anonymous=False),
            ),
            models.Index(fields=["workspace", "changed_at"], name="customers_by_change"),
            models.Index(
                fields=["merged_into"],
                name="customers_absorbed",
                condition=models.Q(merged_into__isnull=False),
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")), name="customer_not_merged_into_itself"
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email or self.phone or str(_("Anonymous visitor"))


class Identifier(WorkspaceRow):
    """One way to recognise a customer. It stays with the customer it was first seen on, merged or not."""

    class Kind(models.TextChoices):
        USER = "user", _("User id")
        EXTERNAL = "external", _("External id")
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        ANONYMOUS = "anonymous", _("Anonymous id")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=9, choices=Kind)
    # Normalised: e-mail lower-cased, phone as E.164, external id as "system:id".
    value = models.CharField(max_length=300)
    first_seen_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "kind", "value"], name="identifier_leads_to_one_customer"
            ),
        )


class Merge(WorkspaceRow):
    """Two customers found to be one. Undoing it separates them again, events included."""

    class Reason(models.TextChoices):
        IDENTIFY = "identify", _("Identified")
        ALIAS = "alias", _("Alias")
        BY_HAND = "by_hand", _("Merged by a member")

    absorbed = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges_away")
    survivor = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges")
    reason = models.CharField(max_length=8, choices=Reason)
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
