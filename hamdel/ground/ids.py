"""Identifiers whose order is their age (UUID version 7, RFC 9562)."""

from __future__ import annotations

import os
import time
import uuid


def new_id() -> uuid.UUID:
    """Return a UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10), "big")
    number = (milliseconds & 0xFFFFFFFFFFFF) << 80
    number |= 0x7 << 76 | (noise >> 68 & 0xFFF) << 64
    number |= 0b10 << 62 | noise & 0x3FFFFFFFFFFFFFFF
    return uuid.UUID(int=number)
