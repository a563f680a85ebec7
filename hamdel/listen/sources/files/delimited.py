"""CSV and its kin: any delimiter, any encoding, quoted cells with line breaks, exact line numbers."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from hamdel.listen.sources.files.row_file import (
    LONGEST_LINE,
    MOST_COLUMNS,
    FileRefused,
    Record,
    RowFile,
    lines_of,
    open_text,
    refuse_bomb,
    unreadable,
)
from hamdel.listen.sources.mapping import Reading

DELIMITERS = ",;\t|،؛"
LINES_LOOKED_AT = 50


class DelimitedFile(RowFile):
    """A file of cells between delimiters, with the columns' names on its first line."""

    columns: list[str]

    def __init__(self, path: Path, reading: Reading) -> None:
        super().__init__(path, reading)
        refuse_bomb(path)
        csv.field_size_limit(LONGEST_LINE)
        self.delimiter = reading.delimiter or self._delimiter()
        self.columns = self._columns()

    def _delimiter(self) -> str:
        """Return the delimiter under which most of the first lines have the same, largest number of cells."""
        file, text = open_text(self.path, self.reading.encoding)
        lines: list[str] = []
        # A line that cannot be read is met again, and told of, when its row is due.
        with file, suppress(FileRefused):
            lines.extend(islice(lines_of(text), LINES_LOOKED_AT))

        def fit(delimiter: str) -> tuple[int, int]:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
            width, rows = widths.most_common(1)[0] if widths else (1, 0)
            return (rows if width > 1 else 0, width)

        return max(DELIMITERS, key=fit)

    def _columns(self) -> list[str]:
        first = next(self._cells(), None)
        if first is None or isinstance(first, Record) or not any(first[1]):
            raise FileRefused("the file is empty: its first line must name the columns")
        if len(first[1]) > MOST_COLUMNS:
            raise FileRefused(f"the file has {len(first[1]):,} columns; {MOST_COLUMNS:,} are allowed")
        return named(first[1])

    def records(self) -> Iterator[Record]:
        cells = self._cells()
        next(cells)
        for found in cells:
            if isinstance(found, Record):
                yield found
            elif found[1]:  # an empty line is no row
                yield self._record(*found)

    def _record(self, line: int, cells: list[str]) -> Record:
        if len(cells) != len(self.columns):
            reason = f"{len(cells)} cells where the header has {len(self.columns)}"
            return Record(line, None, reason, cells)
        if any(map(unreadable, cells)):
            return Record(line, None, "bytes that are not of the file's encoding", cells)
        return Record(line, dict(zip(self.columns, cells, strict=True)))

    def _cells(self) -> Iterator[tuple[int, list[str]] | Record]:
        """Yield the line each row begins on and its cells, or a record of why they cannot be read."""
        self.stream, text = open_text(self.path, self.reading.encoding)
        with self.stream:
            reader = csv.reader(lines_of(text), delimiter=self.delimiter)
            while True:
                line = reader.line_num + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield Record(line, None, f"{error} (lines {line} to {reader.line_num})")
                else:
                    yield line, cells


def named(header: list[str]) -> list[str]:
    """Return names for every column: an unnamed one is called by its place, a second one of a name by its count."""
    seen: Counter[str] = Counter()
    names = []
    for place, cell in enumerate(header, 1):
        name = cell.strip() or f"column {place}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names
