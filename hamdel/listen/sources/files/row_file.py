"""What every kind of file offers to the importer, and the opening of text that may be hostile."""

from __future__ import annotations

import gzip
import io
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from hamdel.listen.sources.mapping import Reading

LONGEST_LINE = 4_000_000  # characters
MOST_COLUMNS = 2_000
SAMPLE = 1_000_000  # bytes looked at to find out the encoding
# Text packs 5 to 30 times; what packs far better is either no text or made to fill our memory.
FREE_EXPANSION = 8_000_000  # bytes that are never questioned
LARGEST_RATIO = 200
BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}


class FileRefused(ValueError):
    """The file cannot be read at all; nothing more of it is imported."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row, or the reason why it is none. `line` counts from 1 as an editor shows it (for Parquet: the row)."""

    line: int
    row: dict[str, Any] | None
    reason: str = ""
    raw: Any = None


class RowFile(ABC):
    """A file of rows that can be read from its start, any number of times."""

    # Names of the columns; None where each row has its own (JSON lines).
    columns: list[str] | None

    def __init__(self, path: Path, reading: Reading) -> None:
        self.path = path
        self.reading = reading
        self.size = path.stat().st_size
        self.stream: BinaryIO | None = None

    @abstractmethod
    def records(self) -> Iterator[Record]:
        """Yield every row in order. Raises FileRefused."""

    def share_read(self) -> float:
        """Return how much of the file has been read, 0 to 1."""
        position = self.stream.tell() if self.stream and not self.stream.closed else self.size
        return min(1.0, position / self.size) if self.size else 1.0


class LimitedGzip(io.RawIOBase):
    """A gzip stream that refuses to become absurdly larger than the file it came from."""

    def __init__(self, packed: BinaryIO) -> None:
        self.packed = packed
        self.unpacked = gzip.GzipFile(fileobj=packed)
        self.given = 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.given

    def readinto(self, buffer: Any) -> int:
        try:
            block = self.unpacked.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise FileRefused(f"the gzip stream is broken: {error}") from error
        self.given += len(block)
        if self.given > FREE_EXPANSION and self.given > LARGEST_RATIO * max(1, self.packed.tell()):
            raise FileRefused(f"the gzip stream unpacks to more than {LARGEST_RATIO} times its size")
        buffer[: len(block)] = block
        return len(block)


def open_bytes(path: Path) -> tuple[BinaryIO, io.BufferedReader]:
    """Return the file itself (for its position) and its bytes, unpacked if it is gzip."""
    file = path.open("rb")
    if file.peek(2)[:2] == b"\x1f\x8b":
        return file, io.BufferedReader(LimitedGzip(file), 1 << 16)
    return file, file


def refuse_bomb(path: Path) -> None:
    """Unpack the beginning once without reading rows from it. Raises FileRefused before anything is imported."""
    file, content = open_bytes(path)
    with file:
        if content is not file:
            while content.tell() < 2 * FREE_EXPANSION and content.read(SAMPLE):
                pass


def encoding_of(path: Path, wanted: str) -> str:
    """Return the encoding to read with: as told, by byte order mark, else UTF-8 if it is, else cp1256."""
    if wanted:
        return wanted
    file, content = open_bytes(path)
    with file:
        sample = content.read(SAMPLE)
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if sample.startswith(mark):
            return encoding
    return "utf-8" if _is_utf8(sample) else "cp1256"


def _is_utf8(sample: bytes) -> bool:
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        # The sample may end inside a character.
        return error.start >= len(sample) - 3 and len(sample) == SAMPLE
    return True


def open_text(path: Path, wanted: str) -> tuple[BinaryIO, io.TextIOWrapper]:
    """Return the file itself and its text. Bytes that are not of the encoding become lone surrogates."""
    encoding = encoding_of(path, wanted)
    file, content = open_bytes(path)
    errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
    try:
        return file, io.TextIOWrapper(content, encoding=encoding, errors=errors, newline="")
    except LookupError as error:
        raise FileRefused(f"{encoding!r} is not an encoding known here") from error


def lines_of(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield physical lines with their ends. Raises FileRefused at a line that no row can be."""
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            raise FileRefused(f"line {number} is longer than {LONGEST_LINE:,} characters")
        yield line


def unreadable(text: str) -> bool:
    """Tell whether bytes of this text were not of the file's encoding."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return "\ufffd" in text
