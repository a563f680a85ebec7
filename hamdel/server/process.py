"""What stands behind the front: pages, live updates, health, and the background work."""

from __future__ import annotations

import asyncio
import string
import threading
from collections.abc import Callable
from urllib.parse import quote_from_bytes

import psycopg
from a2wsgi import WSGIMiddleware
from asgiref.sync import sync_to_async
from django.core.wsgi import get_wsgi_application

from hamdel import environment
from hamdel.ground.guard import (
    App,
    BodyRefused,
    ClientGone,
    Receive,
    Scope,
    Send,
    answer,
    header,
    page_limit,
    read_body,
    replay,
)
from hamdel.ground.jobs.worker import Worker
from hamdel.ground.postgres import verify_durability, verify_role
from hamdel.listen.events.shipping import Shipper
from hamdel.server import health
from hamdel.server.board import Figures
from hamdel.server.live import Live

LOCAL = {"127.0.0.1", "::1", None}
RETRY = [(b"retry-after", b"2")]


class Process:
    """The ASGI application of all pages, and everything that lives beside it.

    `pages` answers HTTP, `background` runs jobs and ships. `hamdel serve` has both. `figures` tells what the fronts
    before it have done.
    """

    def __init__(self, url: str, *, pages: bool = True, background: bool = True) -> None:
        self.url = url
        self.has_pages, self.has_background = pages, background
        self.figures: Callable[[], Figures] = Figures
        self.shipper = Shipper(makes_way=lambda: bool(self.figures().is_busy))
        self.worker = Worker()
        self.live = Live(url)
        self.shipping = threading.Thread(target=self.shipper.run, name="shipper", daemon=True)
        self.listening: asyncio.Future[None] | None = None
        self.site: App = self._site()

    def _site(self) -> App:
        threads = int(environment.value("HAMDEL_WEB_THREADS"))
        return WSGIMiddleware(get_wsgi_application(), workers=threads)  # type: ignore[arg-type,return-value]

    # Life

    def check(self) -> None:
        """Refuse to serve over a role that sees too much or a server that forgets. Raises PostgresError."""
        with psycopg.connect(self.url) as connection:
            verify_role(connection)
            verify_durability(connection)

    def start(self) -> None:
        """Start the threads. Call inside the running event loop."""
        if self.has_pages:
            self.listening = asyncio.ensure_future(self.live.listen())
        if self.has_background:
            self.shipping.start()
            self.worker.start()

    def end_streams(self) -> None:
        """Let go of the pages that wait for news: they would hold up the server's end."""
        self.live.end()

    async def stop(self) -> None:
        """End each part gracefully."""
        if self.listening is not None:
            self.listening.cancel()
        if self.has_background:
            await asyncio.to_thread(self._stop_background)

    def _stop_background(self) -> None:
        self.shipper.stop()
        self.worker.stop()
        self.shipping.join(timeout=30)

    # Answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        native = self.native().get(scope["path"])
        await (native or self.page)(scope, receive, send)

    def native(self) -> dict[str, App]:
        """Return the few addresses answered outside Django."""
        return {"/livez": self.livez, "/readyz": self.readyz, "/metrics": self.metrics, "/live": self.live}

    async def page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let Django answer, its body read and measured first."""
        try:
            body = await read_body(scope, receive, limit=page_limit(scope))
        except BodyRefused as refusal:
            await answer(send, refusal.status, refusal.body, RETRY)
        except ClientGone:
            return
        else:
            await self.site(in_ascii(scope), replay(body, receive), send)

    async def livez(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await answer(send, 200, b'{"status":"alive"}')

    async def readyz(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        problems = await sync_to_async(_with_fresh_connection, thread_sensitive=False)(
            lambda: health.readiness(self)
        )
        await answer(send, 503 if problems else 200, health.as_json(problems))

    async def metrics(self, scope: Scope, _receive: Receive, send: Send) -> None:
        if not may_read_metrics(scope):
            await answer(send, 403, b'{"code":"forbidden","message":"Set HAMDEL_METRICS_TOKEN and send it."}')
            return
        text = await sync_to_async(_with_fresh_connection, thread_sensitive=False)(
            lambda: health.metrics_text(self)
        )
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
        )
        await send({"type": "http.response.body", "body": text})

    # Health

    def worker_problem(self) -> str:
        if self.has_background and self.worker.seconds_since_beat > health.LATE_SECONDS:
            return f"no heartbeat for {self.worker.seconds_since_beat:.0f} s"
        return ""

    def shipper_problem(self) -> str:
        return "" if not self.has_background or self.shipping.is_alive() else "the shipper has ended"


def may_read_metrics(scope: Scope) -> bool:
    """Allow the configured token, or, without one, this machine."""
    token = environment.value("HAMDEL_METRICS_TOKEN")
    if token:
        return header(scope, b"authorization") == f"Bearer {token}".encode()
    peer = scope.get("client")
    return (peer[0] if peer else None) in LOCAL and not header(scope, b"x-forwarded-for")


def in_ascii(scope: Scope) -> Scope:
    """Return the request with the letters of its address encoded, as browsers do and people who type them do not."""
    query: bytes = scope.get("query_string", b"")
    if query.isascii():
        return scope
    return {**scope, "query_string": quote_from_bytes(query, safe=string.punctuation).encode()}


def _with_fresh_connection(work: Callable[[], object]) -> object:
    from django.db import close_old_connections

    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()
