"""Rows that could not be taken: in a CSV file beside the run, and in the quarantine."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import orjson

from hamdel.listen.sources.stream import Mapped

HEADER = ("line", "reason", "row")


class RejectedRow(NamedTuple):
    """One row of the file that gave no event, or an event of it that the intake refused."""

    line: int
    code: str
    reason: str
    payload: str


def rejected_rows(mapped: Mapped) -> list[RejectedRow]:
    """Return an entry for each line of a refused row or group."""
    raws = (
        mapped.raw
        if len(mapped.lines) > 1 and isinstance(mapped.raw, list)
        else [mapped.raw] * len(mapped.lines)
    )
    return [
        RejectedRow(line, "row_rejected", mapped.rejected, as_json(raw))
        for line, raw in zip(mapped.lines, raws, strict=True)
    ]


def as_json(raw: object) -> str:
    """Return a row as JSON text that PostgreSQL can store, whatever was in it."""
    try:
        return orjson.dumps(raw, default=str).decode().replace("\\u0000", "\\ufffd")
    except (orjson.JSONEncodeError, TypeError):
        return repr(raw).encode("utf-8", "backslashreplace").decode().replace("\x00", "\ufffd")


class RejectsFile:
    """The rejects as CSV for whoever repairs the file. Made only when there is something to write."""

    def __init__(self, path: Path, *, keep_bytes: int = 0) -> None:
        self.path = path
        self.bytes = keep_bytes
        if path.exists():
            # What was written after the last checkpoint is going to be written again.
            os.truncate(path, keep_bytes)

    def write(self, rows: Iterable[RejectedRow]) -> None:
        """Append rows and bring them to the disk."""
        text = io.StringIO()
        writer = csv.writer(text)
        if not self.bytes:
            # Excel reads UTF-8 only with this mark.
            text.write("\ufeff")
            writer.writerow(HEADER)
        writer.writerows((row.line, row.reason, guarded(row.payload)) for row in rows)
        content = text.getvalue().encode("utf-8", "backslashreplace")
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        self.bytes += len(content)


def guarded(text: str) -> str:
    """Keep a spreadsheet from running what a stranger typed."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
