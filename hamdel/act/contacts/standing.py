"""How many customers stand before the gate, read in a handful of statements whatever their number."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from hamdel.act.contacts.asking import Ask
from hamdel.act.contacts.deciding import Past, Said, Standing
from hamdel.act.contacts.models import Address, Consent, Contact, Unsubscription
from hamdel.act.contacts.registers import REFUSERS, own_addresses
from hamdel.ground.persian.phones import normal_phone
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Customer

ROOTS = """
WITH RECURSIVE up AS (
    SELECT id AS asked, id, merged_into_id FROM customers_customer WHERE workspace_id = %s AND id = ANY(%s::uuid[])
    UNION ALL
    SELECT up.asked, c.id, c.merged_into_id FROM up JOIN customers_customer c ON c.id = up.merged_into_id)
SELECT asked, id FROM up WHERE merged_into_id IS NULL"""
E164 = re.compile(r"\+[1-9][0-9]{7,14}")
FAMILIES = """
WITH RECURSIVE down AS (
    SELECT id, id AS root FROM unnest(%s::uuid[]) AS id
    UNION ALL
    SELECT c.id, down.root FROM down JOIN customers_customer c ON c.merged_into_id = down.id)
SELECT id, root FROM down"""


def roots_of(workspace: Workspace, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return for each id the customer that stands for it today; unknown and foreign ids are left out."""
    return _pairs(ROOTS, [workspace.id, list(ids)])


def families_of(roots: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the root of each of these customers and of everybody merged into them."""
    return _pairs(FAMILIES, [list(roots)])


def _pairs(statement: str, parameters: list[Any]) -> dict[UUID, UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return dict(cursor.fetchall())


def normal_address(channel: str, address: str) -> str:
    """Return an address as the gate keeps it: phones as E.164, e-mail in small letters."""
    if channel in {"sms", "ivr", "ussd", "call"}:
        if E164.fullmatch(address):  # as customers have it; reading it again is the dearest part of an ask
            return address
        return normal_phone(address) or address.strip()
    return address.strip().lower() if channel == "email" else address.strip()


@lru_cache(maxsize=600)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # no such place, or no name of a place at all
        return None


def zone_of(customer: Customer, workspace: Workspace) -> ZoneInfo:
    """Return the customer's time zone, as their traits say; without one the workspace's."""
    said = customer.traits.get("timezone")
    return (_zone(said) if isinstance(said, str) and said else None) or workspace.zone


@dataclass
class Crowd:
    """Customers and how they stand, by the id of the root."""

    roots: dict[UUID, UUID]
    customers: dict[UUID, Customer] = field(default_factory=dict)
    standings: dict[UUID, Standing] = field(default_factory=dict)
    # Root → names of the refusers that would have them left alone.
    refusals: dict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))
    blocks: dict[tuple[str, str], str] = field(default_factory=dict)
    addresses: dict[str, dict[UUID, str]] = field(default_factory=dict)

    def address_of(self, ask: Ask) -> str:
        given = ask.address or self.addresses.get(ask.channel, {}).get(self.roots[ask.customer_id], "")
        return normal_address(ask.channel, given)


def load(
    workspace: Workspace,
    asks: Sequence[Ask],
    roots: dict[UUID, UUID],
    *,
    at: datetime,
    around: timedelta,
) -> Crowd:
    """Return how the customers of these asks stand."""
    crowd = Crowd(roots)
    families = families_of(set(roots.values()))
    people = Customer.objects.filter(id__in=set(roots.values()))
    crowd.customers = {customer.id: customer for customer in people}
    for root, customer in crowd.customers.items():
        crowd.standings[root] = Standing(zone_of(customer, workspace))
    _load_words(crowd, families)
    moments = [ask.at or at for ask in asks]
    _load_past(crowd, families, min(moments) - around, max(moments) + around)
    _load_refusals(crowd, families, workspace, {ask.purpose for ask in asks}, at)
    _load_addresses(crowd, workspace, asks)
    return crowd


def _load_words(crowd: Crowd, families: dict[UUID, UUID]) -> None:
    ids = list(families)
    rows = Consent.objects.filter(customer__in=ids).values_list(
        "customer_id", "channel", "purpose", "state", "at"
    )
    said: list[Any]
    for customer, *said in rows.iterator():
        crowd.standings[families[customer]].said.append(Said(*said))
    ended = Unsubscription.objects.filter(customer__in=ids, ended_at=None).values_list("customer_id", "topic")
    for customer, topic in ended.iterator():
        standing = crowd.standings[families[customer]]
        standing.unsubscribed |= {topic}


def _load_past(crowd: Crowd, families: dict[UUID, UUID], start: datetime, end: datetime) -> None:
    rows = Contact.objects.counted().filter(customer__in=list(families), at__gte=start, at__lte=end)
    contact: list[Any]
    for customer, *contact in rows.values_list(
        "customer_id", "id", "at", "purpose", "topic", "follows", "priority"
    ).iterator():
        crowd.standings[families[customer]].past.append(Past(*contact))


def _load_refusals(
    crowd: Crowd, families: dict[UUID, UUID], workspace: Workspace, purposes: Iterable[str], at: datetime
) -> None:
    wanted = set(purposes)
    for refuser in REFUSERS.values():
        if refuser.purposes & wanted:
            for customer in refuser.refuse(workspace, list(families), at):
                crowd.refusals[families[customer]].append(refuser.name)


def _load_addresses(crowd: Crowd, workspace: Workspace, asks: Sequence[Ask]) -> None:
    people = list(crowd.customers.values())
    for channel in {ask.channel for ask in asks}:
        crowd.addresses[channel] = own_addresses(channel, people)
        used = {crowd.address_of(ask) for ask in asks if ask.channel == channel}
        blocked = (
            Address.objects.in_workspace(workspace)
            .filter(channel=channel, address__in=used)
            .exclude(block="")
        )
        crowd.blocks.update(
            ((channel, address), block) for address, block in blocked.values_list("address", "block")
        )
