"""Jobs of inviting: each minute, for every workspace that has something due."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.db import close_old_connections, transaction
from django.utils.timezone import now
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from hamdel.ground.analytics import AnalyticsError
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import across_workspaces

log = logging.getLogger(__name__)
QUEUE = "invitations"
# Others have their turn after this long; what is left goes on with the next job.
A_TURN_SECONDS = 40


def wake(workspace_id: UUID) -> None:
    """Let a workspace's invitations be sent once this transaction has committed. One waiting job is enough."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        invite_due.configure(queueing_lock=f"invitations:{workspace_id}").defer(
            workspace_id=str(workspace_id)
        )


@app.periodic(cron="* * * * *")
@app.task(name="invitations.sweep", queue=QUEUE, queueing_lock="invitations.sweep")
def sweep(timestamp: int) -> None:  # noqa: ARG001  # procrastinate's
    """Wake every workspace with invitations to plan, send, remind of or close."""
    close_old_connections()
    for workspace_id in workspaces_with_work():
        with transaction.atomic():
            wake(workspace_id)


@app.task(name="invitations.invite", queue=QUEUE)
def invite_due(workspace_id: str) -> None:
    """Do what is due in one workspace."""
    close_old_connections()
    with across_workspaces():
        workspace = Workspace.objects.filter(id=workspace_id).first()
    if workspace and work(workspace, seconds=A_TURN_SECONDS):
        with transaction.atomic():
            wake(workspace.id)


def work(workspace: Workspace, *, seconds: float) -> bool:
    """Plan, send, remind and close for a while; tell whether there is more to do."""
    from hamdel.listen.invitations.reminding import expire_due, remind_due
    from hamdel.listen.invitations.rounds import plan_rounds
    from hamdel.listen.invitations.sending import send_due

    ends = time.monotonic() + seconds
    try:
        plan_rounds(workspace, at=now())
    except AnalyticsError as away:
        # Segments are asked for in ClickHouse; what is planned already goes on without it.
        log.warning("Segments cannot be asked now: %s", away)
    expire_due(workspace, now=now())
    for step in (send_due, remind_due):
        while step(workspace, now=now()):
            if time.monotonic() >= ends:
                return True
    return False


def workspaces_with_work() -> set[UUID]:
    """Return which workspaces have something due now."""
    from hamdel.listen.invitations.models import Invitation, Plan

    at = now()
    with across_workspaces():
        found = set(Invitation.objects.due(now=at).values_list("workspace_id", flat=True).distinct())
        found |= set(Invitation.objects.to_remind(now=at).values_list("workspace_id", flat=True).distinct())
        found |= set(Invitation.objects.overdue(now=at).values_list("workspace_id", flat=True).distinct())
        rounds = Plan.objects.running().exclude(whom=Plan.Whom.RULE)
        lately = at - timedelta(minutes=30)
        found |= set(rounds.exclude(planned_at__gt=lately).values_list("workspace_id", flat=True).distinct())
        return found
