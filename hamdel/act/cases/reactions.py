"""A low score opens a case at once; what the customer adds afterwards lands in it."""

from __future__ import annotations

from datetime import timedelta

from django.utils.timezone import now

from hamdel.act.cases.actions import note_on_case, open_case
from hamdel.act.cases.models import Case
from hamdel.ground.facts import KnownEvent, on
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Customer
from hamdel.know.customers.queries import whole_customer

# Nobody is called about last year: imported history opens no case.
FRESH = timedelta(days=7)
# Up to which share of its scale a score is low, by metric; CES 1.0 counts effort, so there high is bad.
LOW_UP_TO = {"nps": 0.6, "csat": 0.25, "ces2": 1 / 3}
HIGH_FROM = {"ces1": 0.75}


@on("Score Given")
def open_case_for_low_score(event: KnownEvent) -> None:
    """Open a case, or add to the one the customer has open already."""
    if not is_low(event) or event.received_at - event.occurred_at > FRESH:
        return
    customer = Customer.objects.filter(id=event.customer_id).first()
    customer = whole_customer(customer) if customer else None
    workspace = Workspace.objects.get(id=event.workspace_id)
    current = Case.objects.open().filter(workspace=workspace, customer=customer).first() if customer else None
    if current and current.event_id != event.event_id:
        words = f"{str(event.properties['metric']).upper()} {event.properties['score']}"
        note_on_case(current, f"{words} {event.properties.get('comment') or ''}".strip(), by=None, at=now())
        return
    open_case(workspace, event, customer=customer, at=now())


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


@on("Comment Given")
def add_comment(event: KnownEvent) -> None:
    """Put the customer's own words on the case their score opened."""
    response = str(event.properties.get("response_id") or "")
    case = (
        Case.objects.filter(workspace_id=event.workspace_id, response_id=response).first()
        if response
        else None
    )
    if case:
        case.comment = str(event.properties.get("text") or "")
        case.save(update_fields=["comment"])
