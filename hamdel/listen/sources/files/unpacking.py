"""The child that opens a spreadsheet: `python -m hamdel.listen.sources.files.unpacking FILE` writes its rows as JSON lines."""

from __future__ import annotations

import resource
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson

MOST_MEMORY = 1_500_000_000
MOST_SECONDS = 600  # of processor time
MOST_UNPACKED = 2_000_000_000
FREE_EXPANSION, LARGEST_RATIO = 32_000_000, 200
MOST_CELLS_A_ROW = 2_001
# What broken or hostile workbooks make openpyxl raise, beside its own.
BROKEN = (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, EOFError, zipfile.BadZipFile)


def main(path: str) -> None:
    """Limit this process, then read. Whatever goes wrong is told in one line."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    try:
        refusal = bomb_in(path) or write_rows(path)
    except MemoryError:
        refusal = "the spreadsheet asks for more memory than a file may; save it as CSV and try again"
    except BROKEN as error:
        refusal = f"the spreadsheet is broken: {error}"
    tell({"refused": refusal} if refusal else {"end": True})


def bomb_in(path: str) -> str:
    """Return why the archive is not opened, "" when it may be."""
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
        packed = sum(member.compress_size for member in archive.infolist())
    if unpacked > MOST_UNPACKED or (unpacked > FREE_EXPANSION and unpacked > LARGEST_RATIO * max(1, packed)):
        return f"the spreadsheet unpacks to more than {LARGEST_RATIO} times its size"
    return ""


def write_rows(path: str) -> str:
    """Tell the rows of the first sheet that is not hidden; empty ones are left out."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not sheets:
        return "the workbook has no sheet with rows"
    sheet = sheets[0]
    tell({"rows": sheet.max_row or 0})
    # What a workbook says of its own size may be wrong or a trap: rows are as wide as they are.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        cells = [plain(cell) for cell in row[:MOST_CELLS_A_ROW]]
        while cells and cells[-1] in (None, ""):
            cells.pop()
        if cells:
            tell({"row": number, "cells": cells})
    return ""


def plain(cell: Any) -> Any:
    """Return a cell as JSON has it: dates in ISO form, errors of formulas as nothing."""
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return cell.total_seconds()
    if isinstance(cell, str):
        return None if cell.startswith("#") and cell.endswith(("!", "?", "/A")) else cell
    return cell


def tell(line: dict[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE, default=str))


if __name__ == "__main__":
    main(sys.argv[1])
