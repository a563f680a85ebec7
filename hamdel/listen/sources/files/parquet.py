"""Parquet, read batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hamdel.listen.sources.files.row_file import MOST_COLUMNS, FileRefused, Record, RowFile
from hamdel.listen.sources.mapping import Reading

ROWS_AT_ONCE = 8_192
LARGEST_ROW_GROUP = 4_000_000_000  # bytes once unpacked; a column chunk of it is what memory must hold


class ParquetFile(RowFile):
    columns: list[str]

    def __init__(self, path: Path, reading: Reading) -> None:
        super().__init__(path, reading)
        with self._opened() as file:
            self.columns = list(file.schema_arrow.names)
            self.rows = file.metadata.num_rows
            groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
        if len(self.columns) > MOST_COLUMNS:
            raise FileRefused(f"the file has {len(self.columns):,} columns; {MOST_COLUMNS:,} are allowed")
        if any(group.total_byte_size > LARGEST_ROW_GROUP for group in groups):
            raise FileRefused("a row group of the file is too large to unpack; write smaller row groups")
        self.given = 0

    def _opened(self) -> pq.ParquetFile:
        try:
            return pq.ParquetFile(self.path)
        except (pa.ArrowException, OSError) as error:
            raise FileRefused(f"not a Parquet file: {error}") from error

    def records(self) -> Iterator[Record]:
        self.given = 0
        with self._opened() as file:
            for columns in _batches(file):
                for cells in zip(*columns, strict=True):
                    self.given += 1
                    yield Record(self.given, dict(zip(self.columns, cells, strict=True)))

    def share_read(self) -> float:
        return self.given / self.rows if self.rows else 1.0


def _batches(file: pq.ParquetFile) -> Iterator[list[list[Any]]]:
    try:
        for batch in file.iter_batches(batch_size=ROWS_AT_ONCE):
            yield [column.to_pylist() for column in batch.columns]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FileRefused(f"the Parquet file is broken: {error}") from error
