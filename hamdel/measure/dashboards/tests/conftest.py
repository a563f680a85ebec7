"""Events for dashboards, brought in by the way of every event: checked, logged, shipped."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.events.intake import SourceKey, take
from hamdel.listen.events.log import append_to_log
from hamdel.listen.events.models import Source
from hamdel.listen.events.shipping import ship_everything


class Shop:
    """A workspace that sends events; they are in ClickHouse when `bring` returns."""

    def __init__(self, workspace) -> None:
        self.workspace = workspace

    def bring(self, *calls) -> None:
        with inside(self.workspace):
            source, _new = Source.objects.get_or_create(workspace=self.workspace, name="shop")
            intake = take(calls, source=SourceKey(source.id, self.workspace.id), received_at=now())
            assert intake.rejects == []
            append_to_log(connection, intake.rows)
        ship_everything()

    def score(self, metric, *scores, at: datetime | None = None, scale=(0, 10), **properties) -> None:
        """Give these scores, an hour ago unless told otherwise, each by a customer of their own."""
        moment = (at or now() - timedelta(hours=1)).isoformat()
        given = {"metric": metric, "scale_min": scale[0], "scale_max": scale[1], **properties}
        self.bring(
            *(
                {
                    "type": "track",
                    "event": "Score Given",
                    "userId": f"u-{uuid4()}",
                    "timestamp": moment,
                    "properties": {**given, "score": score},
                }
                for score in scores
            )
        )


@pytest.fixture
def cafe(cast, analytics_store):
    return Shop(cast.cafe)


@pytest.fixture
def clinic(cast, analytics_store):
    return Shop(cast.clinic)


@pytest.fixture
def page(client, cast):
    """Open an address as somebody, in English unless told otherwise."""

    def open_page(address, *, by=None, language="en", **headers):
        client.cookies["language"] = language
        client.force_login((by or cast.owner).user)
        return client.get(address, **headers)

    return open_page
