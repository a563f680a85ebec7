"""Write keys, kept in memory for a moment: the intake must not ask the database for every request."""

from __future__ import annotations

import asyncio
import time

import psycopg

from hamdel.listen.events.commit import StoreAway
from hamdel.listen.events.intake import SourceKey
from hamdel.listen.events.statement import CONNECT_SECONDS

# A disabled or new key is noticed within this time.
FRESH_SECONDS = 5
# Unknown keys are remembered as well, so that a flood of them does not become a flood of queries.
MOST_REMEMBERED = 10_000

QUESTION = """
SELECT id, workspace_id FROM events_source WHERE write_key = %s AND disabled_at IS NULL
"""


class SourceKeys:
    """Finds the source of a write key."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.known: dict[str, tuple[float, SourceKey | None]] = {}
        self.connection: psycopg.Connection | None = None
        self.asking = asyncio.Lock()

    async def find(self, key: str) -> SourceKey | None:
        """Return the source, None when no enabled source has this key. Raises StoreAway."""
        asked_at, source = self.known.get(key, (0.0, None))
        if time.monotonic() - asked_at < FRESH_SECONDS:
            return source
        async with self.asking:
            asked_at, source = self.known.get(key, (0.0, None))
            if time.monotonic() - asked_at < FRESH_SECONDS:
                return source
            return await self._refresh(key, source)

    async def _refresh(self, key: str, before: SourceKey | None) -> SourceKey | None:
        try:
            source = await asyncio.to_thread(self._ask, key)
        except psycopg.Error as error:
            self.connection = None
            if before is not None:
                return before  # the commit will tell whether storing is possible
            raise StoreAway(str(error)) from error
        if len(self.known) >= MOST_REMEMBERED:
            self.known.clear()
        self.known[key] = (time.monotonic(), source)
        return source

    def _ask(self, key: str) -> SourceKey | None:
        if "\x00" in key:
            return None
        if self.connection is None or self.connection.closed:
            self.connection = psycopg.connect(self.url, autocommit=True, connect_timeout=CONNECT_SECONDS)
        with self.connection.transaction():
            self.connection.execute("SELECT set_config('app.workspace', 'every', true)")
            row = self.connection.execute(QUESTION, [key]).fetchone()
        return SourceKey(*row) if row else None
