"""Is the intake at its limit: what background work looks at before it goes on."""

from __future__ import annotations

import threading
import time

# Somebody is being served for more than this share of the time,
BUSY_SHARE = 0.5
# and the event loop computes for more than this share of it: a crowd that only waits for the disk needs no way made.
COMPUTING_SHARE = 0.25
SHORTEST_LOOK_SECONDS = 0.1


class Occupancy:
    """Counts requests in and out, on one event loop."""

    def __init__(self) -> None:
        self.inside = 0
        self._since = 0.0
        self._served_seconds = 0.0
        self._looked_at = time.monotonic()
        self._computed_at = 0.0
        self._clock = time.pthread_getcpuclockid(threading.main_thread().ident or 0)
        self._is_high = False

    def enter(self) -> None:
        self.inside += 1
        if self.inside == 1:
            self._since = time.monotonic()

    def leave(self) -> None:
        self.inside -= 1
        if not self.inside:
            self._served_seconds += time.monotonic() - self._since

    @property
    def is_high(self) -> bool:
        """Tell whether requests came without much of a gap since the last look, and kept the loop computing."""
        now, computed = time.monotonic(), time.clock_gettime(self._clock)
        spent = now - self._looked_at
        if spent >= SHORTEST_LOOK_SECONDS:
            served = self._served_seconds + (now - self._since if self.inside else 0.0)
            computing = (computed - self._computed_at) / spent
            self._is_high = served / spent > BUSY_SHARE and computing > COMPUTING_SHARE
            self._looked_at, self._computed_at, self._served_seconds, self._since = now, computed, 0.0, now
        return self._is_high
