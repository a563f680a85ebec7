"""Group commit: many requests, one fsync.

While one commit is on its way to the disk the next requests gather; then they all go as one. A request is
answered only after the commit that holds its events.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import psycopg

from hamdel.ground.ids import new_id
from hamdel.listen.events.intake import Intake
from hamdel.listen.events.log import append_to_log

log = logging.getLogger(__name__)

MOST_WAITING_EVENTS = 200_000
MOST_EVENTS_A_COMMIT = 20_000
CONNECT_SECONDS = 5


class Overloaded(Exception):
    """More events are waiting than memory should hold; the client is to come again shortly."""


class StoreAway(Exception):
    """PostgreSQL cannot store right now: it is down, or its disk is full."""


class Waiting(NamedTuple):
    intake: Intake
    default_type: str
    done: asyncio.Future
    loop: asyncio.AbstractEventLoop


class Committer:
    """The one writer of this process into the log, in a thread of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.waiting: deque[Waiting] = deque()
        self.waiting_events = 0
        self.committed_events = 0
        self.commits = 0
        self.changed = threading.Condition()
        self.stopping = False
        self.connection: psycopg.Connection | None = None
        self.thread = threading.Thread(target=self._run, name="committer", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """Commit what waits, then end."""
        with self.changed:
            self.stopping = True
            self.changed.notify()
        self.thread.join(timeout=30)

    async def commit(self, intake: Intake, *, default_type: str = "") -> None:
        """Return when the events are on disk. Raises Overloaded, StoreAway."""
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        size = len(intake.rows) + len(intake.rejects)
        with self.changed:
            if self.waiting_events + size > MOST_WAITING_EVENTS or self.stopping:
                raise Overloaded
            self.waiting.append(Waiting(intake, default_type, done, loop))
            self.waiting_events += size
            self.changed.notify()
        await done

    def _run(self) -> None:
        while group := self._next_group():
            try:
                self._write(group)
                error = None
            except Exception as problem:
                error = problem
                log.warning("The log could not be written: %s", str(problem).splitlines()[:1])
                self._disconnect()
            self._settle(group, error)
        self._disconnect()

    def _next_group(self) -> list[Waiting]:
        """Wait for work and return as much as one commit takes; empty when it is time to end."""
        with self.changed:
            while not self.waiting and not self.stopping:
                self.changed.wait()
            group, events = [], 0
            while self.waiting and events < MOST_EVENTS_A_COMMIT:
                group.append(self.waiting.popleft())
                events += len(group[-1].intake.rows) + len(group[-1].intake.rejects)
            self.waiting_events -= events
            return group

    def _write(self, group: Sequence[Waiting]) -> None:
        connection = self._connected()
        with connection.transaction():
            # The intake knows the workspace of each row; row level security must let it write them all.
            connection.execute("SELECT set_config('app.workspace', 'every', true)")
            rows = [row for waiting in group for row in waiting.intake.rows]
            if rows:
                append_to_log(connection, rows)
            rejects = [row for waiting in group for row in _rejects(waiting)]
            if rejects:
                with connection.cursor() as cursor:
                    cursor.executemany(QUARANTINE, rejects)
        self.commits += 1
        self.committed_events += len(rows)

    def _connected(self) -> psycopg.Connection:
        if self.connection is None or self.connection.closed:
            self.connection = psycopg.connect(self.url, autocommit=True, connect_timeout=CONNECT_SECONDS)
        return self.connection

    def _disconnect(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    @staticmethod
    def _settle(group: Sequence[Waiting], error: Exception | None) -> None:
        """Wake the requests, those of one event loop with one call."""
        loops = {waiting.loop for waiting in group}
        for loop in loops:
            futures = [waiting.done for waiting in group if waiting.loop is loop]
            if not loop.is_closed():
                loop.call_soon_threadsafe(_resolve, futures, error)


QUARANTINE = """
INSERT INTO events_quarantinedevent (id, workspace_id, source_id, code, reason, payload, default_type, received_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


def _rejects(waiting: Waiting) -> list[tuple]:
    source, received_at = waiting.intake.source, waiting.intake.received_at
    return [
        (new_id(), source.workspace_id, source.source_id, code, message, payload, waiting.default_type, received_at)
        for _index, code, message, payload in waiting.intake.rejects
    ]


def _resolve(futures: Sequence[asyncio.Future], error: Exception | None) -> None:
    for future in futures:
        if future.done():
            continue  # the client went away
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(StoreAway(str(error)))
