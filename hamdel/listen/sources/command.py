"""`hamdel import FILE…`"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hamdel.ground.terminal import shown

if TYPE_CHECKING:
    from hamdel.ground.workspaces.models import Workspace
    from hamdel.listen.sources.files import RowFile
    from hamdel.listen.sources.importing import Rehearsal
    from hamdel.listen.sources.mapping import RowMapping
    from hamdel.listen.sources.models import ImportRun

DONE, SOME_ROWS_REFUSED, NOTHING_IMPORTED = 0, 1, 2
MAPPINGS = Path(__file__).parent / "mappings"


class Refusal(Exception):
    """Nothing can be imported; the message says why and what to do."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="+", metavar="FILE", type=Path, help="CSV, JSONL (both also .gz) or Parquet"
    )
    parser.add_argument(
        "--mapping", help="JSON file that says how a row becomes events, or the name of one we ship"
    )
    parser.add_argument("--workspace", help="slug of the workspace; not needed when there is only one")
    parser.add_argument("--source", help="name of the source the events come from; default: the file's name")
    parser.add_argument("--dry-run", action="store_true", help="read and check everything, write nothing")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")


def run(options: argparse.Namespace) -> int:
    """Import every file; 0: all rows taken, 1: some refused, 2: a file could not be imported."""
    from hamdel.cli import wake_django
    from hamdel.ground.postgres import embedded

    cluster = embedded()
    ours_to_stop = cluster is not None and not cluster.is_running
    try:
        wake_django()
        outcomes = [outcome_of(path, options) for path in options.files]
    finally:
        # A server that runs already belongs to `hamdel serve`; one that was started for this import ends with it.
        if cluster is not None and ours_to_stop:
            cluster.stop()
    if options.json:
        print(json.dumps(outcomes if len(outcomes) > 1 else outcomes[0], ensure_ascii=False, indent=2))
    return max(outcome["exit_code"] for outcome in outcomes)


def outcome_of(path: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Import one file and tell about it."""
    from hamdel.ground.workspaces.choosing import NoWorkspace
    from hamdel.listen.sources.files import FileRefused
    from hamdel.listen.sources.values import MappingError

    try:
        return import_one(path, options)
    except (Refusal, NoWorkspace, FileRefused, MappingError) as refusal:
        print(shown(f"{path}: {refusal}"), file=sys.stderr)
        return {"file": str(path), "failure": str(refusal), "exit_code": NOTHING_IMPORTED}


def import_one(path: Path, options: argparse.Namespace) -> dict[str, Any]:
    from hamdel.ground.workspaces.choosing import workspace_of
    from hamdel.listen.sources.importing import import_file, rehearse, source_named
    from hamdel.listen.sources.progress import Progress

    workspace = workspace_of(options.workspace)
    file, written, mapping = prepared(path, options.mapping, workspace)
    progress = Progress(shown(path.name))
    if options.dry_run:
        found = rehearse(file, mapping, watch=progress.show)
        progress.end()
        return tell_rehearsal(path, found, quiet=options.json)
    source = source_named(workspace, options.source or path.name)
    done = import_file(
        file,
        mapping,
        written,
        source=source,
        watch=lambda run, share: progress.show(share, f"{run.rows_read:,} rows"),
    )
    progress.show(1.0, f"{done.rows_read:,} rows")
    progress.end()
    return tell_run(path, done, quiet=options.json)


def prepared(
    path: Path, wanted: str | None, workspace: Workspace
) -> tuple[RowFile, dict[str, Any], RowMapping]:
    """Return the file, its mapping as written and as compiled. Raises Refusal, FileRefused, MappingError."""
    from hamdel.listen.sources.files import open_rows
    from hamdel.listen.sources.guessing import guessed_mapping
    from hamdel.listen.sources.mapping import Reading, compile_mapping, reading_of

    written = read_mapping(wanted) if wanted else None
    file = open_rows(path, reading_of(written) if written else Reading())
    written = written or guessed_mapping(file)
    if written is None:
        raise Refusal(without_mapping(file))
    return file, written, compile_mapping(written, columns=file.columns, zone=workspace.zone)


def read_mapping(wanted: str) -> dict[str, Any]:
    """Return a mapping from its file, or one of those shipped by its name. Raises Refusal."""
    path = Path(wanted)
    if not path.exists():
        path = MAPPINGS / f"{wanted}.json"
    if not path.exists():
        shipped = ", ".join(sorted(known.stem for known in MAPPINGS.glob("*.json")))
        raise Refusal(f"there is no mapping {wanted!r}; shipped with Hamdel: {shipped}")
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise Refusal(f"{path} is not JSON: {error}") from error


def without_mapping(file: RowFile) -> str:
    from hamdel.listen.sources.guessing import columns_of, starter_mapping

    names = columns_of(file)
    starter = json.dumps(starter_mapping(file), ensure_ascii=False, indent=2)
    return (
        f"the rows are not events by themselves: no column says what happened, when and to whom.\n"
        f"Columns: {', '.join(names)}\n"
        f"Save this as a mapping, complete it (docs/guides/import.md) and give it with --mapping:\n{starter}"
    )


def tell_run(path: Path, run: ImportRun, *, quiet: bool) -> dict[str, Any]:
    outcome = {
        "file": str(path),
        "source": run.source.name,
        "rows": run.rows_read,
        "events_added": run.events_added,
        "events_known": run.events_known,
        "rows_rejected": run.rows_rejected,
        "rows_skipped": run.skipped,
        "rejects_file": run.rejects_path or None,
        "failure": run.failure or None,
        "exit_code": exit_code(run.failure, run.rows_rejected),
    }
    if not quiet:
        print(shown(f"{path.name}: {run.rows_read:,} rows, {run.events_added:,} events added"))
        if run.events_known:
            print(f"  {run.events_known:,} events were there already and were left as they are")
        tell_losses(run.skipped, run.rows_rejected, run.failure)
        if run.rejects_path:
            print(shown(f"  refused rows with line and reason: {run.rejects_path} (and in the quarantine)"))
    return outcome


def tell_rehearsal(path: Path, found: Rehearsal, *, quiet: bool) -> dict[str, Any]:
    outcome = {
        "file": str(path),
        "dry_run": True,
        "rows": found.rows_read,
        "events": dict(found.events.most_common()),
        "rows_rejected": found.rows_rejected,
        "rows_skipped": dict(found.skipped),
        "rejects": [{"line": row.line, "reason": row.reason} for row in found.rejected],
        "failure": found.failure or None,
        "exit_code": exit_code(found.failure, found.rows_rejected),
    }
    if not quiet:
        total = found.events.total()
        print(
            shown(f"{path.name}: {found.rows_read:,} rows would give {total:,} events; nothing was written")
        )
        for name, number in found.events.most_common():
            print(shown(f"  {number:>9,} {name}"))
        tell_losses(found.skipped, found.rows_rejected, found.failure)
        for row in found.rejected:
            print(shown(f"  line {row.line}: {row.reason}"))
    return outcome


def tell_losses(skipped: dict[str, int], rejected: int, failure: str) -> None:
    for because, number in skipped.items():
        print(shown(f"  {number:,} rows left out by the mapping: {because}"))
    if rejected:
        print(f"  {rejected:,} rows refused")
    if failure:
        print(shown(f"  stopped: {failure}"))


def exit_code(failure: str, rejected: int) -> int:
    return NOTHING_IMPORTED if failure else SOME_ROWS_REFUSED if rejected else DONE
