"""PostgreSQL: the embedded one under our supervisor, or any other by URL, and what we refuse to run on."""

from __future__ import annotations

from hamdel import environment
from hamdel.ground.postgres.checks import verify_durability, verify_role
from hamdel.ground.postgres.cluster import Cluster, Urls
from hamdel.ground.postgres.elsewhere import lively
from hamdel.ground.postgres.errors import NotDurable, PostgresError, StartFailed, UnsafeRole

__all__ = [
    "Cluster", "NotDurable", "PostgresError", "StartFailed", "UnsafeRole", "Urls", "connection_urls",
    "embedded", "verify_durability", "verify_role",
]  # fmt: skip

_embedded: Cluster | None = None


def embedded() -> Cluster | None:
    """Return the embedded cluster of this process, None when PostgreSQL is elsewhere."""
    global _embedded
    if environment.value("HAMDEL_POSTGRES_URL"):
        return None
    if _embedded is None:
        _embedded = Cluster(environment.home() / "postgres")
    return _embedded


def connection_urls() -> Urls:
    """Return how to connect, the embedded server started if it is ours to start. Raises PostgresError."""
    cluster = embedded()
    if cluster is not None:
        return cluster.start()
    app = environment.value("HAMDEL_POSTGRES_URL")
    return Urls(app=lively(app), owner=lively(environment.value("HAMDEL_POSTGRES_OWNER_URL") or app))
