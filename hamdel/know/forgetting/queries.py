"""Questions about what is known of one person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from hamdel.ground.analytics import ask
from hamdel.ground.files.models import File
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Identifier
from hamdel.know.forgetting.belonging import Rows
from hamdel.listen.surveys.models import Answer

# A shorter one would be found in the texts of others.
SHORTEST_TELLING = 4


@dataclass(frozen=True)
class EventId:
    """One event of theirs."""

    event_id: UUID


def events_of_people(workspace: Workspace, customer_ids: Iterable[UUID]) -> list[UUID]:
    """Return the ids of everything that happened to them. Raises AnalyticsUnavailable."""
    rows = ask("know/forgetting/events_of_people", EventId, workspace=workspace, customers=list(customer_ids))
    return [row.event_id for row in rows]


def telling_words(customer_ids: Iterable[UUID]) -> list[str]:
    """Return the texts that lead to this person wherever they stand: their ids and addresses."""
    customers = list(customer_ids)
    values = Identifier.objects.filter(customer__in=customers).values_list("value", flat=True)
    bare = {value.partition(":")[2] or value for value in values} | set(values)
    # A phone is also written without its country.
    bare |= {value.removeprefix("+98") for value in bare if value.startswith("+98")}
    words = {value for value in bare if len(value) >= SHORTEST_TELLING}
    return sorted(words | {str(customer) for customer in customers})


def files_in(rows: Rows) -> QuerySet[File]:
    """Return the files they sent with their answers."""
    answers = rows[Answer].values_list("value", flat=True) if Answer in rows else ()
    names = [name for value in answers for name in _files_of(value)]
    return File.objects.filter(public_id__in=names)


def _files_of(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict) and isinstance(one.get("file"), str):
            yield one["file"]
