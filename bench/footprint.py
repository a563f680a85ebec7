"""What Hamdel takes: disk when installed, time to start, memory idle and after many answers.

    .venv/bin/python -m bench.footprint [--answers 1000000]

Memory is the proportional share (PSS) of our process and of its PostgreSQL, so shared pages count once.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

from tests.faults.server import Server

ROOT = Path(__file__).parents[1]
BATCH = 1_000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--answers", type=int, default=1_000_000)
    answers = options.parse_args().answers
    print(
        f"installed packages           {megabytes_of(ROOT / '.venv'):8,.0f} MB (with the tools of development)"
    )
    with tempfile.TemporaryDirectory(prefix="hamdel-footprint-") as folder:
        server = Server(Path(folder) / "home")
        keys = server.found()
        try:
            began = time.monotonic()
            server.start()
            print(f"cold start to first answer   {time.monotonic() - began:8.1f} s")
            time.sleep(15)
            print(f"memory, idle                 {memory(server):8,.0f} MB")
            send(server, keys, answers)
            server.ship(seconds=3_600)
            time.sleep(15)
            print(f"memory, {answers:>9,} answers    {memory(server):8,.0f} MB")
            print(f"data on disk                 {megabytes_of(server.home):8,.0f} MB")
        finally:
            server.stop()


def send(server: Server, keys: dict, answers: int) -> None:
    """Send `answers` scores through the public intake, spread over a year."""
    for start in range(0, answers, BATCH):
        batch = [
            {
                "type": "track",
                "event": "Score Given",
                "userId": f"u{number % 50_000}",
                "timestamp": f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}T08:00:00Z",
                "properties": {"metric": "nps", "score": number % 11, "scale_min": 0, "scale_max": 10},
            }
            for number in range(start, min(start + BATCH, answers))
        ]
        with server.post("/v1/batch", {"batch": batch}, key=keys["write_key"]) as answer:
            assert json.load(answer)["accepted"] == len(batch)


def megabytes_of(folder: Path) -> float:
    return int(subprocess.check_output(["du", "-sk", folder]).split()[0]) / 1024


def memory(server: Server) -> float:
    """Return the megabytes of the process, its children and its PostgreSQL."""
    roots = {server.process.pid, server.postgres().pid}
    parents = {pid: parent_of(pid) for pid in (int(p.name) for p in Path("/proc").glob("[0-9]*"))}
    family = set(roots)
    while grown := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= grown
    return sum(map(share_of, family)) / 1024


def parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def share_of(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    main()
