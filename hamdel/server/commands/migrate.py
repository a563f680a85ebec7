"""`hamdel migrate`: bring PostgreSQL and ClickHouse to this version."""

from __future__ import annotations

import argparse

from hamdel.cli import wake_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments: there is only one right state."""


def run(_options: argparse.Namespace) -> int:
    wake_django()
    migrate()
    print("Both databases are up to date.")
    return 0


def migrate(*, only_postgres: bool = False) -> None:
    """Apply what is missing to both databases. One process at a time; the others wait and find it done."""
    import psycopg
    from django.core.management import call_command
    from django.db import connections

    from hamdel.ground import analytics
    from hamdel.ground.postgres import connection_urls

    with psycopg.connect(connection_urls().owner, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(7400)")
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        if not only_postgres:
            analytics.migrate()
    connections["owner"].close()
