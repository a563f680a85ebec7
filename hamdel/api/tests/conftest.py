"""Programs that call the API, each with a token of its own."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.utils.timezone import now

from hamdel.ground.access.actions import issue_token
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.events.intake import SourceKey, take
from hamdel.listen.events.log import append_to_log
from hamdel.listen.events.models import Source
from hamdel.listen.events.shipping import ship_everything


class Program:
    """Calls the API as one member."""

    def __init__(self, client, member) -> None:
        self.client = client
        self.headers = {"HTTP_AUTHORIZATION": f"Bearer {issue_token(member, name='test', by=member)}"}

    def get(self, path, **query):
        return self.client.get(f"/api/v1{path}", query, **self.headers)

    def post(self, path, body):
        text = body if isinstance(body, str) else json.dumps(body, default=str)
        return self.client.post(f"/api/v1{path}", text, content_type="application/json", **self.headers)

    def delete(self, path):
        return self.client.delete(f"/api/v1{path}", **self.headers)


@pytest.fixture
def as_member(client, analytics_store):
    return lambda member: Program(client, member)


@pytest.fixture
def program(as_member, cast):
    """A program of the café's owner."""
    return as_member(cast.owner)


@pytest.fixture
def stranger(as_member, cast):
    """A program of the outsider."""
    return as_member(cast.outsider)


@pytest.fixture
def bring():
    """Bring events in by the way of every event."""

    def bring_events(workspace, *calls):
        with inside(workspace):
            source, _new = Source.objects.get_or_create(workspace=workspace, name="shop")
            intake = take(calls, source=SourceKey(source.id, workspace.id), received_at=now())
            assert intake.rejects == []
            append_to_log(connection, intake.rows)
        ship_everything()

    return bring_events
