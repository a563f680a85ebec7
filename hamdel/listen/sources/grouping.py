"""Rows that belong together, such as the lines of one invoice, gathered while the file streams by.

Memory holds only the open groups: a group closes when its next line would have to lie more than `within` rows
away. A line that comes later than that is refused with a reason rather than silently made into half an order.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from hamdel.listen.sources.values import LINES, Row


@dataclass
class Group:
    """Lines of one key: where the first and the last stand in the file, and the rows themselves."""

    key: str
    first: int
    last: int
    rows: list[tuple[int, Row]]

    @property
    def row(self) -> dict[str, Any]:
        """Return the first line, which speaks for the group, with all lines under `LINES`."""
        return {**self.rows[0][1], LINES: [row for _line, row in self.rows]}


class LateLine(ValueError):
    """The group of this line was closed already; sort the file by its key or raise `group.within`."""


class Groups:
    """Open groups in the order they began. Numbers are row offsets, not line numbers."""

    def __init__(self, key_of: Callable[[Row], Hashable], within: int) -> None:
        self.key_of = key_of
        self.within = within
        self.open: dict[str, Group] = {}
        self.last_closed = -1
        # Closed keys must be remembered for the whole file, which may hold millions: on disk, not in memory.
        self.folder = tempfile.TemporaryDirectory(prefix="hamdel-import-")
        self.closed = sqlite3.connect(f"{self.folder.name}/closed.sqlite3", isolation_level=None)
        self.closed.execute("PRAGMA journal_mode=OFF")
        self.closed.execute("PRAGMA synchronous=OFF")
        self.closed.execute("CREATE TABLE closed (key TEXT PRIMARY KEY) WITHOUT ROWID")
        self.closed.execute("BEGIN")

    def add(self, offset: int, line: int, row: Row) -> Iterator[Group]:
        """Take one row; yield the groups that are complete now. Raises LateLine."""
        key = str(self.key_of(row))
        yield from self.expired(offset)
        if (group := self.open.get(key)) is None:
            if self.closed.execute("SELECT 1 FROM closed WHERE key = ?", (key,)).fetchone():
                raise LateLine(f"rows of {key} lie more than {self.within} rows apart")
            group = self.open[key] = Group(key, offset, offset, [])
        group.last = offset
        group.rows.append((line, row))

    def expired(self, offset: int) -> Iterator[Group]:
        """Yield groups whose last line lies more than `within` rows behind."""
        # Usually only the oldest is looked at: groups begin in order and most end in order as well.
        while self.open:
            oldest = next(iter(self.open.values()))
            if oldest.last + self.within >= offset:
                return
            yield self.close(oldest)

    def close(self, group: Group) -> Group:
        del self.open[group.key]
        self.last_closed = max(self.last_closed, group.last)
        self.remember(group.key)
        return group

    def remember(self, key: str) -> None:
        """Know a key as closed."""
        self.closed.execute("INSERT OR IGNORE INTO closed VALUES (?)", (key,))

    def rest(self) -> Iterator[Group]:
        """Yield what is open at the end of the file."""
        for group in list(self.open.values()):
            yield self.close(group)

    def safe_offset(self, offset: int) -> int | None:
        """Return the row from which an interrupted import may read on, or None when groups interlock here.

        Every group that began before it is closed and none of those has a line after it.
        """
        first_open = min((group.first for group in self.open.values()), default=offset)
        return first_open if self.last_closed < first_open else None
