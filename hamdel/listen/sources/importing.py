"""Import one file: rows to events, through the same checks as the HTTP intake, into the log.

A checkpoint is one transaction: events, refused rows and the offset to read on from. Killed at any moment, the
import continues behind the last checkpoint, and what it sends again finds its own event ids.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.utils.timezone import now

from hamdel import environment
from hamdel.ground.access.models import Member
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.events.intake import SourceKey, take
from hamdel.listen.events.log import append_to_log
from hamdel.listen.events.models import QuarantinedEvent, Source
from hamdel.listen.sources.files import FileRefused, RowFile
from hamdel.listen.sources.mapping import RowMapping
from hamdel.listen.sources.models import ImportRun
from hamdel.listen.sources.rejects import RejectedRow, RejectsFile, as_json, rejected_rows
from hamdel.listen.sources.stream import Mapped, Step, mapped_rows

EVENTS_A_CHECKPOINT = 5_000
LINES_A_CHECKPOINT = 50_000
FIRST_EVENTS = 5
NOBODY = UUID(int=0)
Watch = Callable[[ImportRun, float], None]


@dataclass
class Batch:
    """What one checkpoint will write."""

    mapped: list[Mapped] = field(default_factory=list)
    events: list[tuple[Any, int]] = field(default_factory=list)  # with the line each comes from
    rejected: list[RejectedRow] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)

    def add(self, mapped: Mapped) -> None:
        self.mapped.append(mapped)
        if mapped.rejected:
            self.rejected.extend(rejected_rows(mapped))
        elif mapped.skipped:
            self.skipped[mapped.skipped] += len(mapped.lines)
        self.events.extend((event, mapped.lines[0]) for event in mapped.events)

    def split(self, offset: int) -> tuple[Batch, Batch]:
        """Return what comes from rows before `offset`, and the rest, which the next checkpoint will write."""
        before, after = Batch(), Batch()
        for mapped in self.mapped:
            (before if mapped.place < offset else after).add(mapped)
        return before, after

    @property
    def lines(self) -> int:
        return len(self.events) + len(self.rejected) + self.skipped.total()


def import_file(
    file: RowFile,
    mapping: RowMapping,
    written: dict[str, Any],
    *,
    source: Source,
    watch: Watch = lambda _run, _share: None,
) -> ImportRun:
    """Import a file and return its run; one interrupted before goes on where it stopped.

    `written` is the mapping as it stands in its file. Rows that cannot be taken are kept, never dropped. A file
    that cannot be read to its end leaves the run with its `failure`; what came before is imported.
    """
    run = begin(file.path, written, source=source, at=now())
    # Outside of a transaction nothing more can be looked up.
    run.source = source
    importer = Importer(run, source)
    try:
        for step in mapped_rows(file, mapping, start=run.safe_offset):
            importer.take(step, share=file.share_read())
            watch(run, run.share)
    except FileRefused as refusal:
        run.failure = str(refusal)
    importer.finish(at=now())
    return run


def begin(
    path: Path, written: dict[str, Any], *, source: Source, at: datetime, by: Member | None = None
) -> ImportRun:
    """Return the interrupted run of this very content and mapping, or a new one."""
    file_digest, mapping_digest = digest_of(path), digest_of_mapping(written)
    with inside(source.workspace_id):
        interrupted = ImportRun.objects.unfinished().filter(
            source=source, file_digest=file_digest, mapping_digest=mapping_digest
        )
        return interrupted.order_by("started_at").last() or ImportRun.objects.create(
            workspace_id=source.workspace_id,
            source=source,
            file_name=path.name[:255],
            file_digest=file_digest,
            mapping=written,
            mapping_digest=mapping_digest,
            started_at=at,
            by=by,
        )


class Importer:
    """One run in progress."""

    def __init__(self, run: ImportRun, source: Source) -> None:
        self.run = run
        self.source = source
        self.batch = Batch()
        # Where reading may begin again once the batch is written.
        self.safe_offset = run.safe_offset
        self.rows_read = run.rows_read
        path = Path(run.rejects_path) if run.rejects_path else rejects_path(run)
        self.rejects = RejectsFile(path, keep_bytes=run.rejects_bytes)

    def take(self, step: Step, *, share: float = 0) -> None:
        """Take in what a step brought, and write a checkpoint when it is time."""
        self.run.share = share
        for mapped in step.mapped:
            self.batch.add(mapped)
        self.rows_read = max(self.rows_read, step.offset)
        if step.safe_offset is None:
            return
        self.safe_offset = step.safe_offset
        if len(self.batch.events) >= EVENTS_A_CHECKPOINT or self.batch.lines >= LINES_A_CHECKPOINT:
            self.checkpoint()

    def finish(self, *, at: datetime) -> None:
        """Write the rest and close the run."""
        self.run.finished_at = at
        self.run.share = self.run.share if self.run.failure else 1
        self.checkpoint()

    def checkpoint(self) -> None:
        """Write the batch and how far it leads, in one transaction."""
        # Rows behind the safe offset will be read again after a kill: they may not be counted before it.
        batch, self.batch = self.batch.split(self.safe_offset)
        run = self.run
        intake = take(
            (event for event, _line in batch.events),
            source=SourceKey(self.source.id, self.source.workspace_id),
            received_at=now(),
        )
        refused = [
            RejectedRow(batch.events[index][1], code, message, payload)
            for index, code, message, payload in intake.rejects
        ]
        rejected = sorted(batch.rejected + refused)
        if rejected:
            self.rejects.write(rejected)
        with inside(self.source.workspace_id):
            added = append_to_log(connection, intake.rows) if intake.rows else 0
            QuarantinedEvent.objects.bulk_create(
                self.quarantined(row, intake.received_at) for row in rejected
            )
            run.safe_offset, run.rows_read = self.safe_offset, self.rows_read
            run.events_added += added
            run.events_known += len(intake.rows) - added
            run.rows_rejected += len(rejected)
            run.rows_skipped += batch.skipped.total()
            run.skipped = dict(Counter(run.skipped) + batch.skipped)
            run.rejects_bytes = self.rejects.bytes
            run.rejects_path = str(self.rejects.path) if self.rejects.bytes else ""
            run.moved_at = now()
            run.save()

    def quarantined(self, row: RejectedRow, at: datetime) -> QuarantinedEvent:
        return QuarantinedEvent(
            workspace_id=self.source.workspace_id,
            source=self.source,
            code=row.code,
            reason=f"{self.run.file_name}, line {row.line}: {row.reason}",
            payload=row.payload,
            received_at=at,
            import_run=self.run.id,
            line=row.line,
        )


@dataclass
class Rehearsal:
    """What an import would do, found without writing anything."""

    rows_read: int = 0
    events: Counter[str] = field(default_factory=Counter)
    rejected: list[RejectedRow] = field(default_factory=list)
    rows_rejected: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failure: str = ""
    # As they would be sent.
    first: list[Any] = field(default_factory=list)


def rehearse(
    file: RowFile,
    mapping: RowMapping,
    *,
    show: int = 20,
    most: int | None = None,
    watch: Callable[[float], None] = lambda _share: None,
) -> Rehearsal:
    """Read the whole file, or `most` rows of it, as an import would and count; keep the first `show` refused rows."""
    nobody = SourceKey(source_id=NOBODY, workspace_id=NOBODY)
    found = Rehearsal()
    try:
        for batch in batches(file, mapping, found, most=most):
            found.first.extend(event for event, _line in batch.events[: FIRST_EVENTS - len(found.first)])
            intake = take((event for event, _line in batch.events), source=nobody, received_at=now())
            found.events.update(str(orjson.loads(row.body)["name"]) for row in intake.rows)
            found.skipped.update(batch.skipped)
            refused = [
                RejectedRow(batch.events[i][1], code, text, body) for i, code, text, body in intake.rejects
            ]
            found.rows_rejected += len(batch.rejected) + len(refused)
            found.rejected = sorted([*found.rejected, *batch.rejected, *refused])[:show]
            watch(file.share_read())
    except FileRefused as refusal:
        found.failure = str(refusal)
    return found


def batches(
    file: RowFile, mapping: RowMapping, found: Rehearsal, *, most: int | None = None
) -> Iterator[Batch]:
    batch = Batch()
    for step in mapped_rows(file, mapping):
        if most is not None and step.offset > most:
            break
        found.rows_read = step.offset
        for mapped in step.mapped:
            batch.add(mapped)
        if batch.lines >= EVENTS_A_CHECKPOINT:
            yield batch
            batch = Batch()
    yield batch


def digest_of(path: Path) -> str:
    """Return a digest of the file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=32)).hexdigest()


def digest_of_mapping(written: dict[str, Any]) -> str:
    return hashlib.blake2b(as_json(written).encode(), digest_size=32).hexdigest()


def rejects_path(run: ImportRun) -> Path:
    return environment.home() / "imports" / f"{Path(run.file_name).stem}-{run.id.hex[-8:]}-rejects.csv"


def source_named(workspace: Workspace, name: str) -> Source:
    """Return the workspace's source of this name, made if there is none yet."""
    with inside(workspace):
        source, _made = Source.objects.get_or_create(
            workspace=workspace, name=name[:80], defaults={"kind": Source.Kind.FILE}
        )
        return source
