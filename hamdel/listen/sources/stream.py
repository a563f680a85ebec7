"""From the rows of a file to mapped events, in order: what the importer then validates and writes down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hamdel.listen.sources.files import Record, RowFile
from hamdel.listen.sources.grouping import Group, Groups, LateLine
from hamdel.listen.sources.mapping import RowMapping
from hamdel.listen.sources.values import LINES, Row, RowRejected


@dataclass(frozen=True, slots=True)
class Mapped:
    """What one row, or one group of rows, became: events, or the reason why not."""

    lines: tuple[int, ...]
    # How many rows of the file stand before the last of these.
    place: int
    events: list[dict[str, Any]] = field(default_factory=list)
    rejected: str = ""
    skipped: str = ""
    raw: Any = None


@dataclass(frozen=True, slots=True)
class Step:
    """Progress through the file: `offset` rows are read; reading may begin again at `safe_offset` (None: not here)."""

    offset: int
    safe_offset: int | None
    mapped: list[Mapped]


def mapped_rows(file: RowFile, mapping: RowMapping, *, start: int = 0) -> Iterator[Step]:
    """Yield what each row of the file becomes, leaving out the first `start` rows. Raises FileRefused."""
    if mapping.group_by is None:
        yield from _row_by_row(file, mapping, start)
    else:
        yield from _group_by_group(file, mapping, Groups(mapping.group_by, mapping.group_within), start)


def _row_by_row(file: RowFile, mapping: RowMapping, start: int) -> Iterator[Step]:
    for offset, record in enumerate(file.records(), 1):
        if offset > start:
            yield Step(offset, offset, [_mapped_record(offset - 1, record, mapping)])


def _mapped_record(place: int, record: Record, mapping: RowMapping) -> Mapped:
    return _refused(place, record, mapping) or _mapped(mapping, (record.line,), place, record.row or {})


def _refused(place: int, record: Record, mapping: RowMapping) -> Mapped | None:
    """Return why a row becomes no event, if so."""
    if record.row is None:
        return Mapped((record.line,), place, rejected=record.reason, raw=record.raw)
    try:
        because = mapping.skipped(record.row)
    except RowRejected as error:
        return Mapped((record.line,), place, rejected=str(error), raw=record.row)
    return Mapped((record.line,), place, skipped=because) if because else None


def _mapped(mapping: RowMapping, lines: tuple[int, ...], place: int, row: Row) -> Mapped:
    try:
        return Mapped(lines, place, list(mapping.events(row)), raw=row)
    except RowRejected as error:
        return Mapped(lines, place, rejected=str(error), raw=row.get(LINES, row))


def _group_by_group(file: RowFile, mapping: RowMapping, groups: Groups, start: int) -> Iterator[Step]:
    offset = 0
    for offset, record in enumerate(file.records(), 1):
        if offset <= start:
            # Read already, before an interruption; only which groups are closed must be known again.
            if record.row is not None and not mapping.skipped(record.row):
                groups.remember(str(groups.key_of(record.row)))
            continue
        mapped = list(_into_groups(groups, offset - 1, record, mapping))
        if mapped:
            yield Step(offset, groups.safe_offset(offset), mapped)
    rest = [_mapped_group(group, mapping) for group in groups.rest()]
    yield Step(offset, offset, rest)


def _into_groups(groups: Groups, place: int, record: Record, mapping: RowMapping) -> Iterator[Mapped]:
    if (refused := _refused(place, record, mapping)) is not None:
        yield refused
        return
    row = record.row or {}
    try:
        for group in groups.add(place, record.line, row):
            yield _mapped_group(group, mapping)
    except LateLine as error:
        yield Mapped((record.line,), place, rejected=str(error), raw=row)


def _mapped_group(group: Group, mapping: RowMapping) -> Mapped:
    return _mapped(mapping, tuple(line for line, _row in group.rows), group.last, group.row)
