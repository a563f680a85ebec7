"""A PostgreSQL by its URL."""

from __future__ import annotations

import pytest
from psycopg.conninfo import conninfo_to_dict

from hamdel.ground.postgres import PostgresError, connection_urls
from hamdel.ground.postgres.elsewhere import lively
from hamdel.settings import database

URL = "postgresql://hamdel_app:p%40ss@db.example:5433/hamdel"


def test_a_connection_over_tcp_notices_a_vanished_server():
    said = conninfo_to_dict(lively(URL))

    assert (said["host"], said["password"], said["tcp_user_timeout"]) == ("db.example", "p@ss", "25000")


def test_what_the_url_says_itself_counts_more():
    said = conninfo_to_dict(lively(f"{URL}?connect_timeout=3&sslmode=verify-full"))

    assert (said["connect_timeout"], said["sslmode"]) == ("3", "verify-full")


def test_a_socket_needs_no_limits():
    url = "postgresql://hamdel_app@/hamdel?host=/run/postgresql"

    assert lively(url) == url


@pytest.mark.parametrize("nonsense", ["host=db dbname=hamdel", "mysql://db/hamdel", "db:5432"])
def test_something_else_than_a_url_is_refused(nonsense):
    with pytest.raises(PostgresError, match="look like postgresql://"):
        lively(nonsense)


def test_one_url_serves_both_roles(monkeypatch):
    monkeypatch.setenv("HAMDEL_POSTGRES_URL", URL)

    urls = connection_urls()

    assert urls.app == urls.owner == lively(URL)


def test_two_urls_serve_one_role_each(monkeypatch):
    monkeypatch.setenv("HAMDEL_POSTGRES_URL", URL)
    monkeypatch.setenv("HAMDEL_POSTGRES_OWNER_URL", URL.replace("hamdel_app", "hamdel_owner"))

    assert "hamdel_owner" in connection_urls().owner


def test_django_hears_everything_the_url_says():
    entry = database(lively(f"{URL}?sslmode=verify-full"))

    assert (entry["HOST"], entry["PORT"], entry["PASSWORD"]) == ("db.example", 5433, "p@ss")
    assert entry["OPTIONS"]["sslmode"] == "verify-full"
    assert entry["OPTIONS"]["tcp_user_timeout"] == "25000"
