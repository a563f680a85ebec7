"""ASGI through a Unix socket: from the processes at the door to the one behind them.

Requests travel as length-prefixed frames of an already parsed request, not as HTTP: nothing is parsed twice, so the
two ends cannot disagree about where a request ends, and no header a client sends is mistaken for one of ours. One
request at a time goes through a connection; connections are kept for the next.

    request   u32 length, JSON of the scope; u32 length, body
    response  "s" u32 length, JSON of status and headers; "b" u32 length, bytes (any number); "e" u32 length, the last bytes
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable
from pathlib import Path
from struct import Struct
from typing import Any

import orjson

from hamdel.ground.guard import (
    App,
    BodyRefused,
    ClientGone,
    Headers,
    Message,
    Receive,
    Scope,
    Send,
    answer,
    page_limit,
    read_body,
)

log = logging.getLogger(__name__)

RETRY: Headers = [(b"retry-after", b"2")]
NOBODY_THERE = b'{"code":"starting","message":"Hamdel is starting or stopping; try again in a moment."}'
BACKLOG = 2048
_length = Struct(">I")
_frame = Struct(">cI")
START, BODY, END = b"s", b"b", b"e"

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Passage:
    """The end at the door: an ASGI application that has another process answer."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.idle: list[Connection] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, its body read and measured first."""
        try:
            body = await read_body(scope, receive, limit=page_limit(scope))
        except BodyRefused as refusal:
            await answer(send, refusal.status, refusal.body, RETRY)
            return
        except ClientGone:
            return
        try:
            reader, writer = self.idle.pop() if self.idle else await asyncio.open_unix_connection(self.path)
        except OSError:
            await answer(send, 503, NOBODY_THERE, RETRY)
            return
        writer.write(packed_request(scope, body))
        if await self._carry_back(reader, writer, receive, send):
            self.idle.append((reader, writer))
        else:
            writer.close()

    async def _carry_back(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, receive: Receive, send: Send
    ) -> bool:
        """Send the response on as it comes; tell whether the connection can be used again."""

        def leave(_gone: object) -> None:
            writer.close()  # which ends the reading below, and tells the other end

        gone = asyncio.ensure_future(_until_gone(receive))
        gone.add_done_callback(leave)
        has_begun = False
        try:
            while (frame := await _next_frame(reader))[0] != END:
                kind, payload = frame
                await send(_start_of(payload) if kind == START else _part(payload, more=True))
                has_begun = True
            await send(_part(frame[1], more=False))
            return not gone.done()
        except (OSError, asyncio.IncompleteReadError):
            if not has_begun and not gone.done():
                await answer(send, 503, NOBODY_THERE, RETRY)
            return False
        finally:
            gone.remove_done_callback(leave)
            gone.cancel()


class PassageEnd:
    """The other end: answers what comes through with an ASGI application."""

    def __init__(self, app: App, path: Path) -> None:
        self.app, self.path = app, path
        self.server: asyncio.Server | None = None
        self.talks: set[asyncio.Task[Any]] = set()

    async def open(self) -> None:
        """Begin to listen. Whoever may enter the socket's folder may ask: it is its owner's alone."""
        self.path.unlink(missing_ok=True)
        self.server = await asyncio.start_unix_server(self._talk, self.path, backlog=BACKLOG)
        os.chmod(self.path, 0o600)

    async def close(self) -> None:
        if self.server is not None:
            self.server.close()
        for talk in list(self.talks):
            talk.cancel()
        self.path.unlink(missing_ok=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.talks.add(task)
        coming = asyncio.ensure_future(reader.readexactly(_length.size))
        try:
            while True:
                scope, body = await _read_request(coming, reader)
                # Nothing comes while a request is answered, unless it is the end: the client has gone.
                coming = asyncio.ensure_future(reader.readexactly(_length.size))
                await self._answer(scope, body, coming, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the door has closed, or its process has ended
        except Exception:
            log.exception("A request could not be answered")
        finally:
            self.talks.discard(task)
            coming.cancel()
            writer.close()

    async def _answer(
        self, scope: Scope, body: bytes, coming: asyncio.Future[bytes], writer: asyncio.StreamWriter
    ) -> None:
        is_given = False

        async def receive() -> Message:
            nonlocal is_given
            if is_given:
                await asyncio.wait({coming})
                return {"type": "http.disconnect"}
            is_given = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            if writer.is_closing():
                return
            if message["type"] == "http.response.start":
                writer.write(_packed(START, _packed_start(message)))
                return
            kind = BODY if message.get("more_body") else END
            writer.write(_packed(kind, message.get("body", b"")))
            await writer.drain()

        await self.app(scope, receive, send)


# What travels


def packed_request(scope: Scope, body: bytes) -> bytes:
    head = orjson.dumps(
        {
            "method": scope["method"],
            "path": scope["path"],
            "raw_path": _text(scope.get("raw_path") or b""),
            "root_path": scope.get("root_path", ""),
            "query_string": _text(scope.get("query_string", b"")),
            "headers": [[_text(name), _text(value)] for name, value in scope["headers"]],
            "client": scope.get("client"),
            "server": scope.get("server"),
            "scheme": scope.get("scheme", "http"),
            "http_version": scope.get("http_version", "1.1"),
        }
    )
    return b"".join((_length.pack(len(head)), head, _length.pack(len(body)), body))


async def _read_request(coming: Awaitable[bytes], reader: asyncio.StreamReader) -> tuple[Scope, bytes]:
    head = orjson.loads(await reader.readexactly(*_length.unpack(await coming)))
    body = await reader.readexactly(*_length.unpack(await reader.readexactly(_length.size)))
    scope: Scope = {
        **head,
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "raw_path": head["raw_path"].encode("latin-1"),
        "query_string": head["query_string"].encode("latin-1"),
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in head["headers"]],
        "client": tuple(head["client"]) if head["client"] else None,
        "server": tuple(head["server"]) if head["server"] else None,
    }
    return scope, body


def _packed(kind: bytes, payload: bytes) -> bytes:
    return _frame.pack(kind, len(payload)) + payload


def _packed_start(message: Message) -> bytes:
    headers = [[_text(bytes(name)), _text(bytes(value))] for name, value in message.get("headers", ())]
    return orjson.dumps([message["status"], headers])


def _start_of(payload: bytes) -> Message:
    status, headers = orjson.loads(payload)
    return {
        "type": "http.response.start",
        "status": status,
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
    }


def _part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


async def _next_frame(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    kind, size = _frame.unpack(await reader.readexactly(_frame.size))
    return kind, await reader.readexactly(size) if size else b""


def _text(value: bytes) -> str:
    return value.decode("latin-1")


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
