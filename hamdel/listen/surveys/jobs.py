"""Work in the background: forget in which order anonymous answers came."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils.timezone import now
from procrastinate.contrib.django import app

from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.surveys.mixing import mix_answers, mix_used_links


@app.periodic(cron="*/10 * * * *")
@app.task(name="surveys.mix_used_links", queueing_lock="surveys.mix_used_links")
def mix_links(timestamp: int) -> None:  # noqa: ARG001  # what every periodic job is given
    close_old_connections()
    with across_workspaces():
        mix_used_links()


@app.periodic(cron="41 1 * * *")
@app.task(name="surveys.mix_answers", queueing_lock="surveys.mix_answers")
def mix_settled_answers(timestamp: int) -> None:  # noqa: ARG001  # what every periodic job is given
    close_old_connections()
    with across_workspaces():
        mix_answers(at=now())
