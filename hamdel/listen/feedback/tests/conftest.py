"""Sources of each kind, and what they put into the log."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.events.models import LoggedEvent
from hamdel.listen.feedback.actions import connect
from hamdel.listen.feedback.connectors import connector_named
from hamdel.listen.feedback.tests.signing import SECRETS, signed


class SourceOver:
    """A program over there: it calls our address as it would."""

    def __init__(self, client, cast, name) -> None:
        self.client, self.cast, self.name = client, cast, name
        with inside(cast.cafe):
            self.inbox, _made = connect(
                cast.cafe, connector_named(name), name=name, settings={}, secrets_given={}, by=cast.owner
            )
            self.inbox.secrets = {"secret": SECRETS[name]}
            self.inbox.save()
        self.address = reverse("feedback:delivery", args=[self.inbox.key])

    def call(self, payload, **how):
        body, headers = signed(self.name, payload, **how)
        return self.client.post(self.address, body, content_type="application/json", headers=headers)

    def logged(self):
        with inside(self.cast.cafe):
            return [json.loads(row.body) for row in LoggedEvent.objects.order_by("position")]

    def told(self):
        """Return name and the telling properties of each event."""
        return [(event["name"], event["properties"]) for event in self.logged()]

    def deliveries(self):
        with inside(self.cast.cafe):
            return list(self.inbox.deliveries.order_by("id").values_list("kind", "outcome", "events"))


@pytest.fixture
def source(client, cast):
    return lambda name: SourceOver(client, cast, name)
