"""`hamdel doctor`: look at everything and say what is wrong, or will be soon."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hamdel.server.findings import Finding


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(options: argparse.Namespace) -> int:
    """Print what was found; 1 when something must be done."""
    from hamdel.server.findings import Level

    found = []
    for finding in findings():
        found.append(finding)
        if not options.json:
            print(f"{finding.level:>5}  {finding.about:<14} {finding.text}", flush=True)
    if options.json:
        import json
        from dataclasses import asdict

        print(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=2))
    return int(any(finding.level == Level.BAD for finding in found))


def findings() -> Iterator[Finding]:
    from hamdel.ground.postgres import PostgresError, embedded
    from hamdel.server.findings import ALONE, WITH_DATABASE, bad, found_by

    for check in ALONE:
        yield from found_by(check)
    cluster = embedded()
    ours_to_stop = cluster is not None and not cluster.is_running
    try:
        from hamdel.cli import wake_django

        wake_django()
        for check in WITH_DATABASE:
            yield from found_by(check)
    except PostgresError as error:
        yield bad("PostgreSQL", str(error))
    finally:
        if cluster is not None and ours_to_stop:
            cluster.stop()
