"""XLSX, read by a child process: a few kilobytes of it can ask for all the memory there is.

The child (`unpacking.py`) limits its own memory and time and writes rows as JSON lines; what it says is believed only as text.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import orjson

from hamdel.listen.sources.files.delimited import named
from hamdel.listen.sources.files.row_file import MOST_COLUMNS, FileRefused, Record, RowFile
from hamdel.listen.sources.mapping import Reading

CHILD = "hamdel.listen.sources.files.unpacking"


class SpreadsheetFile(RowFile):
    """The first sheet of a workbook, with the columns' names in its first row that is not empty."""

    columns: list[str]

    def __init__(self, path: Path, reading: Reading) -> None:
        super().__init__(path, reading)
        self.given = self.rows = 0
        with self._child() as lines:
            self.columns = self._head(lines)
        if len(self.columns) > MOST_COLUMNS:
            raise FileRefused(f"the file has {len(self.columns):,} columns; {MOST_COLUMNS:,} are allowed")

    def records(self) -> Iterator[Record]:
        self.given = 0
        with self._child() as lines:
            width = len(self._head(lines))
            for number, cells in self._rows(lines):
                self.given = number
                if len(cells) > width and any(cell not in (None, "") for cell in cells[width:]):
                    yield Record(number, None, f"{len(cells)} cells where the header has {width}", cells)
                    continue
                whole = [*cells[:width], *[None] * (width - len(cells))]
                yield Record(number, dict(zip(self.columns, whole, strict=True)))

    def share_read(self) -> float:
        return min(1.0, self.given / self.rows) if self.rows else 1.0

    def _head(self, lines: Iterator[Any]) -> list[str]:
        """Read how many rows there are and the names of the columns."""
        nothing: dict[str, Any] = {}
        self.rows = next(lines, nothing).get("rows", 0)
        first = next(lines, nothing).get("cells") or []
        if not any(first):
            raise FileRefused("the file is empty: its first line must name the columns")
        while first and first[-1] in (None, ""):
            first.pop()
        return named(["" if cell is None else str(cell) for cell in first])

    @staticmethod
    def _rows(lines: Iterator[Any]) -> Iterator[tuple[int, list[Any]]]:
        for line in lines:
            yield line["row"], line["cells"]

    @contextlib.contextmanager
    def _child(self) -> Iterator[Iterator[Any]]:
        with subprocess.Popen(
            [sys.executable, "-m", CHILD, self.path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as child:
            assert child.stdout is not None
            try:
                yield _told(child, child.stdout)
            finally:
                child.kill()


def _told(child: subprocess.Popen[bytes], stdout: IO[bytes]) -> Iterator[Any]:
    """Yield what the child tells until its last word. Raises FileRefused when it says why not, or dies."""
    for line in stdout:
        told = orjson.loads(line)
        if "refused" in told:
            raise FileRefused(told["refused"])
        if "end" in told:
            return
        yield told
    child.wait()
    raise FileRefused("the spreadsheet is too large or broken; save it as CSV and try again")
