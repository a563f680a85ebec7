"""How fast a token may call: a full bucket of calls, filled again all the time; an empty one has to wait.

It is kept in the memory of each process that renders pages: behind several of them a token may call as often at each.
"""

from __future__ import annotations

import math
from threading import Lock
from uuid import UUID

MINUTE = 60.0
# A bucket nobody used for this long is full again whatever the setting, and can be forgotten.
FORGOTTEN_AFTER = 2 * MINUTE
MOST_KEPT = 10_000


class Pace:
    """Counts the calls of each token. Moments are seconds of a clock that never goes back."""

    def __init__(self) -> None:
        self._left: dict[UUID, tuple[float, float]] = {}
        self._lock = Lock()

    def wait(self, token: UUID, *, per_minute: int, at: float) -> int:
        """Take one call of a token; return 0, or the whole seconds until there is one again. No limit below 1."""
        if per_minute < 1:
            return 0
        with self._lock:
            left, since = self._left.get(token, (float(per_minute), at))
            left = min(float(per_minute), left + (at - since) * per_minute / MINUTE)
            if left < 1:
                self._left[token] = left, at
                # Rounded, so that what is a hair above a second does not become two.
                return max(1, math.ceil(round((1 - left) * MINUTE / per_minute, 3)))
            self._left[token] = left - 1, at
            if len(self._left) > MOST_KEPT:
                self._forget(at)
        return 0

    def _forget(self, at: float) -> None:
        self._left = {
            token: bucket for token, bucket in self._left.items() if at - bucket[1] < FORGOTTEN_AFTER
        }
