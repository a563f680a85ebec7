"""Work in the background: settle the days that are over, and the orders."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from hamdel.ground.analytics import AnalyticsError
from hamdel.ground.turns import turn
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.measure.metrics.orders import settle_orders
from hamdel.measure.metrics.settling import SETTLERS_LOCK, settle

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="metrics.settle_days", queueing_lock="metrics.settle_days")
def settle_days(timestamp: int) -> None:  # noqa: ARG001  # what every periodic job is given
    """Settle the days and the orders of every workspace.

    What fails, or is not to be touched now, is left for the next minute: the rows answer meanwhile.
    """
    with across_workspaces():
        workspaces = list(Workspace.objects.all())
    for workspace in workspaces:
        try:
            with turn(SETTLERS_LOCK, workspace.id) as is_ours:
                if is_ours:
                    settle(workspace)
                    settle_orders(workspace)
        except AnalyticsError as problem:
            log.warning("Not everything of %s is settled: %s", workspace.slug, problem)
