"""Which processes of a PostgreSQL live, read from /proc: a pid file may name a process of somebody else."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

from hamdel.ground.postgres.errors import StartFailed

LEAVING_SECONDS = 20


def postmaster_of(data: Path) -> int | None:
    """Return the process id of the living postmaster of this data folder, or None."""
    try:
        pid = abs(int((data / "postmaster.pid").read_text().split(maxsplit=1)[0]))
    except (OSError, ValueError, IndexError):
        return None
    return pid if _lives_in(pid, data) else None


def residents(data: Path) -> list[int]:
    """Return the ids of all living PostgreSQL processes of this data folder, backends too."""
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in pids if _lives_in(pid, data)]


def end_orphans(data: Path) -> None:
    """End what a killed postmaster left behind: a long statement would go on writing beside a new server.

    Only for a folder without a postmaster. What was committed is in the log and is replayed.
    """
    deadline = time.monotonic() + LEAVING_SECONDS
    while left := residents(data):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            raise StartFailed(
                f"Processes {left} of a killed PostgreSQL do not end, so it cannot start again."
                " They wait for the disk: look at it (dmesg), or restart this machine."
            )
        time.sleep(0.02)


def _lives_in(pid: int, data: Path) -> bool:
    """Tell whether `pid` is a PostgreSQL at home in `data`. Zombies have no folder any more."""
    try:
        at_home = Path(f"/proc/{pid}/cwd").samefile(data)
        return at_home and Path(f"/proc/{pid}/comm").read_text() == "postgres\n"
    except OSError:
        return False
