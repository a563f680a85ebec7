"""Work in the background: settle the days that are over, and the orders."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from hamdel.ground.analytics import AnalyticsError
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.measure.metrics.orders import settle_orders
from hamdel.measure.metrics.settling import settle

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="metrics.settle_days", queueing_lock="metrics.settle_days")
def settle_days(timestamp: int) -> None:  # noqa: ARG001  # what every periodic job is given
    """Settle the days and the orders of every workspace. What fails is left for the next minute: the rows answer meanwhile."""
    with across_workspaces():
        workspaces = list(Workspace.objects.all())
    for workspace in workspaces:
        try:
            settle(workspace)
            settle_orders(workspace)
        except AnalyticsError as problem:
            log.warning("Not everything of %s is settled: %s", workspace.slug, problem)
