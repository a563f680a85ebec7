"""From sightings to customers, in bulk: who is it, who is new, who turns out to be one and the same.

Identifiers never move: each stays with the customer it was first seen on, and a merge only points the absorbed
customer to its survivor. So a merge can be undone, and an event can be read again and lead to the same customer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from hamdel.ground.facts import announce_all
from hamdel.ground.ids import new_id
from hamdel.ground.persian.text import sort_key
from hamdel.know.customers.facts import CustomerMerged
from hamdel.know.customers.models import Customer, Merge
from hamdel.know.customers.sightings import Key, Kind, Sighting, name_of, search_words

NOBODY = UUID(int=0)


@dataclass(slots=True)
class Known:
    """A customer in memory while a batch is read."""

    id: UUID
    workspace_id: UUID
    parent: UUID | None
    has_user_id: bool
    is_anonymous: bool
    name: str
    email: str
    phone: str
    language: str
    first_seen_at: datetime
    last_seen_at: datetime
    is_new: bool = False
    touched: bool = False
    traits: dict[str, Any] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)


def recognise(sightings: Sequence[Sighting]) -> list[UUID]:
    """Return the customer of each sighting, in order; what it teaches is written.

    Runs in the caller's transaction, bound across workspaces. The id returned is the customer the strongest
    identifier was first seen on, whatever has been merged since. NOBODY where nothing identifies.
    """
    crowd = Crowd()
    crowd.load({key for sighting in sightings for key in (*sighting.keys, *sighting.previous)})
    crowd.load_customers({sighting.customer_id for sighting in sightings if sighting.customer_id})
    found = [crowd.meet(sighting) for sighting in sightings]
    crowd.save()
    return found


OWNERS = """
SELECT value, customer_id FROM customers_identifier WHERE workspace_id = %s AND kind = %s AND value = ANY(%s)
"""


def look_up(sightings: Sequence[Sighting]) -> list[UUID]:
    """Return the customer of each sighting that was recognised before, teaching and writing nothing."""
    crowd = Crowd()
    crowd.load({sighting.keys[0] for sighting in sightings if sighting.keys})
    return [s.customer_id or (crowd.owners.get(s.keys[0], NOBODY) if s.keys else NOBODY) for s in sightings]


class Crowd:
    """The customers a batch of events concerns."""

    def __init__(self) -> None:
        self.customers: dict[UUID, Known] = {}
        self.owners: dict[Key, UUID] = {}
        self.new_keys: dict[Key, datetime] = {}
        self.merges: list[Merge] = []

    # Reading

    def load(self, keys: set[Key]) -> None:
        """Read the owners of `keys` and all customers they were merged into."""
        by_place: dict[tuple[UUID, str], list[str]] = {}
        for workspace, kind, value in keys:
            by_place.setdefault((workspace, str(kind)), []).append(value)
        for (workspace, kind), values in by_place.items():
            # One array instead of thousands of parameters, each quoted by itself.
            with connection.cursor() as cursor:
                cursor.execute(OWNERS, [workspace, kind, values])
                self.owners.update(((workspace, kind, value), customer) for value, customer in cursor)
        self.load_customers(set(self.owners.values()))

    def load_customers(self, ids: set[UUID]) -> None:
        missing = ids - self.customers.keys()
        while missing:
            rows = Customer.objects.filter(id__in=missing).values_list(
                "id", "workspace_id", "merged_into_id", "has_user_id", "is_anonymous",
                "name", "email", "phone", "language", "first_seen_at", "last_seen_at",
            )  # fmt: skip
            loaded = [Known(*row) for row in rows]
            self.customers.update((customer.id, customer) for customer in loaded)
            missing = {c.parent for c in loaded if c.parent} - self.customers.keys()

    def root(self, customer_id: UUID) -> Known:
        """Return the customer that stands for this one today."""
        customer = self.customers[customer_id]
        while customer.parent:
            customer = self.customers[customer.parent]
        return customer

    # Deciding

    def meet(self, sighting: Sighting) -> UUID:
        """Take in one sighting and return its customer."""
        if sighting.customer_id:
            if sighting.customer_id in self.customers:
                self.touch(self.root(sighting.customer_id), sighting.at)
            return sighting.customer_id
        if not sighting.keys:
            return NOBODY
        main = self.owner_of(sighting)
        for key in sighting.keys:
            if key not in self.owners:
                self.give(key, main, sighting.at)
            else:
                main = self.unite(main, self.root(self.owners[key]), sighting)
        for key in sighting.previous:
            if key in self.owners:
                main = self.unite(main, self.root(self.owners[key]), sighting, always=True)
        self.learn(main, sighting)
        return self.owners[sighting.keys[0]]

    def owner_of(self, sighting: Sighting) -> Known:
        """Return the customer this sighting belongs to, a new one when there is none."""
        strongest = sighting.keys[0]
        if strongest in self.owners:
            return self.root(self.owners[strongest])
        known = (self.root(self.owners[key]) for key in sighting.keys if key in self.owners)
        if strongest[1] == Kind.USER:
            # Somebody else's browser or family phone does not make a second user the first one.
            known = (customer for customer in known if not customer.has_user_id)
        return next(known, None) or self.add(sighting)

    def add(self, sighting: Sighting) -> Known:
        customer = Known(
            new_id(), sighting.workspace_id, None, False, True, "", "", "", "", sighting.at, sighting.at,
            is_new=True,
        )  # fmt: skip
        self.customers[customer.id] = customer
        return customer

    def give(self, key: Key, customer: Known, at: datetime) -> None:
        self.owners[key] = customer.id
        self.new_keys[key] = at
        customer.words |= search_words(keys=(key,))
        if key[1] == Kind.USER:
            customer.has_user_id = customer.touched = True
        if key[1] != Kind.ANONYMOUS and customer.is_anonymous:
            customer.is_anonymous, customer.touched = False, True

    def unite(self, one: Known, other: Known, sighting: Sighting, *, always: bool = False) -> Known:
        """Merge `other` into `one` if they may be one person; the one with a user id survives."""
        if (
            one is other
            or (one.has_user_id and other.has_user_id and not always)
            or was_separated(one, other)
        ):
            return one
        survivor, absorbed = (other, one) if other.has_user_id and not one.has_user_id else (one, other)
        absorbed.parent = survivor.id
        absorbed.touched = survivor.touched = True
        reason = Merge.Reason.ALIAS if always else Merge.Reason.IDENTIFY
        self.merges.append(
            Merge(
                workspace_id=survivor.workspace_id,
                absorbed_id=absorbed.id,
                survivor_id=survivor.id,
                reason=reason,
                at=sighting.at,
            )
        )
        inherit(survivor, absorbed)
        return survivor

    def learn(self, customer: Known, sighting: Sighting) -> None:
        """Take over what the traits say, newest last."""
        self.touch(customer, sighting.at)
        if not sighting.traits:
            return
        customer.traits.update(sighting.traits)
        if name := name_of(sighting.traits):
            customer.name = name
            customer.words |= search_words(name=name)
        for _workspace, kind, value in reversed(sighting.keys):
            if kind == Kind.EMAIL:
                customer.email = value
            elif kind == Kind.PHONE:
                customer.phone = value
        if language := sighting.traits.get("language"):
            customer.language = str(language)[:8]

    def touch(self, customer: Known, at: datetime) -> None:
        customer.touched = True
        customer.first_seen_at = min(customer.first_seen_at, at)
        customer.last_seen_at = max(customer.last_seen_at, at)

    # Writing

    def save(self) -> None:
        """Write what the batch taught, each table with one statement."""
        _insert_customers([c for c in self.customers.values() if c.is_new])
        _update_customers([c for c in self.customers.values() if c.touched and not c.is_new])
        _insert_identifiers((key, self.owners[key], at) for key, at in self.new_keys.items())
        Merge.objects.bulk_create(self.merges)
        announce_all(fact for merge in self.merges for fact in self.merge_facts(merge))

    def merge_facts(self, merge: Merge) -> Iterable[CustomerMerged]:
        """Tell analytics of the absorbed customer and of all that it had absorbed before."""
        below = descendants(merge.absorbed_id)
        for customer in (merge.absorbed_id, *below):
            yield CustomerMerged(
                workspace_id=merge.workspace_id,
                customer_id=merge.survivor_id,
                at=merge.at,
                absorbed=customer,
                into=self.root(merge.survivor_id).id,
                reason=merge.reason,
            )


def was_separated(one: Known, other: Known) -> bool:
    """Tell whether a member has undone a merge of these two: what a person decided, no event overrules."""
    pair = [one.id, other.id]
    return Merge.objects.filter(undone_at__isnull=False, absorbed__in=pair, survivor__in=pair).exists()


def inherit(survivor: Known, absorbed: Known) -> None:
    """Fill what the survivor lacks from the one it absorbs."""
    for name in ("name", "email", "phone", "language"):
        if not getattr(survivor, name):
            setattr(survivor, name, getattr(absorbed, name))
    survivor.has_user_id |= absorbed.has_user_id
    survivor.is_anonymous &= absorbed.is_anonymous
    survivor.words |= absorbed.words
    survivor.traits = {**absorbed.traits, **survivor.traits}
    survivor.first_seen_at = min(survivor.first_seen_at, absorbed.first_seen_at)
    survivor.last_seen_at = max(survivor.last_seen_at, absorbed.last_seen_at)


def descendants(customer_id: UUID) -> list[UUID]:
    """Return every customer merged into this one, at any depth."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE below(id) AS (
                SELECT id FROM customers_customer WHERE merged_into_id = %s
                UNION
                SELECT c.id FROM customers_customer c JOIN below ON c.merged_into_id = below.id
            )
            SELECT id FROM below
            """,
            [customer_id],
        )
        return [row[0] for row in cursor.fetchall()]


INSERT_CUSTOMERS = """
INSERT INTO customers_customer (id, workspace_id, merged_into_id, has_user_id, is_anonymous, name, name_sort_key,
    email, phone, language, first_seen_at, last_seen_at, traits, search)
