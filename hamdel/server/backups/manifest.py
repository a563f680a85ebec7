"""What a backup says of itself: enough to know afterwards that everything came back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import psycopg
from psycopg import sql

FORMAT = 1
# Nothing anybody would miss; a reply, a cached page or a prepared file of last night is of no use.
LEFT_OUT = ("workspaces_cache", "api_keptreply", "django_session", "results_export", "results_exportpart")

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
# The sum of the rows' digests: it does not depend on their order.
CONTENT = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM {} AS t"


class NotABackup(Exception):
    """The file is not a backup of Hamdel, or of a newer one; the message says what to do."""


@dataclass(frozen=True)
class Content:
    """How many rows a table has, and a digest of them all."""

    rows: int
    digest: str


@dataclass(frozen=True)
class Manifest:
    """The first member of a backup."""

    format: int
    hamdel: str
    made_at: str
    tables: dict[str, Content]

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()

    @property
    def rows(self) -> int:
        return sum(content.rows for content in self.tables.values())


def manifest_from(text: bytes) -> Manifest:
    """Read a manifest. Raises NotABackup."""
    try:
        told: dict[str, Any] = json.loads(text)
        tables = {name: Content(**content) for name, content in told["tables"].items()}
        manifest = Manifest(told["format"], told["hamdel"], told["made_at"], tables)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotABackup("This file is not a backup of Hamdel, or it is damaged.") from error
    if manifest.format > FORMAT:
        raise NotABackup(
            f"Hamdel {manifest.hamdel} made this backup, this is {own_version()}. Install that version first."
        )
    return manifest


def own_version() -> str:
    return version("hamdel")


def contents(connection: psycopg.Connection) -> dict[str, Content]:
    """Return what every table holds, as the running transaction sees it."""
    connection.execute(
        "SELECT set_config('app.workspace', 'every', true), set_config('TimeZone', 'UTC', true)"
    )
    names = [name for (name,) in connection.execute(TABLES).fetchall() if name not in LEFT_OUT]
    return {name: _content(connection, name) for name in names}


def _content(connection: psycopg.Connection, table: str) -> Content:
    row = connection.execute(sql.SQL(CONTENT).format(sql.Identifier(table))).fetchone()
    assert row is not None
    return Content(*row)
