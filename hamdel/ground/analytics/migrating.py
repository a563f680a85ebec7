"""The schema: numbered files, applied once and in order, never taken back."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hamdel.ground.analytics.errors import SchemaConflict
from hamdel.ground.analytics.failures import is_not_now, reason, unavailable
from hamdel.ground.analytics.store import Store, store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clickhouse_connect.driver.client import Client

FOLDER = Path(__file__).parent / "schema"
WHOLE = Path(__file__).parent / "schema.sql"
KEPT_IN = "schema_migrations"
_KEEP = f"""
CREATE TABLE IF NOT EXISTS {KEPT_IN}
(
    name       String,
    checksum   String,
    applied_at DateTime('UTC') DEFAULT now()
)
ENGINE = MergeTree
ORDER BY name
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
"""


@dataclass(frozen=True)
class Migration:
    """One file of `schema/`: a sentence, then one statement that may be run again after a crash."""

    name: str
    statement: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.statement.encode()).hexdigest()[:32]


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """Return all migrations in the order of their numbers."""
    return [Migration(file.stem, file.read_text("utf-8")) for file in sorted(folder.glob("[0-9]*.sql"))]


def migrate(folder: Path = FOLDER) -> list[str]:
    """Apply what is not applied yet and return its names; nothing to do is an empty list.

    Names and checksums are kept in the table `schema_migrations`. SchemaConflict, before anything is changed, when an
    applied file was edited since or is not known here (the database was made by a newer Hamdel).
    """
    with changing() as client:
        client.command(_KEEP)
        applied: dict[str, str] = dict(client.query(f"SELECT name, checksum FROM {KEPT_IN}").result_rows)  # type: ignore[arg-type]
        known = migrations(folder)
        _check(known, applied)
        waiting = [migration for migration in known if migration.name not in applied]
        for migration in waiting:
            client.command(migration.statement)
            client.insert(
                KEPT_IN,
                [[migration.name, migration.checksum]],
                column_names=["name", "checksum"],
                settings={"async_insert": 0},
            )
    return [migration.name for migration in waiting]


def _check(known: list[Migration], applied: dict[str, str]) -> None:
    names = {migration.name for migration in known}
    if strangers := sorted(applied.keys() - names):
        raise SchemaConflict(
            f"The database knows {', '.join(strangers)}, this Hamdel does not: it is older than the data."
        )
    for migration in known:
        if applied.get(migration.name, migration.checksum) != migration.checksum:
            raise SchemaConflict(
                f"{migration.name}.sql was changed after it was applied; write a new file instead."
            )


@contextmanager
def changing() -> Iterator[Client]:
    """Lend a client that may change things, with the driver's errors turned into ours."""
    from clickhouse_connect.driver.exceptions import ClickHouseError

    here: Store = store()
    with here.changing.lend() as client:
        try:
            yield client
        except (ClickHouseError, OSError) as error:
            if is_not_now(error):
                raise unavailable(error, here) from error
            raise SchemaConflict(f"ClickHouse refused a change: {reason(error)}") from error


def tables(*, having: str = "workspace_id") -> list[str]:
    """Return the tables that hold rows of workspaces, those with a column `having`; no views, no bookkeeping."""
    with changing() as client:
        found = client.query(
            "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'"
            " AND name IN (SELECT table FROM system.columns WHERE database = currentDatabase()"
            f" AND name = '{having}') ORDER BY name"
        )
    return [name for (name,) in found.result_rows]


def truncate_everything() -> None:
    """Empty every table; the schema stays. Tokens are forgotten too, so the same batches may be appended again.

    For rebuilding from the log, and for tests.
    """
    for table in tables():
        with changing() as client:
            client.command(f"TRUNCATE TABLE {table}")


def described() -> str:
    """Return the present schema as text: what `schema.sql` must hold."""
    with changing() as client:
        names = client.query(
            "SELECT name FROM system.tables WHERE database = currentDatabase() AND NOT startsWith(name, '.') ORDER BY name"
        ).result_rows
        statements = [str(client.command(f"SHOW CREATE TABLE {name}")) for (name,) in names]
        database = client.command("SELECT currentDatabase()")
    texts = [
        statement.replace("\\n", "\n").replace("\\'", "'").replace(f"{database}.", "")
        for statement in statements
    ]
    return (
        "-- The whole schema, made by `python -m hamdel.ground.analytics`; not applied, only read.\n\n"
        + "\n".join(f"{text};\n" for text in texts)
    )
