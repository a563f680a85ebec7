"""Identifiers whose order is their age (UUID version 7, RFC 9562)."""

from __future__ import annotations

import os
import threading
import time
import uuid
from datetime import datetime
from hashlib import blake2b

_last = 0
_turn = threading.Lock()
_VERSION_AND_VARIANT = 0x7 << 76 | 0b10 << 62


def new_id() -> uuid.UUID:
    """Return a UUIDv7: 48 bits of Unix milliseconds, then random bits.

    Ids of one process only grow, within a millisecond as well (RFC 9562, 6.2, method 2): facts announced in
    one transaction are told in their order.
    """
    global _last
    number = _number(time.time_ns() // 1_000_000, os.urandom(10))
    with _turn:
        # The top bit of the low half is left free below, so that counting up never touches the variant.
        _last = max(number, _last + 1)
        return uuid.UUID(int=_last)


def id_at(moment: datetime) -> uuid.UUID:
    """Return an id smaller than every one that `new_id` returns from that moment on."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)


def id_named(name: str, *, at: datetime) -> uuid.UUID:
    """Return the id of what was made at that moment under that name: the same each time, and ordered by age."""
    return uuid.UUID(int=_number(int(at.timestamp() * 1000), blake2b(name.encode(), digest_size=10).digest()))


def _number(milliseconds: int, ten_bytes: bytes) -> int:
    noise = int.from_bytes(ten_bytes, "big")
    number = (milliseconds & 0xFFFFFFFFFFFF) << 80 | _VERSION_AND_VARIANT
    return number | (noise >> 68 & 0xFFF) << 64 | noise & 0x1FFFFFFFFFFFFFFF
