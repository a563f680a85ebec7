"""Statements that are repeated all day: bound and planned on the server.

Django's own cursors write every value into the SQL, so PostgreSQL reads and plans each statement anew. For a page of
the interface that does not matter; an answer or an event would pay more for the planning than for the work.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from psycopg import Cursor


def ask(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run a statement that is prepared the first time, in the running transaction. Return its rows, if it has any."""
    connection.ensure_connection()
    with Cursor(connection.connection) as cursor:
        cursor.execute(sql, values, prepare=True)
        return cursor.fetchall() if cursor.description else []
