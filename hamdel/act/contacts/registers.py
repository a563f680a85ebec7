"""What slices above teach the gate: who else must be left alone, and where a channel finds its addresses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hamdel.act.contacts.policy import SURVEY, WITHOUT_ADDRESS
from hamdel.act.contacts.reasons import REASONS
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Customer

Refuse = Callable[[Workspace, Sequence[UUID], datetime], Collection[UUID]]
AddressesOf = Callable[[Sequence[Customer]], dict[UUID, str]]


@dataclass(frozen=True)
class Refuser:
    """A rule of a slice above. `refuse` is asked once for many customers, merged ones by their own ids."""

    name: str
    refuse: Refuse
    purposes: frozenset[str]


REFUSERS: dict[str, Refuser] = {}
_addresses: dict[str, AddressesOf] = {}


def register_refuser(name: str, refuse: Refuse, *, label: Any, purposes: Iterable[str] = (SURVEY,)) -> None:
    """Refuse customers for a reason of your own. Called from a slice's `apps.py`; saying it twice changes nothing."""
    REFUSERS[name] = Refuser(name, refuse, frozenset(purposes))
    REASONS[name] = label


def register_address(channel: str, addresses_of: AddressesOf) -> None:
    """Teach the gate where a channel finds customers: `addresses_of` returns only those who have an address."""
    _addresses[channel] = addresses_of


def own_addresses(channel: str, customers: Sequence[Customer]) -> dict[UUID, str]:
    """Return each customer's own address of a channel; who has none is left out."""
    found = _addresses.get(channel)
    return found(customers) if found else {}


def known_channels() -> set[str]:
    """Return every channel the gate knows something of."""
    return {*_addresses, *WITHOUT_ADDRESS}


def _phones(customers: Sequence[Customer]) -> dict[UUID, str]:
    return {customer.id: customer.phone for customer in customers if customer.phone}


def _emails(customers: Sequence[Customer]) -> dict[UUID, str]:
    return {customer.id: customer.email for customer in customers if customer.email}


for _channel in ("sms", "ivr", "ussd", "call"):
    register_address(_channel, _phones)
register_address("email", _emails)
