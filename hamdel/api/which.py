"""Which rows of a list a program asks for: by days, and by what the rows are. Days are those of the workspace's time zone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from hamdel.api.auth import ApiRequest
from hamdel.api.errors import ApiError
from hamdel.ground.access.doors import find
from hamdel.ground.access.permissions import Permission
from hamdel.ground.calendar.periods import PeriodError, days, parse_day
from hamdel.know.customers.models import Customer
from hamdel.know.customers.queries import family, whole_customer

# PostgreSQL keeps no NUL.
Word = Annotated[str | None, Field(max_length=60, pattern=r"^[^\x00]*$")]
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2298, 12, 31)


class Which(Schema):
    """Which responses; all conditions must hold."""

    start: Word = Field(
        None, alias="from", description="Begun on this day or later: 1405/07/01 or 2026-09-23."
    )
    end: Word = Field(None, alias="to", description="Begun on this day or earlier.")
    channel: Word = None
    completed: bool | None = Field(None, description="Only finished ones, or only those under way.")
    customer: UUID | None = Field(None, description="Of this customer and those merged into them.")

    def conditions(self, request: ApiRequest) -> list[Q]:
        """Return what the rows of responses must fulfil. PermissionDenied: only who sees customers may ask for one's."""
        found = [within("started_at", self.start, self.end, request)]
        if self.channel is not None:
            found.append(Q(channel=self.channel))
        if self.completed is not None:
            found.append(Q(completed_at__isnull=not self.completed))
        if self.customer is not None:
            if not request.member.may(Permission.SEE_CUSTOMERS):
                raise PermissionDenied
            found.append(Q(customer__in=family(whole_customer(find(Customer, request, id=self.customer)))))
        return found


class Seen(Schema):
    """Which customers, by when they were last seen and whether they are known."""

    start: Word = Field(
        None, alias="seen_from", description="Last seen on this day or later: 1405/07/01 or 2026-09-23."
    )
    end: Word = Field(None, alias="seen_to", description="Last seen on this day or earlier.")
    anonymous: bool | None = Field(None, description="Only those nobody has a name for, or only the others.")

    def conditions(self, request: ApiRequest) -> list[Q]:
        """Return what the rows of customers must fulfil."""
        found = [within("last_seen_at", self.start, self.end, request)]
        if self.anonymous is not None:
            found.append(Q(is_anonymous=self.anonymous))
        return found


def within(moment: str, start: str | None, end: str | None, request: ApiRequest) -> Q:
    """Return the condition that a moment lies between two days, both included. ApiError 400 for what is no day."""
    first, last = _day(start) or FIRST_DAY, _day(end) or LAST_DAY
    if first > last:
        raise ApiError(400, "empty_period", _("“to” must not be before “from”."))
    period = days(first, last, request.workspace.zone)
    edges: dict[str, datetime] = {}
    if start:
        edges[f"{moment}__gte"] = period.start
    if end:
        edges[f"{moment}__lt"] = period.end
    return Q(**edges)


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        day = parse_day(text)
    except (PeriodError, OverflowError):
        message = _("“%(name)s” is no day. Write it as 1405/07/01 or 2026-09-23.") % {"name": text}
        raise ApiError(400, "unreadable_day", message) from None
    return min(max(day, FIRST_DAY), LAST_DAY)
