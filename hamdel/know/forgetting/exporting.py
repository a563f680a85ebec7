"""Everything that is known of a customer, as one document."""

from __future__ import annotations

import base64
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from hamdel.ground.files.models import Content
from hamdel.ground.secrets import Sealed
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Customer
from hamdel.know.customers.queries import family, whole_customer
from hamdel.know.forgetting.belonging import rows_of
from hamdel.know.forgetting.queries import events_of_people, files_in
from hamdel.listen.events.models import LoggedEvent

# Digests and seals say nothing about a person, and the index of words only repeats their name.
NOT_TOLD = (Sealed, SearchVectorField)
NOT_TOLD_NAMES = ("digest", "resume_digest", "secret_digest", "name_sort_key")
BATCH = 5_000


def everything_of(workspace: Workspace, customer: Customer, *, at: datetime) -> dict[str, Any]:
    """Return every row that belongs to a customer, every event as it came, and the files they sent.

    Raises AnalyticsUnavailable.
    """
    ids = family(whole_customer(customer))
    rows = rows_of(ids)
    return {
        "format": 1,
        "workspace": workspace.name,
        "exported_at": at.isoformat(),
        "customer": str(ids[0]),
        "tables": {model._meta.label: _told(query) for model, query in rows.items() if query.exists()},
        "events": _events(workspace, ids),
        "files": [
            {"name": file.name, "media_type": file.media_type, "content": _content(file.pk)}
            for file in files_in(rows)
        ],
    }


def _told(query: models.QuerySet) -> list[dict[str, Any]]:
    fields = [
        field.attname
        for field in query.model._meta.concrete_fields
        if not isinstance(field, NOT_TOLD) and field.name not in NOT_TOLD_NAMES
    ]
    return [
        {name: plain(value) for name, value in row.items()} for row in query.order_by("pk").values(*fields)
    ]


def _events(workspace: Workspace, ids: list[UUID]) -> list[Any]:
    found = events_of_people(workspace, ids)
    told = []
    for start in range(0, len(found), BATCH):
        logged = LoggedEvent.objects.filter(workspace=workspace, event_id__in=found[start : start + BATCH])
        told += [orjson.loads(body) for body in logged.values_list("body", flat=True) if body]
    return sorted(told, key=lambda event: str(event.get("occurredAt") or ""))


def _content(file_id: Any) -> str:
    return base64.b64encode(bytes(Content.objects.get(file_id=file_id).content)).decode()


def plain(value: Any) -> Any:
    """Return a column's value as JSON has it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | timedelta | Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return value
