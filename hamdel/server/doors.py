"""The doors of a server: processes at its port, started, watched, started again, and ended in order."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import socket
import sys
import tempfile
import time
from asyncio.subprocess import Process as Child
from collections.abc import Callable
from pathlib import Path

from hamdel import environment
from hamdel.ground.guard import App
from hamdel.server.board import Board, Figures
from hamdel.server.passage import PassageEnd

log = logging.getLogger(__name__)

LONGEST_SOCKET_PATH = 100
# A door that ends sooner than this after its start has trouble of its own: the next waits longer each time.
SOUND_SECONDS = 10
SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
END_SECONDS = 40


class Doors:
    """`count` processes that answer on `listener` and pass on to `app` what they do not know."""

    def __init__(self, app: App, listener: socket.socket, *, url: str, count: int) -> None:
        self.listener, self.url, self.count = listener, url, count
        self.board = Board.of_rows(count)
        self.folder = _folder_of_socket()
        self.end = PassageEnd(app, self.folder / "passage.sock")
        # Its reading end says that we are gone, however we went.
        self.lifeline, self._held = os.pipe()
        self.children: dict[int, Child] = {}
        self.keepers: list[asyncio.Future[None]] = []
        self.is_closing = False

    async def open(self, *, ended: Callable[[], None]) -> None:  # noqa: ARG002  doors that end are replaced
        await self.end.open()
        self.keepers = [asyncio.ensure_future(self._keep(row)) for row in range(self.count)]

    async def close(self) -> str:
        """End the doors, each after what it has begun, then what is behind them. Nothing went wrong with us."""
        self.is_closing = True
        for child in self.children.values():
            child.terminate()
        _done, late = await asyncio.wait(self.keepers, timeout=END_SECONDS)
        for child in self.children.values() if late else ():
            child.kill()
        await self.end.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return ""

    @property
    def figures(self) -> Figures:
        return self.board.totals()

    async def _keep(self, row: int) -> None:
        """Have a door at this place until we close."""
        pause = SHORTEST_PAUSE
        while not self.is_closing:
            began = time.monotonic()
            end = await self._attend(row)
            if self.is_closing:
                return
            pause = next_pause(pause, lived_seconds=time.monotonic() - began)
            log.error("Door %d ended with %s; another is started in %.1f seconds", row, end, pause)
            self.board.write(row, self.board.rows()[row]._replace(is_busy=0, resident_bytes=0))
            await asyncio.sleep(pause)

    async def _attend(self, row: int) -> str:
        """Start a door and wait for its end. Returns its exit status, or why it could not even begin."""
        try:
            self.children[row] = child = await self._start(row)
        except OSError as error:  # no memory or no processes left: that may pass
            return str(error)
        if self.is_closing:  # it began while the others were told to end
            child.terminate()
        status = await child.wait()
        del self.children[row]
        return str(status)

    async def _start(self, row: int) -> Child:
        told = {
            "--listener": self.listener.fileno(),
            "--lifeline": self.lifeline,
            "--board": self.board.descriptor,
            "--row": row,
            "--passage": self.end.path,
        }
        words = [str(word) for pair in told.items() for word in pair]
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "hamdel.server.door", *words,
            env={**os.environ, "HAMDEL_POSTGRES_URL": self.url},
            pass_fds=(self.listener.fileno(), self.lifeline, self.board.descriptor),
        )  # fmt: skip


def next_pause(pause: float, *, lived_seconds: float) -> float:
    """Return how long to wait before the next door, after one that lived so long and for which we waited `pause`."""
    return SHORTEST_PAUSE if lived_seconds > SOUND_SECONDS else min(pause * 2, LONGEST_PAUSE)


def _folder_of_socket() -> Path:
    """Return a folder only we may enter, with a path short enough for a socket."""
    folder = environment.home() / "doors"
    if len(os.fsencode(folder / "passage.sock")) > LONGEST_SOCKET_PATH:
        return Path(tempfile.mkdtemp(prefix="hamdel-doors-"))
    folder.mkdir(mode=0o700, exist_ok=True)
    os.chmod(folder, 0o700)
    return folder
