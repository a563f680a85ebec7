"""The first rows of a file, as somebody looks at them before saying what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from hamdel.listen.sources.files import RowFile
from hamdel.listen.sources.guessing import columns_of

ROWS = 5
LONGEST_CELL = 60


@dataclass(frozen=True)
class Sample:
    """The columns, and the cells of the first rows in their order."""

    columns: list[str]
    rows: list[list[str]]


def sample_of(file: RowFile) -> Sample:
    """Return the first readable rows. Raises FileRefused."""
    columns = columns_of(file)
    readable = (record.row for record in file.records() if record.row is not None)
    return Sample(columns, [[_short(row.get(name)) for name in columns] for row in islice(readable, ROWS)])


def _short(cell: Any) -> str:
    text = "" if cell is None else str(cell)
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
