"""Group commit of answers: pages that arrive while one commit is on its way to the disk are stored by the next."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.db import Error, close_old_connections, connection

from hamdel.listen.surveys.taking import Outcome, Submission, take

log = logging.getLogger(__name__)

MOST_WAITING = 5_000
MOST_A_COMMIT = 200
# So long after a page was stored the next is thought to be near.
BUSY_SECONDS = 0.2


class Busy(Exception):
    """More pages are waiting than can be stored soon."""


class Waiting(NamedTuple):
    submission: Submission
    done: asyncio.Future[Outcome]
    loop: asyncio.AbstractEventLoop


class Desk:
    """Stores pages in a thread of its own, as many at once as have come."""

    def __init__(self) -> None:
        self.waiting: deque[Waiting] = deque()
        self.changed = threading.Condition()
        self.stopping = False
        self.stored_at = 0.0
        self.thread = threading.Thread(target=self._run, name="answers", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """Store what waits, then end."""
        with self.changed:
            self.stopping = True
            self.changed.notify()
        if self.thread.is_alive():
            self.thread.join(timeout=30)

    @property
    def is_busy(self) -> bool:
        """Tell whether pages come in a stream: then background work should wait a little."""
        return bool(self.waiting) or time.monotonic() - self.stored_at < BUSY_SECONDS

    async def save(self, submission: Submission) -> Outcome:
        """Return the outcome once it is durable. Raises Busy, and what PostgreSQL raised if it could not store."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Outcome] = loop.create_future()
        with self.changed:
            if self.stopping or len(self.waiting) >= MOST_WAITING:
                raise Busy
            self.waiting.append(Waiting(submission, done, loop))
            self.changed.notify()
        return await done

    def _run(self) -> None:
        while group := self._next_group():
            results = self._take([waiting.submission for waiting in group])
            self.stored_at = time.monotonic()
            _wake(group, results)
        connection.close()

    def _next_group(self) -> list[Waiting]:
        with self.changed:
            while not self.waiting and not self.stopping:
                self.changed.wait()
            return [self.waiting.popleft() for _ in range(min(len(self.waiting), MOST_A_COMMIT))]

    def _take(self, submissions: Sequence[Submission]) -> list[Outcome | Exception]:
        """Take them together; if that fails, each alone, so that one page cannot spoil the others'."""
        try:
            return list(take(submissions))
        except Exception as error:
            log.warning("A group of %d pages could not be stored: %s", len(submissions), error)
            if isinstance(error, Error):
                close_old_connections()
            if len(submissions) == 1:
                return [error]
        return [self._take([submission])[0] for submission in submissions]


def _wake(group: Sequence[Waiting], results: Sequence[Outcome | Exception]) -> None:
    """Answer the requests, those of one event loop with one call."""
    for loop in {waiting.loop for waiting in group}:
        own = [
            (waiting.done, result)
            for waiting, result in zip(group, results, strict=True)
            if waiting.loop is loop
        ]
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, own)


def _settle(own: Sequence[tuple[asyncio.Future[Outcome], Outcome | Exception]]) -> None:
    for done, result in own:
        if done.done():
            continue  # the browser went away
        settle: Callable = done.set_exception if isinstance(result, Exception) else done.set_result
        settle(result)
