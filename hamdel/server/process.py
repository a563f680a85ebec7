"""One process of Hamdel and the parts that run in it: committer, shipper, worker, live updates, pages."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
from a2wsgi import WSGIMiddleware
from asgiref.sync import sync_to_async
from django.core.wsgi import get_wsgi_application
from servestatic import ServeStaticASGI

import hamdel
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
    watch_bodies,
)
from hamdel.ground.jobs.worker import Worker
from hamdel.ground.postgres import verify_durability, verify_role
from hamdel.listen.events.commit import Committer
from hamdel.listen.events.door import IntakeDoor
from hamdel.listen.events.keys import SourceKeys
from hamdel.listen.events.shipping import Shipper
from hamdel.listen.surveys.desk import Desk
from hamdel.listen.surveys.door import AnswerDoor, is_survey_page
from hamdel.listen.surveys.taking import take
from hamdel.listen.surveys.window import show
from hamdel.server import health
from hamdel.server.live import Live

STATIC_FOLDER = Path(hamdel.__file__).parent / "ui" / "static"
LOCAL = {"127.0.0.1", "::1", None}
RETRY = [(b"retry-after", b"2")]


class Process:
    """The ASGI application and everything that lives beside it.

    `pages` answers HTTP, `background` runs jobs and ships. `hamdel serve` has both.
    """

    def __init__(self, url: str, *, pages: bool = True, background: bool = True) -> None:
        self.url = url
        self.has_pages, self.has_background = pages, background
        self.committer = Committer(url)
        self.intake = IntakeDoor(self.committer, SourceKeys(url))
        self.shipper = Shipper(makes_way=lambda: self.intake.occupancy.is_high or self.desk.is_busy)
        self.worker = Worker()
        self.live = Live(url)
        self.shipping = threading.Thread(target=self.shipper.run, name="shipper", daemon=True)
        self.watching: list[asyncio.Future[None]] = []
        self.site: App = self._site()
        self.desk = Desk(take, name="answers", hands=2)
        self.window = Desk(show, name="survey pages")
        self.answers = AnswerDoor(self.desk, self.window, self.site)
        self.static = ServeStaticASGI(self.site, root=STATIC_FOLDER, prefix="/static/", max_age=3600)

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
            self.committer.start()
            self.desk.start()
            self.window.start()
            self.watching = [asyncio.ensure_future(work) for work in (self.live.listen(), watch_bodies())]
        if self.has_background:
            self.shipping.start()
            self.worker.start()

    def end_streams(self) -> None:
        """Let go of the pages that wait for news: they would hold up the server's end."""
        self.live.end()

    async def stop(self) -> None:
        """End each part gracefully; whatever was acknowledged is on disk already."""
        for task in self.watching:
            task.cancel()
        if self.has_pages:
            await self.committer.stop()
            await asyncio.to_thread(self.desk.stop)
            await asyncio.to_thread(self.window.stop)
        if self.has_background:
            await asyncio.to_thread(self._stop_background)

    def _stop_background(self) -> None:
        self.shipper.stop()
        self.worker.stop()
        self.shipping.join(timeout=30)

    # Answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        if path.startswith("/v1/"):
            await self.intake(scope, receive, send)
        elif is_survey_page(scope):
            await self.answers(scope, receive, send)
        elif path.startswith("/static/"):
            await self.static(scope, receive, send)
        elif (native := self.native().get(path)) is not None:
            await native(scope, receive, send)
        else:
            await self.page(scope, receive, send)

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
            await self.site(scope, replay(body, receive), send)

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

    # Figures

    @property
    def committed_events(self) -> int:
        return self.committer.committed_events

    @property
    def commits(self) -> int:
        return self.committer.commits

    @property
    def refused(self) -> int:
        return self.intake.refused

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


def _with_fresh_connection(work: Callable[[], object]) -> object:
    from django.db import close_old_connections

    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()


async def _lifespan(receive: Receive, send: Send) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
