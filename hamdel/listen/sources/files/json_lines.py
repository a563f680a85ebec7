"""JSON lines: one object a line. Nested objects are also found by their path, such as `properties.total`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from hamdel.listen.sources.files.row_file import Record, RowFile, lines_of, open_text, refuse_bomb
from hamdel.listen.sources.mapping import Reading

WHOLE = "*"  # the row as it stood in the file
DEEPEST = 32


class JsonLinesFile(RowFile):
    columns = None

    def __init__(self, path: Path, reading: Reading) -> None:
        super().__init__(path, reading)
        refuse_bomb(path)

    def records(self) -> Iterator[Record]:
        self.stream, text = open_text(self.path, self.reading.encoding)
        with self.stream:
            for number, line in enumerate(lines_of(text), 1):
                if line.strip():
                    yield _record(number, line)


def _record(number: int, line: str) -> Record:
    try:
        found = orjson.loads(line)
    except (orjson.JSONDecodeError, UnicodeEncodeError) as error:
        return Record(
            number, None, f"not JSON: {error}", line.rstrip("\r\n").encode(errors="replace").decode()
        )
    if not isinstance(found, dict):
        return Record(number, None, "not a JSON object", line.rstrip("\r\n"))
    return Record(number, dict(flattened(found)) | {WHOLE: found})


def flattened(found: dict[str, Any], before: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield every value under its path; objects themselves as well, so that a mapping may take one whole."""
    for name, value in found.items():
        yield f"{before}{name}", value
        if isinstance(value, dict) and depth < DEEPEST:
            yield from flattened(value, f"{before}{name}.", depth + 1)
