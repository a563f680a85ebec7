"""Whom the command line means."""

from __future__ import annotations

import contextlib
from uuid import UUID

from hamdel.ground.persian.phones import normal_phone
from hamdel.ground.workspaces.choosing import NoWorkspace, workspace_of
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.models import Customer, Identifier
from hamdel.know.customers.queries import by_identifier, whole_customer
from hamdel.know.forgetting.errors import NobodyMeant

Kind = Identifier.Kind


def workspace_named(slug: str | None) -> Workspace:
    """Return the workspace with this slug, or the only one. Raises NobodyMeant."""
    try:
        return workspace_of(slug)
    except NoWorkspace as refusal:
        raise NobodyMeant(str(refusal)) from refusal


def customer_named(workspace: Workspace, said: str) -> Customer:
    """Return the one customer with this id, user id, external id, e-mail or phone. Raises NobodyMeant."""
    with inside(workspace):
        found = {customer.id: customer for customer in _candidates(workspace, said.strip())}
    if len(found) != 1:
        many = "nobody is" if not found else f"{len(found)} customers are"
        raise NobodyMeant(f"{many} known by {said!r}; give an id, a user id, an e-mail or a phone")
    return next(iter(found.values()))


def _candidates(workspace: Workspace, said: str) -> list[Customer]:
    ours = Customer.objects.in_workspace(workspace)
    found = list(by_identifier(ours, kinds=[Kind.USER, Kind.EXTERNAL], value=said))
    found += by_identifier(ours, kinds=[Kind.EMAIL], value=said.lower())
    if phone := normal_phone(said):
        found += by_identifier(ours, kinds=[Kind.PHONE], value=phone)
    with contextlib.suppress(ValueError):
        found += [whole_customer(one) for one in ours.filter(id=UUID(said))]
    return found
