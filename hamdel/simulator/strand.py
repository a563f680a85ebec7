"""One kind of event as columns: when each happens, and how its body is written once its turn comes.

Nothing is a dictionary before it is needed, so a year of events costs a few megabytes and is in order of time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hamdel.simulator.season import Moments

Event = dict[str, Any]
AT_ONCE = 10_000


@dataclass(frozen=True)
class Strand:
    """Events of one kind. `rows` are the entries that have one, `at` their moments."""

    name: str
    type: str
    event: str
    rows: NDArray[np.int64]
    at: Moments
    # From a row to the fields that tell who and what: userId, properties, …
    tell: Callable[[int], Event]


def strand(
    name: str,
    event: str,
    at: Moments,
    when: NDArray[np.bool_],
    tell: Callable[[int], Event],
    *,
    kind: str = "track",
) -> Strand:
    """Return a strand of the entries `when` it happens."""
    rows = np.flatnonzero(when)
    return Strand(name, kind, event, rows, at[rows], tell)


def woven(strands: Sequence[Strand], *, before: int) -> Iterator[list[Event]]:
    """Yield all events that happen before a moment, in order of time, in lists of up to `AT_ONCE`."""
    at = np.concatenate([each.at for each in strands])
    which = np.repeat(np.arange(len(strands)), [len(each.at) for each in strands])
    row = np.concatenate([each.rows for each in strands])
    order = np.argsort(at, kind="stable")
    order = order[: np.searchsorted(at[order], before)]
    for first in range(0, len(order), AT_ONCE):
        block = order[first : first + AT_ONCE]
        times = np.datetime_as_string(at[block].astype("datetime64[ms]")).tolist()
        yield [
            _event(strands[kind], place, time)
            for kind, place, time in zip(which[block].tolist(), row[block].tolist(), times, strict=True)
        ]


def _event(kind: Strand, row: int, time: str) -> Event:
    event: Event = {"type": kind.type, "messageId": f"{kind.name}-{row}", "timestamp": f"{time}Z"}
    if kind.type == "track":
        event["event"] = kind.event
    event.update(kind.tell(row))
    return event


def count(strands: Sequence[Strand], *, before: int) -> int:
    """Return how many events `woven` will yield."""
    return sum(int((each.at < before).sum()) for each in strands)
