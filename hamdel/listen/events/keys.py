"""Write keys, kept in memory for a moment: the intake must not ask the database for every request."""

from __future__ import annotations

import asyncio
import time
from typing import NamedTuple

import psycopg

from hamdel.listen.events.commit import StoreAway
from hamdel.listen.events.intake import SourceKey
from hamdel.listen.events.statement import CONNECT_SECONDS

# A disabled or new key is noticed within this time.
FRESH_SECONDS = 5
# Unknown keys are remembered as well, so that a flood of them does not become a flood of queries.
MOST_UNKNOWN = 10_000
LONGEST_KEY = 200

QUESTION = """
SELECT id, workspace_id FROM events_source WHERE write_key = %s AND disabled_at IS NULL
"""


class Known(NamedTuple):
    """What was found for a key, and until when it is believed."""

    until: float
    source: SourceKey | None


class SourceKeys:
    """Finds the source of a write key."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.known: dict[str, Known] = {}
        self.unknown: dict[str, Known] = {}
        self.connection: psycopg.Connection | None = None
        self.asking = asyncio.Lock()

    async def find(self, key: str) -> SourceKey | None:
        """Return the source, None when no enabled source has this key. Raises StoreAway."""
        known = self._remembered(key)
        if known is None or known.until < time.monotonic():
            async with self.asking:
                known = self._remembered(key)
                if known is None or known.until < time.monotonic():
                    known = await self._refresh(key, known)
        return known.source

    def _remembered(self, key: str) -> Known | None:
        return self.known.get(key) or self.unknown.get(key)

    async def _refresh(self, key: str, before: Known | None) -> Known:
        try:
            source = await asyncio.to_thread(self._ask, key)
        except psycopg.Error as error:
            self.connection = None
            if before is None:
                raise StoreAway(str(error)) from error
            source = before.source  # the commit will tell whether storing is possible
        found = Known(time.monotonic() + FRESH_SECONDS, source)
        self._remember(key, found)
        return found

    def _remember(self, key: str, found: Known) -> None:
        self.known.pop(key, None)
        if found.source is not None:
            self.unknown.pop(key, None)
            self.known[key] = found
            return
        if len(self.unknown) >= MOST_UNKNOWN:
            self.unknown.clear()
        self.unknown[key] = found

    def _ask(self, key: str) -> SourceKey | None:
        if "\x00" in key or len(key) > LONGEST_KEY:
            return None
        if self.connection is None or self.connection.closed:
            self.connection = psycopg.connect(self.url, autocommit=True, connect_timeout=CONNECT_SECONDS)
        with self.connection.transaction():
            self.connection.execute("SELECT set_config('app.workspace', 'every', true)")
            row = self.connection.execute(QUESTION, [key]).fetchone()
        return SourceKey(*row) if row else None
