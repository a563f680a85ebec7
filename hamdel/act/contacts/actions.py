"""Verbs of consent, unsubscription, addresses and the policy. Each may be done twice with the effect of once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from hamdel.act.contacts.facts import ConsentGiven, ConsentWithdrawn, Unsubscribed
from hamdel.act.contacts.gate import policy_of
from hamdel.act.contacts.models import Address, Consent, Rulebook, Unsubscription
from hamdel.act.contacts.policy import Policy, as_json
from hamdel.act.contacts.standing import normal_address
from hamdel.ground.access.models import Member
from hamdel.ground.audit.actions import record
from hamdel.ground.facts import announce
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Customer
from hamdel.know.customers.queries import family, whole_customer

State = Consent.State

# A shorter address would be told by its hint.
LONGEST_HINT = 8


@transaction.atomic
def give_consent(
    customer: Customer,
    *,
    channel: str,
    purpose: str,
    source: str,
    proof: str,
    at: datetime,
    by: Member | None = None,
    is_double: bool = False,
) -> Consent:
    """Write down that the customer agreed to one purpose on one channel; with `is_double`, until they confirm it.

    `proof` is what was agreed to and how it can be shown: the sentence, the form, the call's number. An import that
    is older than a withdrawal changes nothing about it. Raises ValueError when channel or purpose is empty.
    """
    if not channel or not purpose:
        raise ValueError("A consent is for one channel and one purpose.")
    state = State.PENDING if is_double else State.GIVEN
    return _say(customer, state, channel=channel, purpose=purpose, source=source, proof=proof, at=at, by=by)


@transaction.atomic
def confirm_consent(
    customer: Customer, *, channel: str, purpose: str, source: str, proof: str, at: datetime
) -> Consent | None:
    """Confirm a consent that waits for it. None when none waits: an old link cannot undo a later withdrawal."""
    last = _words_on(customer, channel, purpose).order_by("-at", "-id").first()
    if last is None or last.state == State.WITHDRAWN:
        return None
    return _say(
        customer,
        State.CONFIRMED,
        channel=channel,
        purpose=purpose,
        source=source,
        proof=proof,
        at=at,
        by=None,
    )


@transaction.atomic
def withdraw_consent(
    customer: Customer,
    *,
    channel: str = "",
    purpose: str = "",
    source: str,
    at: datetime,
    proof: str = "",
    by: Member | None = None,
) -> Consent:
    """Write down that the customer takes consent back, of every channel or purpose where none is named."""
    return _say(
        customer, State.WITHDRAWN, channel=channel, purpose=purpose, source=source, proof=proof, at=at, by=by
    )


def _words_on(customer: Customer, channel: str, purpose: str) -> QuerySet[Consent]:
    """Return what a customer said that concerns this channel and purpose, wide withdrawals included."""
    fits = Q(channel__in=[channel, ""], purpose__in=[purpose, ""])
    return Consent.objects.filter(fits, customer__in=family(whole_customer(customer)))


def _say(customer: Customer, state: str, **said: Any) -> Consent:
    customer = whole_customer(customer)
    same = Consent.objects.filter(customer=customer, state=state, at=said["at"])
    known = same.filter(channel=said["channel"], purpose=said["purpose"]).first()
    if known:
        return known
    said["source"] = said["source"][:60]
    consent = Consent.objects.create(
        workspace_id=customer.workspace_id, customer=customer, state=state, **said
    )
    if state != State.PENDING:
        fact = ConsentWithdrawn if state == State.WITHDRAWN else ConsentGiven
        announce(
            fact(
                workspace_id=customer.workspace_id,
                customer_id=customer.id,
                at=consent.at,
                channel=consent.channel,
                purpose=consent.purpose,
                source=consent.source,
            )
        )
    return consent


@transaction.atomic
def unsubscribe(customer: Customer, *, topic: str = "", source: str, at: datetime) -> Unsubscription:
    """End a topic for the customer, or with an empty one everything but service."""
    customer = whole_customer(customer)
    row, is_new = Unsubscription.objects.get_or_create(
        customer=customer,
        topic=topic,
        ended_at=None,
        defaults={"workspace_id": customer.workspace_id, "source": source[:60], "at": at},
    )
    if is_new:
        announce(
            Unsubscribed(
                workspace_id=customer.workspace_id, customer_id=customer.id, at=at, topic=topic, source=source
            )
        )
    return row


def resubscribe(customer: Customer, *, topic: str = "", at: datetime) -> bool:
    """Take an unsubscription back, of everybody merged into the customer as well. Tells whether there was one."""
    ids = family(whole_customer(customer))
    return bool(
        Unsubscription.objects.filter(customer__in=ids, topic=topic, ended_at=None).update(ended_at=at)
    )


# The heavier word stays: a mailbox that does not exist is not made better by one that is merely full.
WEIGHT = {
    "": 0,
    Address.Block.OPERATOR: 1,
    Address.Block.SOFT_BOUNCES: 2,
    Address.Block.COMPLAINT: 3,
    Address.Block.HARD_BOUNCE: 4,
    Address.Block.BY_HAND: 5,
}


def note_bounce(
    workspace: Workspace,
    channel: str,
    address: str,
    *,
    at: datetime,
    is_hard: bool,
    note: str = "",
) -> Address:
    """Write down a bounce: a hard one blocks the address, soft ones do when there are as many as the policy says."""
    if is_hard:
        return _block(workspace, channel, address, Address.Block.HARD_BOUNCE, at, note)
    row = _record_of(workspace, channel, address)
    row.soft_bounces += 1
    row.save(update_fields=["soft_bounces"])
    if row.soft_bounces >= policy_of(workspace).most_soft_bounces:
        return _block(workspace, channel, address, Address.Block.SOFT_BOUNCES, at, note)
    return row


def note_delivery(workspace: Workspace, channel: str, address: str) -> None:
    """Forget the soft bounces of an address that has been reached."""
    rows = Address.objects.in_workspace(workspace).filter(
        channel=channel, address=normal_address(channel, address)
    )
    rows.filter(soft_bounces__gt=0).update(soft_bounces=0)
    rows.filter(block=Address.Block.SOFT_BOUNCES).update(block="", blocked_at=None)


def note_return(workspace: Workspace, channel: str, address: str) -> None:
    """Forget that an address could not be reached: its owner has just written from it. Complaints stay."""
    rows = Address.objects.in_workspace(workspace).filter(
        channel=channel, address=normal_address(channel, address)
    )
    unreached = rows.filter(block__in=[Address.Block.HARD_BOUNCE, Address.Block.SOFT_BOUNCES])
    unreached.update(block="", blocked_at=None, soft_bounces=0, note="")


def note_complaint(
    workspace: Workspace, channel: str, address: str, *, at: datetime, note: str = ""
) -> Address:
    """Write down that somebody reported our message as spam: only service may use the address from now on."""
    return _block(workspace, channel, address, Address.Block.COMPLAINT, at, note)


def note_operator_blacklist(
    workspace: Workspace, channel: str, address: str, *, at: datetime, note: str = ""
) -> Address:
    """Write down that the operator keeps advertising from this number; service still reaches it."""
    return _block(workspace, channel, address, Address.Block.OPERATOR, at, note)


def hint_of(address: str) -> str:
    """Return what tells an address to who knows it: the log of deeds outlives a customer who is erased."""
    return f"{address[:3]}…{address[-2:]}" if len(address) > LONGEST_HINT else "…"


def block_by_hand(
    workspace: Workspace, channel: str, address: str, *, by: Member, at: datetime, note: str = ""
) -> Address:
    """Block an address for every purpose."""
    record("address blocked", workspace=workspace, by=by, subject=f"{channel} {hint_of(address)}")
    return _block(workspace, channel, address, Address.Block.BY_HAND, at, note)


@transaction.atomic
def unblock(row: Address, *, by: Member, at: datetime) -> None:
    """Let an address be used again."""
    row.block, row.blocked_at, row.soft_bounces = "", None, 0
    row.save(update_fields=["block", "blocked_at", "soft_bounces"])
    record(
        "address unblocked",
        workspace=by.workspace,
        by=by,
        subject=f"{row.channel} {hint_of(row.address)} {at:%F}",
    )


@transaction.atomic
def _block(workspace: Workspace, channel: str, address: str, block: str, at: datetime, note: str) -> Address:
    row = _record_of(workspace, channel, address)
    if WEIGHT[block] > WEIGHT[row.block]:
        row.block, row.blocked_at, row.note = block, at, note[:300]
        row.save(update_fields=["block", "blocked_at", "note"])
    return row


def _record_of(workspace: Workspace, channel: str, address: str) -> Address:
    place: dict[str, Any] = {
        "workspace": workspace,
        "channel": channel,
        "address": normal_address(channel, address)[:300],
    }
    row, _is_new = Address.objects.get_or_create(**place)
    return Address.objects.select_for_update(no_key=True).get(id=row.id)


@transaction.atomic
def change_policy(workspace: Workspace, policy: Policy, *, by: Member, at: datetime) -> Rulebook:
    """Make this the workspace's policy; what was refused before stays refused."""
    row, _is_new = Rulebook.objects.update_or_create(
        workspace=workspace, defaults={"policy": as_json(policy), "changed_at": at, "changed_by": by}
    )
    record("contact policy changed", workspace=workspace, by=by)
    return row
