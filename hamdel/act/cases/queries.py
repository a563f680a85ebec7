"""Questions about cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.timezone import now

from hamdel.act.cases.models import Case
from hamdel.ground.access.doors import Request
from hamdel.ground.access.permissions import Permission
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Customer
from hamdel.know.customers.queries import family


def open_cases_of(request: Request, customer: Customer) -> dict[str, Any] | None:
    """Return what the customer's page shows of open cases; None when there are none to see."""
    if not request.member.may(Permission.SEE_CASES):
        return None
    cases = Case.objects.visible_to(request.member).open().filter(customer__in=family(customer))
    listed = list(cases.select_related("owner__user").order_by("due_at"))
    return {"cases": listed, "now": now()} if listed else None


def with_open_cases(workspace: Workspace, customers: Sequence[UUID], _at: datetime) -> set[UUID]:
    """Return those of these customers who wait for us: the contact gate keeps surveys from them."""
    waiting = Case.objects.in_workspace(workspace).open().filter(customer__in=customers)
    return set(waiting.values_list("customer_id", flat=True))
