"""What a customer's page shows of the surveys they were asked."""

from __future__ import annotations

from typing import Any

from hamdel.ground.access.doors import Request
from hamdel.ground.access.permissions import Permission
from hamdel.know.customers.models import Customer
from hamdel.know.customers.queries import family
from hamdel.listen.invitations.models import Invitation
from hamdel.listen.invitations.reasons import say_reasons

MOST = 8


def invitations_of(request: Request, customer: Customer) -> dict[str, Any] | None:
    """Return the customer's latest invitations; None when there are none to see."""
    if not request.member.may(Permission.SEE_SURVEYS):
        return None
    found = Invitation.objects.visible_to(request.member).filter(customer__in=family(customer))
    listed = list(found.select_related("survey", "plan").order_by("-created_at")[: MOST + 1])
    say_reasons(listed)
    return {"invitations": listed[:MOST], "has_more": len(listed) > MOST} if listed else None
