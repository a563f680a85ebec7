"""The port and what answers on it: the HTTP server around a front."""

from __future__ import annotations

import asyncio
import errno
import socket
import time

from granian._granian import SocketHolder
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from hamdel.ground.guard import App

BACKLOG = 2048
# So long may the processes of an earlier run take to let go of the port.
LET_GO_SECONDS = 10


class AddressTaken(Exception):
    """Somebody else listens there."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises AddressTaken, and OSError for an address that is not ours."""
    family, _kind, _protocol, _name, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    until = time.monotonic() + LET_GO_SECONDS
    while True:
        try:
            listener = socket.create_server(address[:2], family=family, backlog=BACKLOG)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            if time.monotonic() > until:
                raise AddressTaken(f"Port {port} of {host} is in use; choose another with --port.") from error
            time.sleep(0.1)
        else:
            # Every connection inherits it. Without it, an answer in two pieces waits 40 ms: the second for the client to
            # acknowledge the first, and the client, which need not hurry, for something to send.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return listener


class HttpServer(Server):
    """granian on a socket that is there already, so that several processes can answer on the same one."""

    def __init__(self, app: App, listener: socket.socket) -> None:
        super().__init__(
            app,
            interface=Interfaces.ASGINL,
            backlog=BACKLOG,
            log_level=LogLevels.error,  # it would announce an address of its own
            http1_settings=HTTP1Settings(header_read_timeout=30_000),
        )
        self.listener = listener
        self.is_closing = False

    def _init_shared_socket(self) -> None:
        self._sfd = self.listener.fileno()
        self._shd = SocketHolder(self._sfd, False, BACKLOG)

    async def attend(self) -> str:
        """Answer until closed. Returns what went wrong when it ends by itself, else nothing."""
        try:
            await self.serve()
        except BaseException as error:  # it cancels its own workers, and its panics are no Exceptions
            return "" if self.is_closing else f"the HTTP server ended: {error!r}"
        return "" if self.is_closing else "the HTTP server ended by itself"

    async def close(self, serving: asyncio.Future[str]) -> None:
        """Take no more requests and finish those that are here."""
        self.is_closing = True
        self.stop()
        await asyncio.wait({serving}, timeout=30)
