"""Writing: whole batches, each exactly once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from hamdel.ground.analytics.errors import RowsRefused
from hamdel.ground.analytics.failures import OUT_OF_MEMORY, code_of, is_not_now, reason, unavailable
from hamdel.ground.analytics.store import Store, store

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client
    from clickhouse_connect.driver.insert import InsertContext


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

    here = store()
    with here.changing.lend() as client:
        try:
            context = client.create_insert_context(
                table, column_names=columns, data=rows, settings=_settings(token)
            )
            _insert(here, client, context)
        # The driver raises the plain errors of Python for values of a wrong type, and chDB a RuntimeError.
        except (ClickHouseError, OSError, RuntimeError, ValueError, TypeError, AttributeError) as error:
            if is_not_now(error) or code_of(error) == OUT_OF_MEMORY:
                raise unavailable(error, here) from error
            raise RowsRefused(f"{len(rows)} rows for {table!r} were refused: {reason(error)}") from error
    return len(rows)


def _settings(token: str) -> dict[str, Any]:
    return {
        # On by default in new servers, and it answers before the rows can be read.
        "async_insert": 0,
        "insert_deduplicate": 1,
        "insert_deduplication_token": token,
        # The tables behind the materialized views keep tokens of their own: a crash between a table and
        # its views is mended by the same retry.
        "deduplicate_blocks_in_dependent_materialized_views": 1,
    }


def _insert(here: Store, client: Client, context: InsertContext) -> None:
    if here.is_embedded:
        _stream(here, context)
    else:
        client.data_insert(context)


def _stream(here: Store, context: InsertContext) -> None:
    """Hand the rows to chDB through memory. The driver's own way is a file in /tmp, which a crash leaves there."""
    settings = ", ".join(f"{name} = {_literal(value)}" for name, value in context.settings.items())
    names = ", ".join(f"`{name}`" for name in context.column_names)
    statement = f"INSERT INTO {context.table} ({names}) SETTINGS {settings}"
    with here.streaming.lend() as connection, connection.send_insert(statement, "Native") as inserter:
        for block in _native(context):
            inserter.append(block)
        inserter.finish()


def _native(context: InsertContext) -> Iterator[bytes]:
    from clickhouse_connect.driver.transform import NativeTransform

    for number, block in enumerate(NativeTransform().build_insert(context)):
        # A value that does not fit its column ends the driver's stream with garbage and leaves its error here.
        if context.insert_exception is not None:
            raise context.insert_exception
        # The first block begins with the statement that an HTTP request would need.
        yield bytes(block).split(b"\n", 1)[1] if number == 0 else bytes(block)


def _literal(value: object) -> str:
    return str(value) if isinstance(value, int) else "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"
