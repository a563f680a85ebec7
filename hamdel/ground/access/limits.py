"""How often one address may guess."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

MOST_MISSES = 20
WITHIN_SECONDS = 600


def address_of(request: HttpRequest) -> str:
    """Return the client's address, read past as many proxies as we were told to trust."""
    hops = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if hops and len(forwarded) >= hops:
        return forwarded[-hops]
    return request.META.get("REMOTE_ADDR", "")


def has_missed_too_often(request: HttpRequest) -> bool:
    """Tell whether this address has asked for too many links that do not exist."""
    return (cache.get(_key(request)) or 0) >= MOST_MISSES


def note_miss(request: HttpRequest) -> None:
    """Count a link that does not exist."""
    key = _key(request)
    if not cache.add(key, 1, WITHIN_SECONDS):
        cache.incr(key)


def _key(request: HttpRequest) -> str:
    return f"misses:{address_of(request)}"
