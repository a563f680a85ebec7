"""Verbs of the customer that a member performs: merge by hand, and undo any merge."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hamdel.ground.access.models import Member
from hamdel.ground.audit.actions import record
from hamdel.ground.facts import announce_all
from hamdel.know.customers.facts import CustomerMerged, CustomerSeparated
from hamdel.know.customers.identity import descendants
from hamdel.know.customers.models import Customer, Identifier, Merge


class CannotMerge(Exception):
    """Two different customers are needed, both not merged into another one already."""

    message = _("Choose two different customers, neither of which has been merged into another.")


@transaction.atomic
def merge_customers(survivor: Customer, absorbed: Customer, *, by: Member, at: datetime) -> Merge:
    """Make two customers one: the survivor's profile shows the events, scores and cases of both."""
    rows = {
        c.id: c
        for c in Customer.objects.select_for_update(no_key=True).filter(id__in=[survivor.id, absorbed.id])
    }
    survivor, absorbed = rows[survivor.id], rows[absorbed.id]
    if survivor.id == absorbed.id or survivor.merged_into_id or absorbed.merged_into_id:
        raise CannotMerge
    merge = Merge.objects.create(
        workspace_id=survivor.workspace_id,
        survivor=survivor,
        absorbed=absorbed,
        reason=Merge.Reason.BY_HAND,
        by=by,
        at=at,
    )
    absorbed.merged_into = survivor
    absorbed.save(update_fields=["merged_into"])
    survivor.has_user_id |= absorbed.has_user_id
    survivor.is_anonymous &= absorbed.is_anonymous
    for name in ("name", "name_sort_key", "email", "phone", "language"):
        setattr(survivor, name, getattr(survivor, name) or getattr(absorbed, name))
    survivor.first_seen_at = min(survivor.first_seen_at, absorbed.first_seen_at)
    survivor.last_seen_at = max(survivor.last_seen_at, absorbed.last_seen_at)
    survivor.save()
    record("customers merged", workspace=by.workspace, by=by, subject=f"{absorbed.id} into {survivor.id}")
    announce_all(
        CustomerMerged(
            workspace_id=survivor.workspace_id,
            customer_id=survivor.id,
            at=at,
            absorbed=customer,
            into=survivor.id,
            reason=merge.reason,
        )
        for customer in [absorbed.id, *descendants(absorbed.id)]
    )
    return merge


@transaction.atomic
def undo_merge(merge: Merge, *, by: Member, at: datetime) -> Customer:
    """Separate what `merge` made one, and return the customer that stands alone again. Twice changes nothing."""
    merge = Merge.objects.select_for_update(no_key=True).get(id=merge.id)
    absorbed = Customer.objects.select_for_update(no_key=True).get(id=merge.absorbed_id)
    if merge.undone_at is not None:
        return absorbed
    merge.undone_at, merge.undone_by = at, by
    merge.save(update_fields=["undone_at", "undone_by"])
    absorbed.merged_into = None
    absorbed.save(update_fields=["merged_into"])
    survivor = Customer.objects.select_for_update(no_key=True).get(id=merge.survivor_id)
    survivor.has_user_id = _owns_user_id(survivor.id)
    survivor.save(update_fields=["has_user_id"])
    record("merge undone", workspace=by.workspace, by=by, subject=f"{absorbed.id} from {survivor.id}")
    announce_all(
        CustomerSeparated(
            workspace_id=absorbed.workspace_id,
            customer_id=absorbed.id,
            at=at,
            absorbed=customer,
            into=absorbed.id,
        )
        for customer in [absorbed.id, *descendants(absorbed.id)]
    )
    return absorbed


def _owns_user_id(customer_id: UUID) -> bool:
    family = [customer_id, *descendants(customer_id)]
    return Identifier.objects.filter(customer__in=family, kind=Identifier.Kind.USER).exists()
