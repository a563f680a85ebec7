"""Figures that several processes of one server show each other, in memory they share."""

from __future__ import annotations

import mmap
import os
from typing import NamedTuple


class Figures(NamedTuple):
    """What one front has done so far, and whether a crowd stands before it."""

    committed_events: int = 0
    commits: int = 0
    refused: int = 0
    is_busy: int = 0
    resident_bytes: int = 0

    def after(self, before: Figures) -> Figures:
        """Return the figures of a front that goes on where another ended."""
        return self._replace(
            committed_events=before.committed_events + self.committed_events,
            commits=before.commits + self.commits,
            refused=before.refused + self.refused,
        )


CELL_BYTES = 8
ROW_BYTES = CELL_BYTES * len(Figures._fields)


class Board:
    """A row of figures for each front. Rows are written by one process each, so nobody needs a lock."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.memory = mmap.mmap(descriptor, os.fstat(descriptor).st_size)
        self.cells = memoryview(self.memory).cast("Q")

    @classmethod
    def of_rows(cls, rows: int) -> Board:
        descriptor = os.memfd_create("hamdel-board")
        os.ftruncate(descriptor, rows * ROW_BYTES)
        return cls(descriptor)

    def rows(self) -> list[Figures]:
        width = len(Figures._fields)
        return [Figures(*self.cells[at : at + width]) for at in range(0, len(self.cells), width)]

    def write(self, row: int, figures: Figures) -> None:
        width = len(Figures._fields)
        for at, figure in enumerate(figures, start=row * width):
            self.cells[at] = figure

    def totals(self) -> Figures:
        """Return the sums of all rows."""
        return Figures(*map(sum, zip(*self.rows(), strict=True)))
