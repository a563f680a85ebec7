"""A hundred thousand invitations by a rule through a fake gateway, killed in the middle.

python -m bench.invitations [CUSTOMERS [KILLS]]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path


def main(customers: int = 100_000, kills: int = 5) -> None:
    folder = Path(tempfile.mkdtemp(prefix="hamdel-invitations-"))
    os.environ.setdefault("HAMDEL_HOME", str(folder / "own"))
    # The fake gateway stands beside the product's own models.
    from hamdel.cli import wake_django

    wake_django()
    from tests.faults.invitations import check, run

    last = ""

    def said(line: str) -> None:
        nonlocal last
        if line != last:
            print(f"  {time.strftime('%H:%M:%S')}  {line}", flush=True)
        last = line

    print(f"{customers:,} customers, half of them where it is night; {kills} kills", flush=True)
    found = run(folder, customers=customers, kills=kills, said=said)
    check(found)
    sent = sum(found.receptors.values())
    print(
        f"killed {found.kills} times; {found.seconds:.0f} s from the first event read to the last message sent"
    )
    print(
        f"sent {sent:,} of {len(found.expected):,} expected, twice 0, at night 0, before their time {found.early}"
    )
    print(f"invitations: {found.states}; not asked: {found.reasons}; passed over: {found.passed_over}")
    print(
        f"{sum(found.states.values()) / found.seconds:,.0f} invitations a second, planned, decided and sent"
    )


if __name__ == "__main__":
    main(*[int(argument.replace("_", "")) for argument in sys.argv[1:]])
