"""How Python itself is set for a server that takes in events and computes at the same time."""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress

TURN_SECONDS = 0.0002
# glibc's numbers for what we tell it (malloc.h).
TRIM_THRESHOLD, TOP_PAD, MMAP_THRESHOLD = -1, -2, -3
MEGABYTE = 1 << 20


def settle() -> None:
    """Set turns, collector and memory. Each was measured on the intake; together they are worth half of its rate."""
    # The shipper computes in a thread. At Python's usual 5 ms a turn the event loop would wait so long for the
    # interpreter after each look at its sockets.
    sys.setswitchinterval(TURN_SECONDS)
    # What is loaded by now lives as long as we do: the collector need not walk through it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
    _keep_memory()


def import_early() -> None:
    """Load what the driver of ClickHouse otherwise loads at its first insert: a second in which requests would wait."""
    with suppress(ImportError):
        import pandas as pd  # noqa: F401
        import pyarrow as pa  # noqa: F401


def _keep_memory() -> None:
    """Keep freed memory for the next batch: giving it back and taking it again costs a page fault every 4 KB."""
    tell = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    if tell is not None:
        tell(MMAP_THRESHOLD, 32 * MEGABYTE)
        tell(TRIM_THRESHOLD, 256 * MEGABYTE)
        tell(TOP_PAD, 16 * MEGABYTE)
