"""Work in the background: try reactions that failed once more."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils.timezone import now
from procrastinate.contrib.django import app

from hamdel.ground.facts.failures import try_what_is_due


@app.periodic(cron="*/5 * * * *")
@app.task(name="facts.try_failed_reactions", queueing_lock="facts.try_failed_reactions")
def try_failed_reactions(timestamp: int) -> None:  # noqa: ARG001  # what every periodic job is given
    """Whatever was missing, a service, a row or a repaired release, may be there now."""
    close_old_connections()
    try_what_is_due(at=now())
