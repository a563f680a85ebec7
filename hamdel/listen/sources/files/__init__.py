"""Files of rows, read as a stream: CSV of any delimiter and encoding, JSON lines, XLSX, Parquet.

The two kinds of text may be gzipped.
"""

from __future__ import annotations

from pathlib import Path

from hamdel.listen.sources.files.delimited import DelimitedFile
from hamdel.listen.sources.files.json_lines import JsonLinesFile
from hamdel.listen.sources.files.parquet import ParquetFile
from hamdel.listen.sources.files.row_file import FileRefused, Record, RowFile
from hamdel.listen.sources.files.spreadsheet import SpreadsheetFile
from hamdel.listen.sources.mapping import Reading

__all__ = ["FileRefused", "Record", "RowFile", "open_rows"]

KINDS: dict[str, type[RowFile]] = {
    "csv": DelimitedFile,
    "tsv": DelimitedFile,
    "txt": DelimitedFile,
    "jsonl": JsonLinesFile,
    "ndjson": JsonLinesFile,
    "xlsx": SpreadsheetFile,
    "parquet": ParquetFile,
}


def open_rows(path: Path, reading: Reading) -> RowFile:
    """Open a file of rows by its ending. Raises FileRefused with a sentence for the person who gave it."""
    endings = [ending.lstrip(".").lower() for ending in path.suffixes]
    kind = next((ending for ending in reversed(endings) if ending in KINDS), "")
    if not kind:
        raise FileRefused(f"{path.name}: one of .{', .'.join(KINDS)} is read (and .gz of the text ones)")
    if not path.is_file():
        raise FileRefused(f"{path}: there is no such file")
    return KINDS[kind](path, reading)