SELECT id, workspace_id, merged_into_id, has_user_id, is_anonymous, name, name_sort_key, email, phone, language,
    first_seen_at, last_seen_at, traits::jsonb, array_to_tsvector(array_remove(string_to_array(words, ' '), ''))
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::bool[], %s::bool[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[])
    AS new(id, workspace_id, merged_into_id, has_user_id, is_anonymous, name, name_sort_key, email, phone, language,
           first_seen_at, last_seen_at, traits, words)
"""

UPDATE_CUSTOMERS = """
UPDATE customers_customer AS old
SET merged_into_id = new.merged_into_id, has_user_id = new.has_user_id, is_anonymous = new.is_anonymous,
    name = new.name, name_sort_key = new.name_sort_key, email = new.email, phone = new.phone,
    language = new.language, first_seen_at = new.first_seen_at, last_seen_at = new.last_seen_at,
    traits = old.traits || new.traits::jsonb,
    search = coalesce(old.search, ''::tsvector)
        || array_to_tsvector(array_remove(string_to_array(new.words, ' '), ''))
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::bool[], %s::bool[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[])
    AS new(id, workspace_id, merged_into_id, has_user_id, is_anonymous, name, name_sort_key, email, phone, language,
           first_seen_at, last_seen_at, traits, words)
WHERE old.id = new.id
"""


def _columns(customers: list[Known]) -> list[list[Any]]:
    rows = (
        (
            c.id, c.workspace_id, c.parent, c.has_user_id, c.is_anonymous, c.name, sort_key(c.name)[:400], c.email,
            c.phone, c.language, c.first_seen_at, c.last_seen_at,
            json.dumps(c.traits, ensure_ascii=False), " ".join(c.words),
        )
        for c in customers
    )  # fmt: skip
    return [list(column) for column in zip(*rows, strict=True)]


def _insert_customers(customers: list[Known]) -> None:
    if customers:
        with connection.cursor() as cursor:
            cursor.execute(INSERT_CUSTOMERS, _columns(customers))


def _update_customers(customers: list[Known]) -> None:
    if customers:
        with connection.cursor() as cursor:
            cursor.execute(UPDATE_CUSTOMERS, _columns(customers))


def _insert_identifiers(rows: Iterable[tuple[Key, UUID, datetime]]) -> None:
    listed = [(new_id(), *key, customer, at) for key, customer, at in rows]
    if not listed:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_identifier (id, workspace_id, kind, value, customer_id, first_seen_at)"
            " SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::timestamptz[])",
            [list(column) for column in zip(*listed, strict=True)],
        )
