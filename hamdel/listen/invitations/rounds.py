"""The turns of plans that ask a list or a segment."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.invitations.models import ListedCustomer, Plan
from hamdel.listen.invitations.planning import plan_round


def plan_rounds(workspace: Workspace, *, at: datetime) -> int:
    """Plan what is new of every running list and segment; return how many invitations that makes."""
    with inside(workspace):
        ids = list(
            Plan.objects.in_workspace(workspace)
            .running()
            .exclude(whom=Plan.Whom.RULE)
            .values_list("id", flat=True)
        )
    return sum(plan_next(workspace, plan_id, at=at) for plan_id in ids)


def plan_next(workspace: Workspace, plan_id: UUID, *, at: datetime) -> int:
    """Plan the next round of one plan, unless another worker is at it."""
    with inside(workspace):
        locked = Plan.objects.select_for_update(of=("self",), skip_locked=True, no_key=True).running()
        plan = locked.select_related("survey", "workspace").filter(id=plan_id).first()
        if plan is None or not _is_due(plan, at=at):
            return 0
        return plan_round(plan, customers_of(plan, at=at), at=at)


def customers_of(plan: Plan, *, at: datetime) -> Collection[UUID]:
    """Return everybody a list or segment names, whatever the share and the day."""
    if plan.whom == Plan.Whom.LIST or plan.segment_id is None:
        return list(ListedCustomer.objects.filter(plan=plan).values_list("customer_id", flat=True))
    # Here, because an installation may leave the slice of segments out.
    from hamdel.know.segments.models import Segment
    from hamdel.know.segments.queries import segment_members

    segment = Segment.objects.filter(workspace_id=plan.workspace_id, id=plan.segment_id).first()
    return segment_members(segment, at=at) if segment else []


def _is_due(plan: Plan, *, at: datetime) -> bool:
    """Tell whether a day has begun that has not been planned."""
    if plan.planned_at is None:
        return plan.asks_at(at)
    if plan.repeat_days is None:
        return False
    zone = plan.workspace.zone
    return plan.planned_at.astimezone(zone).date() < at.astimezone(zone).date()
