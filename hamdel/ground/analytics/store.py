"""The ClickHouse behind the door: embedded chDB, or a server by URL. Clients are lent, one user at a time.

chDB takes any number of connections to its one directory, from any thread, and runs them side by side;
one connection runs one query at a time. Two cores answered 1,700 small questions a second through a pool
and 740 through one shared connection, so a pool it is; its size bounds memory as well.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode

from hamdel import environment
from hamdel.ground.analytics.errors import AnalyticsUnavailable

if TYPE_CHECKING:
    from chdb.state.sqlitelike import Connection
    from clickhouse_connect.driver.client import Client

MEGABYTE = 1 << 20
EMBEDDED_QUESTIONS_AT_ONCE = 4
REMOTE_QUESTIONS_AT_ONCE = 16
CHANGES_AT_ONCE = 2
WAIT_SECONDS = 20.0
CONNECT_SECONDS = 5
# A change may be a mutation that rewrites a large table; a question has its own, shorter limit.
ANSWER_SECONDS = 900

# chDB is built for big machines: gigabytes of caches. These are read when the engine starts.
EMBEDDED_OPTIONS = {
    "mark_cache_size": 128 * MEGABYTE,
    "primary_index_cache_size": 64 * MEGABYTE,
    "query_condition_cache_size": 16 * MEGABYTE,
    "compiled_expression_cache_size": 32 * MEGABYTE,
    "index_mark_cache_size": 16 * MEGABYTE,
    "parquet_metadata_cache_size": 0,
}
# For each question. Above half of its memory a GROUP BY goes on in temporary files instead of failing.
EMBEDDED_LIMITS = {
    "max_threads": min(os.cpu_count() or 2, 4),
    "max_memory_usage": 800 * MEGABYTE,
    "max_bytes_before_external_group_by": 400 * MEGABYTE,
    "max_bytes_before_external_sort": 400 * MEGABYTE,
}


class Closable(Protocol):
    def close(self) -> None: ...


Lent = TypeVar("Lent", bound=Closable)


class Pool(Generic[Lent]):
    """At most `size` clients, opened when first needed and kept; the one used last is lent first."""

    def __init__(self, size: int, open_client: Callable[[], Lent]) -> None:
        self._open = open_client
        self._free = threading.Semaphore(size)
        self._idle: deque[Lent] = deque()

    @contextmanager
    def lend(self, wait_seconds: float = WAIT_SECONDS) -> Iterator[Lent]:
        """Lend a client. AnalyticsUnavailable when all stay busy for `wait_seconds`, or none can be opened."""
        if not self._free.acquire(timeout=wait_seconds):
            raise AnalyticsUnavailable("ClickHouse is busy with other questions. Try again in a moment.")
        try:
            client = self._idle.pop() if self._idle else self._open()
            try:
                yield client
            finally:
                self._idle.append(client)
        finally:
            self._free.release()

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()


class Store:
    """One ClickHouse: `asking` lends clients for questions, `changing` for everything that writes."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder.resolve()
        self.is_embedded = not url
        self.limits: dict[str, Any] = EMBEDDED_LIMITS if self.is_embedded else {}
        size = EMBEDDED_QUESTIONS_AT_ONCE if self.is_embedded else REMOTE_QUESTIONS_AT_ONCE
        self.asking: Pool[Client] = Pool(size, self._client)
        self.changing: Pool[Client] = Pool(CHANGES_AT_ONCE, self._client)
        # chDB's own connections, for inserts that stay in memory.
        self.streaming: Pool[Connection] = Pool(CHANGES_AT_ONCE, self._connection)

    def _client(self) -> Client:
        # Imported here: the driver and chDB take a second and 250 MB, which many commands never need.
        import clickhouse_connect

        # A dict is a Map in our questions; the driver would take it for JSON.
        clickhouse_connect.common.set_setting("dict_parameter_format", "map")
        if not self.is_embedded:
            # Without a session, several requests may run at once.
            return self._opened(
                lambda: clickhouse_connect.get_client(
                    dsn=self.url,
                    tz_mode="aware",
                    autogenerate_session_id=False,
                    connect_timeout=CONNECT_SECONDS,
                    send_receive_timeout=ANSWER_SECONDS,
                )
            )
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._opened(
            lambda: clickhouse_connect.get_client(
                dsn=f"chdb://{self.folder}", chdb_options=EMBEDDED_OPTIONS, tz_mode="aware"
            )
        )

    def _connection(self) -> Connection:
        import chdb

        return self._opened(lambda: chdb.connect(f"{self.folder}?{urlencode(EMBEDDED_OPTIONS)}"))

    def _opened(self, open_one: Callable[[], Lent]) -> Lent:
        from clickhouse_connect.driver.exceptions import ClickHouseError

        from hamdel.ground.analytics.failures import unavailable

        try:
            return open_one()
        except (ClickHouseError, OSError, RuntimeError) as error:
            raise unavailable(error, self) from error

    def close(self) -> None:
        for pool in (self.asking, self.changing, self.streaming):
            pool.close()


_store: Store | None = None
_opening = threading.Lock()


def store() -> Store:
    """Return the ClickHouse of this process, by `HAMDEL_CLICKHOUSE_URL`, or chDB in the data folder."""
    global _store
    with _opening:
        if _store is None:
            url = environment.value("HAMDEL_CLICKHOUSE_URL")
            _store = Store(url, environment.home() / "clickhouse")
            # chDB aborts the process when Python ends before its connections do.
            atexit.register(close)
        return _store


def close() -> None:
    """Close every connection; with chDB, let go of the directory. The next call opens it again.

    For the end of the process and for tests: nothing may be running meanwhile.
    """
    global _store
    with _opening:
        if _store is not None:
            _store.close()
            _store = None
