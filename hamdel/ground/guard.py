"""What every request must pass before anything reads it: how large its body may be and how slowly it may come.

Django writes any body to a temporary file before it looks at the address, and the HTTP server has no limit of its
own. So the limits are here: the body is read into memory, up to the route's size, and then replayed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

BODY_SECONDS = 60
# After this grace a body must have come at the slowest rate or faster.
GRACE_SECONDS = 5
SLOWEST_BYTES_PER_SECOND = 1024
LOOK_SECONDS = 0.5
PAGE_BODY = 2_500_000
# A form with a file: the largest file that is kept (10 MB) and the rest of its form.
FILE_BODY = 10_500_000
# All bodies that are on their way, together: many slow clients must not fill the memory.
MOST_HELD_BYTES = 128_000_000


class BodyRefused(Exception):
    """The body is not taken; what the client is told about it."""

    status = 400
    code = message = ""

    @property
    def body(self) -> bytes:
        return b'{"code":"%b","message":"%b"}' % (self.code.encode(), self.message.encode())


class BodyTooLarge(BodyRefused):
    """More bytes than this address takes."""

    status, code, message = 413, "too_large", "The request is too large."


class BodyTooSlow(BodyRefused):
    """The body did not come in time."""

    status, code, message = 408, "too_slow", "The request did not arrive in time."


class TooManyBodies(BodyRefused):
    """What is being received just now fills the memory set aside for it."""

    status, code, message = 503, "overloaded", "Too much is being received; try again soon."


class ClientGone(Exception):
    """The client closed the connection before its body was whole."""


class Reading:
    """A body on its way in."""

    __slots__ = ("began", "is_slow", "received", "task")
    on_their_way: set[Reading] = set()
    held_bytes = 0

    def __init__(self) -> None:
        self.task = asyncio.current_task()
        self.began = time.monotonic()
        self.received = 0
        self.is_slow = False

    def add(self, count: int, limit: int) -> None:
        self.received += count
        Reading.held_bytes += count
        if self.received > limit:
            raise BodyTooLarge
        if Reading.held_bytes > MOST_HELD_BYTES:
            raise TooManyBodies

    def is_too_slow(self, now: float) -> bool:
        spent = now - self.began
        return spent > BODY_SECONDS or self.received < (spent - GRACE_SECONDS) * SLOWEST_BYTES_PER_SECOND

    def end_if_slow(self, now: float) -> None:
        if not self.is_slow and self.task is not None and self.is_too_slow(now):
            self.is_slow = True
            self.task.cancel()


async def watch_bodies() -> None:
    """End the reading of bodies that come too slowly, until cancelled. One watchman is cheaper than a timer each."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        now = time.monotonic()
        for reading in list(Reading.on_their_way):
            reading.end_if_slow(now)


def header(scope: Scope, name: bytes) -> bytes:
    """Return a header's value, b"" when it is not there."""
    for key, value in scope["headers"]:
        if key == name:
            return value
    return b""


def page_limit(scope: Scope) -> int:
    """Return how many bytes a page may be sent: a form with files more than anything else."""
    return FILE_BODY if header(scope, b"content-type").startswith(b"multipart/form-data") else PAGE_BODY


async def read_body(scope: Scope, receive: Receive, *, limit: int) -> bytes:
    """Return the whole body.

    Raises BodyTooLarge (before reading, if its length is stated), BodyTooSlow, TooManyBodies, ClientGone.
    """
    stated = header(scope, b"content-length")
    if len(stated) > 6 and int(stated) > limit:
        raise BodyTooLarge
    reading = Reading()
    Reading.on_their_way.add(reading)
    try:
        return await _collect(reading, receive, limit)
    except asyncio.CancelledError:
        if not reading.is_slow or reading.task is None:
            raise
        reading.task.uncancel()
        raise BodyTooSlow from None
    finally:
        Reading.on_their_way.discard(reading)
        Reading.held_bytes -= reading.received


async def _collect(reading: Reading, receive: Receive, limit: int) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part: bytes = message.get("body", b"")
        reading.add(len(part), limit)
        parts.append(part)
        if not message.get("more_body"):
            return part if len(parts) == 1 else b"".join(parts)


def replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body once, then whatever the client does next."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def answer(send: Send, status: int, body: bytes, headers: Headers | None = None) -> None:
    """Send one whole JSON response."""
    length = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": length + (headers or [])})
    await send({"type": "http.response.body", "body": body})
