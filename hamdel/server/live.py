"""Live updates: one LISTEN for the process, one event stream for each open page."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore

from hamdel.ground.guard import Receive, Scope, Send, answer, header

CHANNEL = "hamdel_shipped"
# A comment now and then keeps proxies from closing a quiet stream.
PULSE_SECONDS = 20
RECONNECT_SECONDS = 2
MOST_STREAMS = 2_000


class Live:
    """Tells every open page of a workspace that something has changed."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.pages: dict[str, set[asyncio.Event]] = defaultdict(set)
        self.has_ended = False

    async def listen(self) -> None:
        """Listen for shipped events until cancelled; whatever happens to PostgreSQL."""
        while True:
            with contextlib.suppress(psycopg.Error, OSError):
                async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.tell("*")  # whatever was missed while away
                    async for news in connection.notifies():
                        self.tell(news.payload)
            await asyncio.sleep(RECONNECT_SECONDS)

    def tell(self, workspaces: str) -> None:
        """Wake the pages of the named workspaces (comma-separated ids, or "*")."""
        chosen = list(self.pages) if workspaces == "*" else workspaces.split(",")
        for workspace in chosen:
            for changed in self.pages.get(workspace, ()):
                changed.set()

    def end(self) -> None:
        """End every stream; browsers come back by themselves, to whoever answers then."""
        self.has_ended = True
        self.tell("*")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer GET /live: an event stream of "changed", for whoever is logged in."""
        workspace = await sync_to_async(workspace_of, thread_sensitive=False)(session_key(scope))
        if workspace is None or sum(map(len, self.pages.values())) >= MOST_STREAMS:
            await answer(
                send, 401 if workspace is None else 503, b'{"code":"not_live","message":"Log in first."}'
            )
            return
        changed = asyncio.Event()
        self.pages[workspace].add(changed)
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            await self._stream(send, changed, gone)
        finally:
            gone.cancel()
            self.pages[workspace].discard(changed)

    async def _stream(self, send: Send, changed: asyncio.Event, gone: asyncio.Future) -> None:
        headers = [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"retry: 2000\n\n", "more_body": True})
        while not (gone.done() or self.has_ended):
            waiting = asyncio.ensure_future(changed.wait())
            await asyncio.wait({waiting, gone}, timeout=PULSE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            line = b"data: changed\n\n" if changed.is_set() else b": still here\n\n"
            changed.clear()
            await send({"type": "http.response.body", "body": line, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def session_key(scope: Scope) -> str | None:
    for pair in header(scope, b"cookie").decode("latin-1").split(";"):
        name, _, value = pair.strip().partition("=")
        if name == settings.SESSION_COOKIE_NAME:
            return value
    return None


def workspace_of(key: str | None) -> str | None:
    """Return the workspace the session works in, None when nobody is logged in."""
    from django.contrib.auth import get_user
    from django.db import close_old_connections
    from django.http import HttpRequest

    from hamdel.ground.access.doors import SESSION_KEY, member_of

    if not key:
        return None
    try:
        request = HttpRequest()
        request.session = SessionStore(key)
        user = get_user(request)
        member = member_of(user, request.session.get(SESSION_KEY)) if user.is_authenticated else None
        return str(member.workspace_id) if member else None
    finally:
        close_old_connections()
