"""The roles, the database and what the product's own role may do in it."""

from __future__ import annotations

import psycopg
from psycopg import sql

SUPERUSER, OWNER, APP, DATABASE = "postgres", "hamdel_owner", "hamdel_app", "hamdel"
# Kept as the database's comment once all is done; change it whenever the statements below change.
PREPARED = "Prepared for Hamdel, 2"
# TRUNCATE is not among them: row level security does not bind it, so one workspace could empty another's table.
MAY = (
    ("SELECT, INSERT, UPDATE, DELETE", "TABLES"),
    ("USAGE, SELECT", "SEQUENCES"),
    ("EXECUTE", "FUNCTIONS"),
)


def is_prepared(url: str) -> bool:
    """Tell whether `prepare` has been done, asked as the role of `url` in our database."""
    try:
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
            ).fetchone()
    except psycopg.OperationalError:
        return False
    return row == (PREPARED,)


def prepare(maintenance_url: str, database_url: str, passwords: dict[str, str]) -> None:
    """Make roles, database and default privileges as the superuser; each step may have been done before."""
    with psycopg.connect(maintenance_url, autocommit=True) as connection:
        for role, password in passwords.items():
            _make_role(connection, role, password)
        _make_database(connection)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"ALTER SCHEMA public OWNER TO {OWNER}")
        defaults = f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER}"
        connection.execute(f"{defaults} REVOKE TRUNCATE ON TABLES FROM {APP}")
        for what, on in MAY:
            connection.execute(f"{defaults} GRANT {what} ON {on} TO {APP}")
        # Row level security lets an index answer only what cannot tell of rows it hides. Comparing a text's words with
        # those looked for tells nothing; without this, looking for a customer by name reads all of them.
        connection.execute("ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) LEAKPROOF")
        connection.execute(f"COMMENT ON DATABASE {DATABASE} IS '{PREPARED}'")


def _make_role(connection: psycopg.Connection, role: str, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            sql.SQL("ALTER" if known else "CREATE"), sql.Identifier(role), sql.Literal(password)
        )
    )


def _make_database(connection: psycopg.Connection) -> None:
    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
    if not known:
        connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
