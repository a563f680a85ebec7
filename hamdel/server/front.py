"""What is answered outside Django: events taken in, surveys shown and answered, the files of the interface."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

from servestatic import ServeStaticASGI

import hamdel
from hamdel.ground.guard import App, Receive, Scope, Send, watch_bodies
from hamdel.listen.events.commit import Committer
from hamdel.listen.events.door import IntakeDoor
from hamdel.listen.events.keys import SourceKeys
from hamdel.listen.surveys.desk import Desk
from hamdel.listen.surveys.door import AnswerDoor, is_survey_page
from hamdel.listen.surveys.taking import take
from hamdel.listen.surveys.window import show
from hamdel.server.board import Figures
from hamdel.server.listening import HttpServer

STATIC_FOLDER = Path(hamdel.__file__).parent / "ui" / "static"


class Front:
    """The ASGI application that clients meet. Everything it does not know itself goes to `behind`."""

    def __init__(self, url: str, *, behind: App) -> None:
        self.behind = behind
        self.committer = Committer(url)
        self.intake = IntakeDoor(self.committer, SourceKeys(url))
        self.desk = Desk(take, name="answers")
        self.window = Desk(show, name="survey pages")
        self.answers = AnswerDoor(self.desk, self.window, behind)
        self.static = ServeStaticASGI(behind, root=STATIC_FOLDER, prefix="/static/", max_age=3600)
        self.watching: asyncio.Future[None] | None = None

    def start(self) -> None:
        """Start the parts. Call inside the running event loop."""
        self.committer.start()
        self.desk.start()
        self.window.start()
        self.watching = asyncio.ensure_future(watch_bodies())

    async def stop(self) -> None:
        """Finish what was taken on; whatever was acknowledged is on disk already."""
        if self.watching is not None:
            self.watching.cancel()
        await self.committer.stop()
        await asyncio.to_thread(self.desk.stop)
        await asyncio.to_thread(self.window.stop)

    @property
    def figures(self) -> Figures:
        is_busy = self.intake.occupancy.is_high or self.desk.is_busy
        return Figures(self.committer.committed_events, self.committer.commits, self.intake.refused, is_busy)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        if path.startswith("/v1/"):
            await self.intake(scope, receive, send)
        elif is_survey_page(scope):
            await self.answers(scope, receive, send)
        elif path.startswith("/static/"):
            await self.static(scope, receive, send)
        else:
            await self.behind(scope, receive, send)


class OwnFront:
    """A front in the process of what is behind it: one process that answers everything."""

    def __init__(self, app: App, listener: socket.socket, *, url: str) -> None:
        self.front = Front(url, behind=app)
        self.server = HttpServer(self.front, listener)
        self.serving: asyncio.Future[str] | None = None

    async def open(self, *, ended: Callable[[], None]) -> None:
        """Begin to answer. `ended` is called when that is over, wanted or not."""
        self.front.start()
        self.serving = asyncio.ensure_future(self.server.attend())
        self.serving.add_done_callback(lambda _serving: ended())

    async def close(self) -> str:
        """End it. Returns what went wrong if it had ended by itself."""
        trouble = ""
        if self.serving is not None:
            await self.server.close(self.serving)
            trouble = self.serving.result() if self.serving.done() else ""
        await self.front.stop()
        return trouble

    @property
    def figures(self) -> Figures:
        return self.front.figures
