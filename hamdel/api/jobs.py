"""Work in the background: forget replies that are a day old."""

from __future__ import annotations

from procrastinate.contrib.django import app

from hamdel.ground.workspaces.tenancy import across_workspaces


@app.periodic(cron="17 * * * *")
@app.task(name="api.forget_old_replies", queueing_lock="api.forget_old_replies")
def forget_replies(timestamp: int) -> None:  # noqa: ARG001  # what every periodic job is given
    # Brings Ninja, which takes long to load and only who answers needs.
    from hamdel.api.once import forget_old_replies

    with across_workspaces():
        forget_old_replies()
