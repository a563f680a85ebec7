"""Group commit: who is answered, with what, and what is on disk then."""

from __future__ import annotations

import asyncio
import os
import socket
from datetime import UTC, datetime

import psycopg
import pytest

from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.events import commit
from hamdel.listen.events.commit import Committer, NotStorable, Overloaded, StoreAway
from hamdel.listen.events.intake import SourceKey, take
from hamdel.listen.events.models import LoggedEvent, QuarantinedEvent, Source
from hamdel.listen.events.tests.asking import app_url

NOW = datetime(2026, 11, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def source(cast):
    with inside(cast.cafe):
        return Source.objects.create(workspace=cast.cafe, name="site")


def intake(source, *ids, **call):
    calls = [
        {"type": "track", "event": "Page Opened", "userId": "u", "messageId": name, **call} for name in ids
    ]
    return take(calls, source=SourceKey(source.id, source.workspace_id), received_at=NOW)


def commit_all(*intakes, url=None):
    """Commit all at once through one committer and return what each was told."""

    async def together():
        committer = Committer(url or app_url())
        committer.start()
        told = await asyncio.gather(*(committer.commit(one) for one in intakes), return_exceptions=True)
        await committer.stop()
        return told, committer.commits

    return asyncio.run(together())


def stored():
    with across_workspaces():
        return LoggedEvent.objects.count()


def test_requests_that_come_together_share_few_commits(source):
    told, commits = commit_all(*(intake(source, f"m{number}") for number in range(200)))

    assert told == [None] * 200
    assert stored() == 200
    assert commits <= 5


def test_refused_events_are_kept_in_the_same_commit(source):
    mixed = intake(source, "good")
    mixed.rejects += intake(source, "bad", event="").rejects

    commit_all(mixed)
    commit_all(mixed)

    assert stored() == 1
    with across_workspaces():
        assert [(held.code, held.workspace_id) for held in QuarantinedEvent.objects.all()] == [
            ("no_event_name", source.workspace_id)
        ]


def test_a_request_postgresql_refuses_does_not_take_others_with_it(source):
    poisoned = intake(source, "poison")
    poisoned.rows[0] = poisoned.rows[0]._replace(body=b'{"name":"\x00"}')

    told, _commits = commit_all(intake(source, "a"), poisoned, intake(source, "b"))

    assert [type(answer) for answer in told] == [type(None), NotStorable, type(None)]
    assert stored() == 2


def test_without_postgresql_nobody_is_told_it_is_stored(source, tmp_path):
    told, _commits = commit_all(intake(source, "a"), url=f"host={tmp_path} dbname=hamdel")

    assert [type(answer) for answer in told] == [StoreAway]


def test_it_reconnects_after_its_connection_was_killed(source):
    async def story():
        committer = Committer(app_url())
        committer.start()
        await committer.commit(intake(source, "before"))
        await asyncio.to_thread(_kill_connections)
        first = await asyncio.gather(committer.commit(intake(source, "during")), return_exceptions=True)
        await committer.commit(intake(source, "after"))
        await committer.stop()
        return first

    [during] = asyncio.run(story())

    assert during is None or isinstance(during, StoreAway)
    assert stored() == (3 if during is None else 2)


def _kill_connections():
    with psycopg.connect(app_url(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_advisory_xact_lock(7401)%'"
            " AND pid <> pg_backend_pid()"
        )


def test_it_goes_on_after_its_connection_broke_without_a_word_in_the_middle_of_a_commit(source):
    async def story():
        committer = Committer(app_url())
        committer.start()
        await committer.commit(intake(source, "before"))
        with psycopg.connect(app_url()) as other:
            other.execute("SELECT pg_advisory_xact_lock(7401)")  # so that the next commit has to wait
            during = asyncio.ensure_future(committer.commit(intake(source, "during")))
            await asyncio.sleep(0.2)
            _cut(committer)
            [told] = await asyncio.wait_for(asyncio.gather(during, return_exceptions=True), 5)
        await asyncio.wait_for(committer.commit(intake(source, "after")), 5)
        await committer.stop()
        return told

    told = asyncio.run(story())

    assert isinstance(told, StoreAway)
    with across_workspaces():
        assert any("after" in str(event.body) for event in LoggedEvent.objects.all())


def _cut(committer):
    """Break the connection as a killed server does: the other end is gone and says nothing."""
    with socket.socket(fileno=os.dup(committer.connection._wire.socket)) as line:
        line.shutdown(socket.SHUT_RDWR)


def test_more_than_memory_should_hold_is_turned_away(source, monkeypatch):
    monkeypatch.setattr(commit, "MOST_WAITING_EVENTS", 10)

    told, _commits = commit_all(*(intake(source, f"m{number}") for number in range(30)))

    assert any(isinstance(answer, Overloaded) for answer in told)
    assert stored() == told.count(None)
