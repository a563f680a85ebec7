"""Customers: found by an identifier or by words, and everything that happened to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db.models import QuerySet
from ninja import Query, Router, Schema
from pydantic import Field

from hamdel.api.auth import ApiRequest, needs
from hamdel.api.errors import PROBLEMS, Problem
from hamdel.api.pages import Cursor, Limit, Page, bad_cursor, id_after, page_of, parts_of, uuid_of
from hamdel.api.which import Seen
from hamdel.ground.access.doors import find
from hamdel.ground.access.permissions import Permission
from hamdel.ground.persian.phones import normal_phone
from hamdel.know.customers.models import Customer, Identifier
from hamdel.know.customers.queries import (
    CustomerEvent,
    by_identifier,
    events_of,
    family,
    search,
    whole_customer,
)
from hamdel.know.customers.timeline import FAR_FUTURE

router = Router(tags=["customers"])
Kind = Identifier.Kind
LAST_ID = UUID(int=2**128 - 1)


class CustomerItem(Schema):
    """A customer, merged ones counted as one."""

    id: UUID
    name: str
    email: str
    phone: str = Field(description="E.164, such as +989121234567; empty when unknown.")
    language: str
    is_anonymous: bool
    first_seen_at: datetime
    last_seen_at: datetime


class IdentifierItem(Schema):
    kind: str
    value: str


class CustomerDetail(CustomerItem):
    """A customer with what is known of them."""

    traits: dict[str, Any]
    identifiers: list[IdentifierItem]


class EventItem(Schema):
    """One event. Properties are text; what was nested is JSON inside."""

    id: UUID
    type: str
    name: str
    occurred_at: datetime
    touchpoint: str
    channel: str
    properties: dict[str, str]


Words = Annotated[str | None, Query(None, max_length=300)]


@router.get("", response={200: Page[CustomerItem], PROBLEMS: Problem}, summary="Find customers")
@needs(Permission.SEE_CUSTOMERS)
def list_customers(
    request: ApiRequest,
    limit: Limit,
    cursor: Cursor,
    external_id: Annotated[
        str | None, Query(None, max_length=300, description="A user id, or an external id as system:id.")
    ],
    email: Words,
    phone: Words,
    q: Annotated[str | None, Query(None, max_length=300, description="The starts of words, however typed.")],
    seen: Annotated[Seen, Query()],
) -> Page[CustomerItem]:
    """Return customers, the newest first. Several conditions must all hold."""
    found = Customer.objects.visible_to(request.member).whole().filter(*seen.conditions(request))
    if external_id is not None:
        found = _led_to_by(found, [Kind.USER, Kind.EXTERNAL], external_id.strip())
    if email is not None:
        found = _led_to_by(found, [Kind.EMAIL], email.strip().lower())
    if phone is not None:
        found = _led_to_by(found, [Kind.PHONE], normal_phone(phone) or "")
    if q is not None and q.strip():
        found = search(found, q)
    if last := id_after(cursor):
        found = found.filter(id__lt=last)
    rows = list(found.order_by("-id")[: limit + 1])
    return page_of(rows, limit, CustomerItem.from_orm, lambda customer: [str(customer.id)])


@router.get(
    "/{uuid:customer_id}", response={200: CustomerDetail, PROBLEMS: Problem}, summary="Get a customer"
)
@needs(Permission.SEE_CUSTOMERS)
def get_customer(request: ApiRequest, customer_id: UUID) -> CustomerDetail:
    """Return a customer; for one merged into another, the one they are today."""
    customer = _customer(request, customer_id)
    identifiers = Identifier.objects.filter(customer__in=family(customer)).order_by("kind", "value")
    return CustomerDetail(
        **CustomerItem.from_orm(customer).dict(),
        traits=customer.traits,
        identifiers=[IdentifierItem(kind=one.kind, value=one.value) for one in identifiers],
    )


@router.get(
    "/{uuid:customer_id}/events",
    response={200: Page[EventItem], PROBLEMS: Problem},
    summary="List a customer’s events",
)
@needs(Permission.SEE_CUSTOMERS)
def list_events(
    request: ApiRequest,
    customer_id: UUID,
    limit: Limit,
    cursor: Cursor,
    name: Annotated[list[str] | None, Query(None, max_length=50, description="Only events of these names.")],
) -> Page[EventItem]:
    """Return everything that happened to a customer, and to those merged into them, newest first."""
    customer = _customer(request, customer_id)
    before, before_id = _place(cursor)
    rows = events_of(
        request.workspace, customer, before=before, before_id=before_id, limit=limit + 1, names=name
    )
    return page_of(rows, limit, _event, lambda event: [event.occurred_at.isoformat(), str(event.event_id)])


def _customer(request: ApiRequest, customer_id: UUID) -> Customer:
    return whole_customer(find(Customer, request, id=customer_id))


def _led_to_by(customers: QuerySet[Customer], kinds: list[str], value: str) -> QuerySet[Customer]:
    # PostgreSQL takes no NUL, and nobody is recognised by nothing.
    if not value or "\0" in value:
        return customers.none()
    return by_identifier(customers, kinds=kinds, value=value)


def _event(event: CustomerEvent) -> EventItem:
    return EventItem(
        id=event.event_id,
        type=event.type,
        name=event.name,
        occurred_at=event.occurred_at,
        touchpoint=event.touchpoint,
        channel=event.channel,
        properties=event.properties,
    )


def _place(cursor: str | None) -> tuple[datetime, UUID]:
    """Return the event after which the page begins."""
    parts = parts_of(cursor, 2)
    if parts is None:
        return FAR_FUTURE, LAST_ID
    try:
        moment = datetime.fromisoformat(parts[0])
    except ValueError:
        raise bad_cursor() from None
    if moment.tzinfo is None or not 1900 < moment.year < 2299:
        raise bad_cursor()
    return moment, uuid_of(parts[1])
