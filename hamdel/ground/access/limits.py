"""How often one address may guess at links that do not exist.

The count is in PostgreSQL, so that all processes share it, in the table of the cache: unlogged, because a crash may
forgive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from hamdel.ground.statements import ask

MOST_MISSES = 20
WITHIN_SECONDS = 600

NOTE = """
INSERT INTO workspaces_cache (cache_key, value, expires) VALUES (%s, '1', now() + %s * interval '1 second')
ON CONFLICT (cache_key) DO UPDATE SET
    value = CASE WHEN workspaces_cache.expires < now() THEN '1' ELSE (workspaces_cache.value::int + 1)::text END,
    expires = CASE WHEN workspaces_cache.expires < now() THEN excluded.expires ELSE workspaces_cache.expires END"""
# The CASE keeps the cast away from what else the cache holds.
AT_LIMIT = "SELECT cache_key FROM workspaces_cache WHERE cache_key = ANY(%s) AND expires > now() AND CASE WHEN cache_key LIKE 'misses:%%' THEN value::int >= %s END"


def address_of(request: HttpRequest) -> str:
    """Return the client's address, read past as many proxies as we were told to trust."""
    return client_address(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""))


def client_address(peer: str, forwarded_for: str) -> str:
    """Return the address behind the proxies we trust: each of them has added the one it saw."""
    hops = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    return forwarded[-hops] if hops and len(forwarded) >= hops else peer


def addresses_at_limit(addresses: Collection[str]) -> set[str]:
    """Return those of the addresses that have asked for too many links that do not exist."""
    keys = {_key(address): address for address in addresses if address}
    if not keys:
        return set()
    return {keys[row[0]] for row in ask(AT_LIMIT, list(keys), MOST_MISSES)}


def has_missed_too_often(request: HttpRequest) -> bool:
    """Tell whether this request's address has."""
    return bool(addresses_at_limit([address_of(request)]))


def note_miss(request: HttpRequest) -> None:
    """Count a link that does not exist; counts of simultaneous requests add up."""
    note_misses([address_of(request)])


def note_misses(addresses: Iterable[str]) -> None:
    """Count a link that does not exist for each of these addresses."""
    with connection.cursor() as cursor:
        for address in sorted(addresses):
            cursor.execute(NOTE, [_key(address), WITHIN_SECONDS])


def _key(address: str) -> str:
    return f"misses:{address}"[:250]
