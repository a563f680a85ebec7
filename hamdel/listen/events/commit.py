"""Group commit: many requests, one fsync.

While one commit is on its way to the disk the next requests gather; then they all go as one. A request is
answered only after the commit that holds its events. All of it happens on the event loop, between the requests.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import psycopg

from hamdel.listen.events.intake import Intake
from hamdel.listen.events.log import APPEND_ALONE, MOST_ROWS_A_STATEMENT, pack
from hamdel.listen.events.quarantining import QUARANTINE, pack_rejects
from hamdel.listen.events.statement import LoopConnection

log = logging.getLogger(__name__)

MOST_WAITING_EVENTS = 50_000
MOST_WAITING_BYTES = 64_000_000
# A server that is silent for this long is as good as away.
COMMIT_SECONDS = 15
# What a row can be blamed for: others of its group are stored without it.
BLAMES_THE_ROW = (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.ProgramLimitExceeded)


class Overloaded(Exception):
    """More is waiting than memory should hold; the client is to come again shortly."""


class StoreAway(Exception):
    """PostgreSQL cannot store right now: it is down, or its disk is full."""


class NotStorable(Exception):
    """PostgreSQL refuses just this request's events; sending them again would not help."""


class Waiting(NamedTuple):
    """A request whose events wait for their commit."""

    intake: Intake
    default_type: str
    done: asyncio.Future[None]


class Committer:
    """The one writer of this process into the log."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.waiting: deque[Waiting] = deque()
        self.waiting_events = self.waiting_bytes = 0
        self.committed_events = self.commits = 0
        self.arrived = asyncio.Event()
        self.stopping = False
        self.connection: LoopConnection | None = None
        self.running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to commit. Call inside the running event loop."""
        self.running = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        """Commit what waits, then end."""
        self.stopping = True
        self.arrived.set()
        if self.running is not None:
            await self.running

    async def commit(self, intake: Intake, *, default_type: str = "") -> None:
        """Return when the events are on disk. Raises Overloaded, StoreAway, NotStorable."""
        if self.stopping or self._is_full:
            raise Overloaded
        done = asyncio.get_running_loop().create_future()
        self.waiting.append(Waiting(intake, default_type, done))
        self.waiting_events += intake.size
        self.waiting_bytes += intake.weight
        self.arrived.set()
        await done

    @property
    def _is_full(self) -> bool:
        return self.waiting_events >= MOST_WAITING_EVENTS or self.waiting_bytes >= MOST_WAITING_BYTES

    async def _run(self) -> None:
        while not (self.stopping and not self.waiting):
            self.arrived.clear()
            if self.waiting:
                await self._commit_group(self._next_group())
            elif not self.stopping:
                await self.arrived.wait()
        await self._disconnect()

    def _next_group(self) -> list[Waiting]:
        """Return as much as one commit takes."""
        group: list[Waiting] = []
        events = 0
        while self.waiting and (not group or events + self.waiting[0].intake.size <= MOST_ROWS_A_STATEMENT):
            group.append(self.waiting.popleft())
            events += group[-1].intake.size
            self.waiting_bytes -= group[-1].intake.weight
        self.waiting_events -= events
        return group

    async def _commit_group(self, group: Sequence[Waiting]) -> None:
        try:
            async with asyncio.timeout(COMMIT_SECONDS):
                await self._write(group)
        except BLAMES_THE_ROW as error:
            await self._blame(group, error)
        except (psycopg.Error, OSError, TimeoutError) as error:
            log.warning("The log could not be written: %s", _first_line(error))
            await self._disconnect()
            _settle(group, StoreAway(_first_line(error)))
        except Exception:
            log.exception("A group of events could not be written")
            await self._disconnect()
            _settle(group, StoreAway("see the log of the server"))
        else:
            self.commits += 1
            self.committed_events += sum(len(waiting.intake.rows) for waiting in group)
            _settle(group, None)

    async def _blame(self, group: Sequence[Waiting], error: psycopg.Error) -> None:
        """Store the requests of a refused group one by one, so that only the guilty one is refused."""
        await self._disconnect()
        if len(group) == 1:
            log.warning("Events were refused by PostgreSQL: %s", _first_line(error))
            _settle(group, NotStorable(_first_line(error)))
            return
        for waiting in group:
            await self._commit_group([waiting])

    async def _write(self, group: Sequence[Waiting]) -> None:
        connection = await self._connected()
        rows = [row for waiting in group for row in waiting.intake.rows]
        rejects = pack_rejects((waiting.intake, waiting.default_type) for waiting in group)
        if not rejects:
            await connection.run("append", pack(rows))
            return
        await connection.execute("BEGIN")
        if rows:
            await connection.run("append", pack(rows))
        await connection.run("quarantine", rejects)
        await connection.execute("COMMIT")

    async def _connected(self) -> LoopConnection:
        if self.connection is None or not self.connection.is_usable:
            await self._disconnect()
            self.connection = await LoopConnection.open(self.url)
            await self.connection.prepare("append", APPEND_ALONE)
            await self.connection.prepare("quarantine", QUARANTINE)
        return self.connection

    async def _disconnect(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            await connection.close()


def _settle(group: Iterable[Waiting], error: Exception | None) -> None:
    for waiting in group:
        if waiting.done.done():
            continue  # the client went away
        if error is None:
            waiting.done.set_result(None)
        else:
            waiting.done.set_exception(error)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
