"""Writing: whole batches, each exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hamdel.ground.analytics.errors import RowsRefused
from hamdel.ground.analytics.failures import OUT_OF_MEMORY, code_of, is_not_now, reason, unavailable
from hamdel.ground.analytics.store import Store, store

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client


@dataclass(frozen=True)
class _Batch:
    table: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    token: str

    @property
    def settings(self) -> dict[str, int | str]:
        return {
            # On by default in new servers, and it answers before the rows can be read.
            "async_insert": 0,
            "insert_deduplicate": 1,
            "insert_deduplication_token": self.token,
            # The tables behind the materialized views keep tokens of their own: a crash between a table and
            # its views is mended by the same retry.
            "deduplicate_blocks_in_dependent_materialized_views": 1,
        }


def append(table: str, rows: Sequence[Sequence[Any]], *, columns: Sequence[str], token: str) -> int:
    """Insert a batch and return how many rows it has. The batch is stored when this returns, fsync included.

    Each row holds its values in the order of `columns`: UUIDs, aware datetimes, str, numbers, and dicts for Map.

    `token` makes it exactly-once: a second append with the same token changes nothing, also after a crash
    between the two, as long as fewer than 10,000 batches came between. The price: the *same token with other
    rows is dropped in silence*, so the caller must write down which rows belong to a token before the first try.

    Batches of thousands are what ClickHouse likes: some 180,000 events a second at 10,000 a batch, while a
    batch of one costs 10 ms. AnalyticsUnavailable: try the same batch again later. RowsRefused: it never fits.
    """
    if not rows:
        return 0
    from clickhouse_connect.driver.exceptions import ClickHouseError

    here, batch = store(), _Batch(table, columns, rows, token)
    with here.changing.lend() as client:
        try:
            # Before anything is sent: a value that does not fit shows here, with nothing half written.
            block = _native(client, batch)
            if here.is_embedded:
                _stream(here, batch, block)
            else:
                _post(client, batch, block)
        # The driver raises the plain errors of Python for values of a wrong type, and chDB a RuntimeError.
        except (ClickHouseError, OSError, RuntimeError, ValueError, TypeError, AttributeError) as error:
            if is_not_now(error) or code_of(error) == OUT_OF_MEMORY:
                raise unavailable(error, here) from error
            raise RowsRefused(f"{len(rows)} rows for {table!r} were refused: {reason(error)}") from error
    return len(rows)


def _native(client: Client, batch: _Batch) -> bytes:
    """Return the rows in ClickHouse's Native format: of six ways tried the fastest, from plain tuples at that."""
    from clickhouse_connect.driver.transform import NativeTransform

    context = client.create_insert_context(batch.table, column_names=batch.columns, data=batch.rows)
    blocks = [bytes(block) for block in NativeTransform().build_insert(context)]
    if context.insert_exception is not None:
        raise context.insert_exception
    # The first block begins with the statement that an HTTP request would need.
    blocks[0] = blocks[0].split(b"\n", 1)[1]
    return b"".join(blocks)


def _post(client: Client, batch: _Batch, block: bytes) -> None:
    import lz4.frame

    client.raw_insert(
        batch.table,
        batch.columns,
        lz4.frame.compress(block),
        fmt="Native",
        compression="lz4",
        settings=batch.settings,
    )


def _stream(here: Store, batch: _Batch, block: bytes) -> None:
    """Hand the rows to chDB through memory. The driver's own way is a file in /tmp, which a crash leaves there."""
    settings = ", ".join(f"{name} = {_literal(value)}" for name, value in batch.settings.items())
    statement = f"INSERT INTO {batch.table} ({', '.join(batch.columns)}) SETTINGS {settings}"
    with here.streaming.lend() as connection, connection.send_insert(statement, "Native") as inserter:
        inserter.append(block)
        inserter.finish()


def _literal(value: int | str) -> str:
    return (
        str(value) if isinstance(value, int) else "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    )
