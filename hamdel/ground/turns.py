"""Turns: what only one process may do at a time, told by PostgreSQL's advisory locks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID
from zlib import crc32

from django.db import InterfaceError, OperationalError, connection

LOOK_AGAIN_SECONDS = 0.2


class TurnTaken(Exception):
    """Somebody else is at it, and has been for longer than is waited for; try again when there is less to do."""


@contextmanager
def turn(lock: int, whose: UUID | None = None) -> Iterator[bool]:
    """Hold the only right to something while the block runs; False where somebody else has it.

    `lock` says to what, `whose` of which workspace. It belongs to the connection: whoever dies lets go of it.
    """
    key = [lock, crc32(whose.bytes) - 2**31] if whose else [lock]
    places = ", ".join("%s" for _part in key)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({places})", key)
        is_ours = cursor.fetchone()[0]
    try:
        yield is_ours
    finally:
        # A dead connection has let the lock go by itself.
        with suppress(InterfaceError, OperationalError):
            if is_ours:
                with connection.cursor() as cursor:
                    cursor.execute(f"SELECT pg_advisory_unlock({places})", key)


@contextmanager
def wait_for_turn(lock: int, whose: UUID | None = None, *, seconds: float) -> Iterator[None]:
    """Hold the only right to something, as soon as it is free. Raises TurnTaken when it is not within `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        with turn(lock, whose) as is_ours:
            if is_ours:
                yield
                return
        if time.monotonic() >= deadline:
            raise TurnTaken("Others are busy with the same data; try again when there is less to do.")
        time.sleep(LOOK_AGAIN_SECONDS)
