"""A row of a file that was refused, tried again as somebody mended it: through the mapping it came with."""

from __future__ import annotations

from typing import Any

from hamdel.listen.events.models import QuarantinedEvent
from hamdel.listen.events.quarantine import CannotMake
from hamdel.listen.sources.mapping import compile_mapping
from hamdel.listen.sources.models import ImportRun
from hamdel.listen.sources.values import MappingError, RowRejected


def events_of_row(held: QuarantinedEvent, row: Any) -> list[Any]:
    """Return the events a held row gives now. Raises CannotMake."""
    known = ImportRun.objects.filter(workspace_id=held.workspace_id)
    run = known.filter(id=held.import_run).first() if held.import_run else None
    if run is None:
        raise CannotMake("the import this row came with is not known any more; import the file again")
    if not isinstance(row, dict):
        raise CannotMake("a row is a JSON object: the name of each column with its value")
    try:
        mapping = compile_mapping(run.mapping, columns=None, zone=run.workspace.zone)
        if mapping.group_by is not None:
            raise CannotMake("this row is part of a group; mend it in the file and import that again")
        events = [] if mapping.skipped(row) else list(mapping.events(row))
    except (RowRejected, MappingError) as error:
        raise CannotMake(str(error)) from error
    if not events:
        raise CannotMake("the mapping leaves this row out")
    return events
