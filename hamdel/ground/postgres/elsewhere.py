"""A PostgreSQL that somebody else runs, by its URL."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from hamdel.ground.postgres.errors import PostgresError

# A server whose machine vanished is noticed within half a minute, not after TCP's quarter of an hour.
LIVELINESS = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "25000",
    "connect_timeout": "10",
}


def lively(url: str) -> str:
    """Return the URL with our time limits for a connection over TCP; what it says itself counts more.

    Raises PostgresError when it is not a URL of PostgreSQL.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise PostgresError(
            "HAMDEL_POSTGRES_URL and HAMDEL_POSTGRES_OWNER_URL look like postgresql://role:password@host:5432/hamdel."
        )
    said = dict(parse_qsl(parts.query))
    if not parts.hostname or said.get("host", "").startswith("/"):
        return url
    return parts._replace(query=urlencode({**LIVELINESS, **said}, quote_via=quote)).geturl()
