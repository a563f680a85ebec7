"""What customers wrote lately, with who they are and the score beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from hamdel.ground.access.permissions import Permission
from hamdel.ground.calendar.digits import to_latin
from hamdel.know.customers.models import Customer
from hamdel.know.customers.queries import stand_ins
from hamdel.listen.surveys.models import Survey
from hamdel.measure.dashboards.look import Look
from hamdel.measure.dashboards.queries import CommentRow, latest_comments
from hamdel.measure.dashboards.surveys import surveys_by_id
from hamdel.ui import formats
from hamdel.ui.labels import channel_label, touchpoint_label

# Up to which score, and from which on, a comment is shown in the colour of its mood.
LOW = {"nps": 6, "csat": 2, "ces2": 3}
HIGH = {"nps": 9, "csat": 4, "ces2": 5}
EFFORT_LOW, EFFORT_HIGH = 2, 4
MOST = 12


@dataclass(frozen=True)
class Comment:
    """One comment as it is shown. `name` and `href` are empty for who may not see customers."""

    text: str
    at: datetime
    score: str
    tone: str
    place: str
    name: str = ""
    href: str = ""


def comments_of(look: Look, *, limit: int = MOST) -> list[Comment]:
    """Return the newest comments of the period. Raises AnalyticsUnavailable."""
    rows = latest_comments(look.workspace, look.period, limit=limit, **look.chosen)
    surveys = surveys_by_id(look.member, {row.survey_id for row in rows})
    customers = _customers_of(look, {row.customer_id for row in rows})
    return [_comment(row, surveys.get(row.survey_id), customers.get(row.customer_id)) for row in rows]


def _customers_of(look: Look, ids: set[UUID]) -> dict[UUID, Customer]:
    """Return who they are today, merges followed; nobody for members who may not see customers."""
    if not look.member.may(Permission.SEE_CUSTOMERS):
        return {}
    return stand_ins(Customer.objects.visible_to(look.member).filter(id__in=ids))


def _comment(row: CommentRow, survey: Survey | None, customer: Customer | None) -> Comment:
    metric = row.metric or (survey.metric if survey else "")
    touchpoint = touchpoint_label(row.touchpoint) if row.touchpoint else ""
    channel = channel_label(row.channel) if row.channel else ""
    return Comment(
        text=row.text,
        at=row.occurred_at,
        score=_score(row.score, metric),
        tone=_tone(row.score, metric),
        place=" · ".join(filter(None, (touchpoint, channel))),
        name=str(customer) if customer else "",
        href=reverse("customers:customer", args=[customer.id]) if customer else "",
    )


def _score(score: str, metric: str) -> str:
    """Write a score with the short name of its metric: NPS ۹."""
    value = _number(score)
    if value is None:
        return ""
    return f"{metric.rstrip('12').upper()} {formats.number(value)}".strip()


def _tone(score: str, metric: str) -> str:
    value = _number(score)
    if value is None:
        return "plain"
    if metric == "ces1":
        return "bad" if value >= EFFORT_HIGH else "good" if value <= EFFORT_LOW else "plain"
    if metric not in LOW:
        return "plain"
    return "bad" if value <= LOW[metric] else "good" if value >= HIGH[metric] else "plain"


def _number(score: str) -> float | None:
    try:
        return float(to_latin(score))
    except ValueError:
        return None
