"""A low score opens a case at once; what the customer adds afterwards lands in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from django.db import transaction
from django.utils.timezone import now

from hamdel.act.cases.actions import note_scores, open_cases
from hamdel.act.cases.models import Case
from hamdel.ground.facts import KnownEvent, on_batch
from hamdel.ground.statements import ask
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Customer
from hamdel.know.customers.queries import whole_customers

# Nobody is called about last year: imported history opens no case.
FRESH = timedelta(days=7)
# Up to which share of its scale a score is low, by metric; CES 1.0 counts effort, so there high is bad.
LOW_UP_TO = {"nps": 0.6, "csat": 0.25, "ces2": 1 / 3}
HIGH_FROM = {"ces1": 0.75}

ADD_WORDS = """
UPDATE cases_case SET comment = said.words
FROM json_to_recordset(%s) AS said (workspace uuid, response text, words text)
WHERE workspace_id = said.workspace AND response_id = said.response AND response_id <> ''"""


@on_batch("Score Given")
def open_cases_for_low_scores(events: Sequence[KnownEvent]) -> None:
    """Open cases, or add to those the customers have open already."""
    low: dict[UUID, list[KnownEvent]] = {}
    for event in events:
        if is_low(event) and event.received_at - event.occurred_at <= FRESH:
            low.setdefault(event.workspace_id, []).append(event)
    for workspace in Workspace.objects.filter(id__in=low):
        answer_low_scores(workspace, low[workspace.id], at=now())


@transaction.atomic
def answer_low_scores(workspace: Workspace, events: Sequence[KnownEvent], *, at: datetime) -> None:
    """Open a case for each customer's first of these scores, unless one is open; note the others on it."""
    customers = whole_customers({event.customer_id for event in events})
    open_now: dict[UUID | None, Case] = {}
    for case in (
        Case.objects.open().filter(workspace=workspace, customer__in=customers.values()).order_by("-id")
    ):
        open_now[case.customer_id] = case  # the oldest stays
    opening: dict[UUID, tuple[KnownEvent, Customer | None]] = {}
    adding: list[KnownEvent] = []
    for event in events:
        customer = customers.get(event.customer_id)
        key = customer.id if customer else event.event_id
        current = open_now.get(key)
        if key in opening or (current and current.event_id != event.event_id):
            adding.append(event)
        else:
            opening[key] = (event, customer)
    opened = open_cases(workspace, list(opening.values()), at=at)
    open_now |= dict(zip(opening, opened, strict=True))
    note_scores([(open_now[customers[event.customer_id].id], event) for event in adding], at=at)


def is_low(event: KnownEvent) -> bool:
    """Tell whether a score asks for a call. What is no number, or of no known metric, does not."""
    metric = event.properties.get("metric")
    try:
        score = float(event.properties["score"])
        low, high = float(event.properties["scale_min"]), float(event.properties["scale_max"])
        place = (score - low) / (high - low)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return False
    if not 0 <= place <= 1:
        return False
    if metric in HIGH_FROM:
        return place >= HIGH_FROM[metric]
    return metric in LOW_UP_TO and place <= LOW_UP_TO[metric]


@on_batch("Comment Given")
def add_comments(events: Sequence[KnownEvent]) -> None:
    """Put the customers' own words on the cases their scores opened."""
    said = {
        (str(event.workspace_id), response): str(event.properties.get("text") or "")
        for event in events
        if (response := str(event.properties.get("response_id") or ""))
    }
    rows = [
        {"workspace": workspace, "response": response, "words": words}
        for (workspace, response), words in said.items()
    ]
    ask(ADD_WORDS, orjson.dumps(rows).decode())
