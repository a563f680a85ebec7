"""What is repeated is planned once."""

import pytest
from django.db import connection, transaction

from hamdel.ground.statements import ask

pytestmark = pytest.mark.django_db


def prepared() -> set[str]:
    return {row[0] for row in ask("SELECT statement FROM pg_prepared_statements")}


def test_a_statement_is_prepared_the_first_time() -> None:
    assert ask("SELECT %s::int + 1", 41) == [(42,)]
    assert "SELECT $1::int + 1" in prepared()


def test_it_runs_in_the_transaction_of_django() -> None:
    with transaction.atomic():
        ask("SELECT set_config('app.workspace', 'here', true)")
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('app.workspace')")
            assert cursor.fetchone() == ("here",)


def test_what_returns_nothing_returns_no_rows() -> None:
    with transaction.atomic():
        assert ask("CREATE TEMPORARY TABLE nothing (n int) ON COMMIT DROP") == []
