"""Work in groups: what arrives while one group is being worked on is the next group.

Of posted pages that makes a group commit, of pages asked for the same few questions to the database for all of them.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import Error, close_old_connections, connection

log = logging.getLogger(__name__)

MOST_WAITING = 5_000
MOST_A_COMMIT = 200
# So long after one group the next is thought to be near.
BUSY_SECONDS = 0.2
# Whoever was just answered often sends the next page at once. As many as that are waited for, but not longer than this.
GATHERING_SECONDS = 0.004


Task = TypeVar("Task")
Result = TypeVar("Result")


class Busy(Exception):
    """More pages are waiting than can be stored soon."""


class Waiting(NamedTuple):
    task: Any
    done: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


class Desk(Generic[Task, Result]):
    """Does `work` in a thread of its own, for as many at once as have come.

    One thread, for two would halve the groups, and what a group costs whatever its size is most of what it costs.
    """

    def __init__(self, work: Callable[[Sequence[Task]], Sequence[Result]], *, name: str) -> None:
        self.work = work
        self.waiting: deque[Waiting] = deque()
        self.changed = threading.Condition()
        self.stopping = False
        self.done_at = 0.0
        # So many must wait before the thread is woken.
        self.wanted = 1
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """Do what waits, then end."""
        with self.changed:
            self.stopping = True
            self.changed.notify_all()
        if self.thread.is_alive():
            self.thread.join(timeout=30)

    @property
    def is_busy(self) -> bool:
        """Tell whether pages come in a stream: then background work should wait a little."""
        return bool(self.waiting) or time.monotonic() - self.done_at < BUSY_SECONDS

    async def do(self, task: Task) -> Result:
        """Return what came of it once it is done (stored, it is durable). Raises Busy, and what PostgreSQL raised."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Result] = loop.create_future()
        with self.changed:
            if self.stopping or len(self.waiting) >= MOST_WAITING:
                raise Busy
            self.waiting.append(Waiting(task, done, loop))
            if len(self.waiting) >= self.wanted:
                self.changed.notify()
        return await done

    def _run(self) -> None:
        group: list[Waiting] = []
        while group := self._next_group(like=len(group)):
            results = self._do([waiting.task for waiting in group])
            self.done_at = time.monotonic()
            _wake(group, results)
        connection.close()

    def _next_group(self, *, like: int) -> list[Waiting]:
        """Wait for the first, then a moment for as many as the last group had. Nobody when it is time to stop."""
        with self.changed:
            self.wanted = 1
            self.changed.wait_for(lambda: self.waiting or self.stopping)
            self.wanted = like
            self.changed.wait_for(lambda: len(self.waiting) >= like or self.stopping, GATHERING_SECONDS)
            return [self.waiting.popleft() for _ in range(min(len(self.waiting), MOST_A_COMMIT))]

    def _do(self, tasks: Sequence[Task]) -> list[Result | Exception]:
        """Do them together; if that fails, each alone, so that one cannot spoil the others'."""
        try:
            return list(self.work(tasks))
        except Exception as error:
            log.warning("A group of %d pages could not be done: %s", len(tasks), error)
            if isinstance(error, Error):
                close_old_connections()
            if len(tasks) == 1:
                return [error]
        return [self._do([task])[0] for task in tasks]


def _wake(group: Sequence[Waiting], results: Sequence[Any]) -> None:
    """Answer the requests, those of one event loop with one call."""
    for loop in {waiting.loop for waiting in group}:
        own = [
            (waiting.done, result)
            for waiting, result in zip(group, results, strict=True)
            if waiting.loop is loop
        ]
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, own)


def _settle(own: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    for done, result in own:
        if done.done():
            continue  # the browser went away
        settle: Callable = done.set_exception if isinstance(result, Exception) else done.set_result
        settle(result)
