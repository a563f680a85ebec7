"""One prepared statement over one connection, driven by the event loop itself.

The committer runs the same statement a thousand times a second. A thread for it would fight the loop for the
interpreter, and a cursor would cost more than the statement; libpq's own calls cost neither.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import psycopg
from psycopg.errors import lookup
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult

CONNECT_SECONDS = 5
GOOD = {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}


class LoopConnection:
    """A connection to PostgreSQL whose statements are awaited one at a time."""

    def __init__(self, connection: psycopg.AsyncConnection) -> None:
        self._connection = connection
        self._wire: PGconn = connection.pgconn
        # Kept, because libpq forgets it as soon as the server is gone, which is when we must take it off the loop.
        self._socket = self._wire.socket
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Future[None] | None = None
        self._failed: psycopg.Error | None = None
        self._loop.add_reader(self._socket, self._on_readable)
        self._on_loop = True

    @classmethod
    async def open(cls, url: str) -> LoopConnection:
        """Connect. Raises psycopg.OperationalError."""
        return cls(
            await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=CONNECT_SECONDS)
        )

    @property
    def is_usable(self) -> bool:
        return self._wire.status == ConnStatus.OK

    async def close(self) -> None:
        self._leave_loop()
        await self._connection.close()

    def _leave_loop(self) -> None:
        """Once only: the number of a closed socket is soon that of another connection."""
        if self._on_loop:
            self._on_loop = False
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)

    async def prepare(self, name: str, sql: str) -> None:
        self._wire.send_prepare(name.encode(), sql.encode())
        await self._finished()

    async def execute(self, sql: str) -> None:
        """Run a statement without parameters, such as BEGIN."""
        self._wire.send_query(sql.encode())
        await self._finished()

    async def run(self, name: str, parameters: Sequence[bytes | None]) -> None:
        """Run a prepared statement with parameters in binary form. Raises psycopg.Error of the server's kind."""
        formats = [Format.BINARY] * len(parameters)
        self._wire.send_query_prepared(name.encode(), parameters, param_formats=formats)
        await self._finished()

    async def _finished(self) -> None:
        """Send what is not sent yet and wait for the end of the last result. Raises the first error among them.

        Until the end: a commit that fails says so only after the statement itself has said that it went well.
        """
        self._done = self._loop.create_future()
        self._failed = None
        try:
            if self._wire.flush():
                self._loop.add_writer(self._socket, self._on_writable)
            await self._done
        finally:
            self._done = None
        if self._failed is not None:
            raise self._failed

    def _on_writable(self) -> None:
        self._attempt(self._write)

    def _on_readable(self) -> None:
        self._attempt(self._read)

    def _attempt(self, step: Callable[[], None]) -> None:
        """Do one step; a broken connection ends the waiting with its error."""
        try:
            step()
        except psycopg.Error as error:
            self._leave_loop()
            if self._done is not None and not self._done.done():
                self._done.set_exception(error)

    def _write(self) -> None:
        if not self._wire.flush():
            self._loop.remove_writer(self._socket)

    def _read(self) -> None:
        # Reading is due even while we write: the server stops reading when nobody takes its answers.
        self._wire.consume_input()
        while self._done is not None and not self._done.done() and not self._wire.is_busy():
            result = self._wire.get_result()
            if result is None:
                self._done.set_result(None)
            elif result.status not in GOOD and self._failed is None:
                self._failed = _error_of(result)


def _error_of(result: PGresult) -> psycopg.Error:
    state = (result.error_field(DiagnosticField.SQLSTATE) or b"").decode()
    text = result.error_message.decode("utf-8", "replace").strip()
    try:
        return lookup(state)(text)
    except KeyError:
        return psycopg.OperationalError(text)
