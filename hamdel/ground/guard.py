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

BODY_SECONDS = 60
# After this grace a body must come at the slowest rate or faster.
GRACE_SECONDS = 5
SLOWEST_BYTES_PER_SECOND = 1024
PAGE_BODY = 2_500_000


class BodyTooLarge(Exception):
    """413: more bytes than this address takes."""


class BodyTooSlow(Exception):
    """408: the body did not come in time."""


class ClientGone(Exception):
    """The client closed the connection before its body was whole."""


def header(scope: Scope, name: bytes) -> bytes:
    """Return a header's value, b"" when it is not there."""
    for key, value in scope["headers"]:
        if key == name:
            return value
    return b""


async def read_body(scope: Scope, receive: Receive, *, limit: int) -> bytes:
    """Return the whole body. Raises BodyTooLarge (before reading, if its length is stated), BodyTooSlow, ClientGone."""
    stated = header(scope, b"content-length")
    if stated.isdigit() and int(stated) > limit:
        raise BodyTooLarge
    message = await _next(receive, BODY_SECONDS)
    if not message.get("more_body"):
        return _checked(message.get("body", b""), limit)
    return await _rest(message, receive, limit)


async def _rest(message: Message, receive: Receive, limit: int) -> bytes:
    """Collect a body that comes in pieces, watching its rate."""
    began, body = time.monotonic(), bytearray(message.get("body", b""))
    while message.get("more_body"):
        _checked(body, limit)
        spent = time.monotonic() - began
        if spent > GRACE_SECONDS and len(body) < (spent - GRACE_SECONDS) * SLOWEST_BYTES_PER_SECOND:
            raise BodyTooSlow
        message = await _next(receive, min(BODY_SECONDS - spent, GRACE_SECONDS * 2))
        body += message.get("body", b"")
    return bytes(_checked(body, limit))


async def _next(receive: Receive, seconds: float) -> Message:
    try:
        message = await asyncio.wait_for(receive(), max(seconds, 0.01))
    except TimeoutError as late:
        raise BodyTooSlow from late
    if message["type"] == "http.disconnect":
        raise ClientGone
    return message


def _checked(body: Any, limit: int) -> Any:
    if len(body) > limit:
        raise BodyTooLarge
    return body


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


async def answer(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    """Send one whole JSON response."""
    length = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": length + (headers or [])})
    await send({"type": "http.response.body", "body": body})
