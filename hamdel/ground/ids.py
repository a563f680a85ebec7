"""Identifiers whose order is their age (UUID version 7, RFC 9562)."""

from __future__ import annotations

import os
import threading
import time
import uuid
from datetime import datetime

_last = 0
_turn = threading.Lock()
_VERSION_AND_VARIANT = 0x7 << 76 | 0b10 << 62


def new_id() -> uuid.UUID:
    """Return a UUIDv7: 48 bits of Unix milliseconds, then random bits.

    Ids of one process only grow, within a millisecond as well (RFC 9562, 6.2, method 2): facts announced in
    one transaction are told in their order.
    """
    global _last
    milliseconds = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10), "big")
    number = (milliseconds & 0xFFFFFFFFFFFF) << 80 | _VERSION_AND_VARIANT
    number |= (noise >> 68 & 0xFFF) << 64 | noise & 0x1FFFFFFFFFFFFFFF
    with _turn:
        # The top bit of the low half is left free above, so that counting up never touches the variant.
        _last = max(number, _last + 1)
        return uuid.UUID(int=_last)


def id_at(moment: datetime) -> uuid.UUID:
    """Return an id smaller than every one that `new_id` returns from that moment on."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)
