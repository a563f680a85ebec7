"""Questions about customers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet, Value

from hamdel.ground.analytics import ask
from hamdel.ground.persian.phones import normal_phone
from hamdel.ground.persian.text import fold, fold_tight
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.identity import descendants
from hamdel.know.customers.models import Customer, CustomerQuerySet, Identifier

# Before every other id: no event of a moment comes after it.
NO_ID = UUID(int=0)
NOT_A_WORD = re.compile(r"['\\&|!():*<>]")


def search(customers: CustomerQuerySet, typed: str) -> QuerySet[Customer]:
    """Return customers found by what was typed: the starts of words of a name, a phone in any form, an id.

    ی and ي, ک and ك, half-spaces and Persian digits make no difference.
    """
    words = [NOT_A_WORD.sub("", word) for word in fold(typed.replace("\x00", "")).split()]
    words = [word[:200] for word in words if word]
    if not words:
        return customers
    together = NOT_A_WORD.sub("", fold_tight(typed))[:200]
    phone = normal_phone(typed)
    ways = [words, [together], *([[phone.lstrip("+")]] if phone else [])]
    # One condition on the row itself: beside others PostgreSQL would ask a subquery anew for each customer.
    return customers.filter(search=Typed(Value(" | ".join(_starts(way) for way in ways))))


def _starts(words: list[str]) -> str:
    """Return the text of a tsquery that wants, for each of these, a word beginning with it."""
    return "(" + " & ".join(f"'{word}':*" for word in words) + ")"


class Typed(SearchQuery):
    """A tsquery that is written out, its words not taken apart any further."""

    template = "%(expressions)s::tsquery"


def whole_customer(customer: Customer) -> Customer:
    """Return the customer that stands for this one today."""
    return stand_ins([customer])[customer.id]


def whole_customers(ids: Iterable[UUID]) -> dict[UUID, Customer]:
    """Return, for each of these ids, the customer that stands for it today. Ids of nobody are left out."""
    return stand_ins(Customer.objects.in_bulk(list(ids)).values())


def stand_ins(customers: Iterable[Customer]) -> dict[UUID, Customer]:
    """Return, by the id of each of these customers, the one that stands for it today."""
    asked = {customer.id: customer for customer in customers}
    known, last = dict(asked), asked
    while targets := {one.merged_into_id for one in last.values() if one.merged_into_id} - known.keys():
        last = Customer.objects.in_bulk(list(targets))
        known |= last
    return {each: _end_of(customer, known) for each, customer in asked.items()}


def _end_of(customer: Customer, known: Mapping[UUID, Customer]) -> Customer:
    while customer.merged_into_id:
        customer = known[customer.merged_into_id]
    return customer


def family(customer: Customer) -> list[UUID]:
    """Return the customer's id and those of all merged into it: events keep the id they came with."""
    return [customer.id, *descendants(customer.id)]


def by_identifier(customers: CustomerQuerySet, *, kinds: list[str], value: str) -> QuerySet[Customer]:
    """Return the customers that an identifier leads to today."""
    owners = Identifier.objects.filter(kind__in=kinds, value=value).values_list("customer_id", flat=True)
    roots = whole_customers(owners).values()
    return customers.filter(id__in=[root.id for root in roots])


@dataclass(frozen=True)
class CustomerEvent:
    """One line of a customer's timeline."""

    event_id: UUID
    type: str
    name: str
    occurred_at: datetime
    touchpoint: str
    channel: str
    properties: dict[str, str]


def events_of(
    workspace: Workspace,
    customer: Customer,
    *,
    before: datetime,
    before_id: UUID = NO_ID,
    limit: int,
    names: list[str] | None = None,
) -> list[CustomerEvent]:
    """Return a customer's events, newest first, older than `before`; `names` keeps only those.

    `before_id` goes on among events of the very moment `before`: after that one.
    """
    return ask(
        "know/customers/customer_events",
        CustomerEvent,
        workspace=workspace,
        customers=family(customer),
        before=before,
        before_id=before_id,
        names=names or [],
        limit=limit,
    )
