"""Who a plan would ask now, and who not, and why: nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hamdel.act.contacts.asking import Ask
from hamdel.act.contacts.gate import check
from hamdel.act.contacts.standing import roots_of
from hamdel.act.messages.queries import usable_channels
from hamdel.ground.analytics import AnalyticsError
from hamdel.ground.rules import holds
from hamdel.know.customers.models import Customer
from hamdel.listen.invitations.channels import channel_label
from hamdel.listen.invitations.guarding import recently_asked
from hamdel.listen.invitations.happenings import latest
from hamdel.listen.invitations.models import Plan
from hamdel.listen.invitations.planning import planned
from hamdel.listen.invitations.reasons import say_reason
from hamdel.listen.invitations.rounds import customers_of
from hamdel.listen.invitations.sending import ABOUT_THE_CHANNEL, SENDER

SHOWN = 20
LOOKED_AT = 500


@dataclass(frozen=True)
class Fate:
    """What would become of one customer."""

    customer: Customer
    channel: str
    why: str
    not_before: datetime | None = None

    @property
    def is_asked(self) -> bool:
        return not self.why


@dataclass(frozen=True)
class Preview:
    """A sample of those a plan concerns. `of` is how many there are in all, None where that cannot be said."""

    fates: Sequence[Fate]
    of: int | None
    is_away: bool = False

    @property
    def asked(self) -> int:
        return sum(fate.is_asked for fate in self.fates)


def preview(plan: Plan, *, now: datetime) -> Preview:
    """Try a plan on its list or segment, or on the latest events of the last week."""
    try:
        ids = _concerned(plan, now=now)
    except AnalyticsError:
        return Preview([], None, is_away=True)
    roots = list(dict.fromkeys(roots_of(plan.workspace, ids).values()))
    order = {root: place for place, root in enumerate(roots[:SHOWN])}
    customers = sorted(
        Customer.objects.in_workspace(plan.workspace).filter(id__in=order), key=lambda one: order[one.id]
    )
    usable = {channel for channel, _label in usable_channels(plan.workspace)}
    rows = [planned(plan, one.id, due_at=now, at=now, touchpoint=plan.survey.touchpoint) for one in customers]
    lately = recently_asked(rows, at=now)
    fates = [
        _fate(plan, customer, usable, now=now, is_lately=row.id in lately)
        for customer, row in zip(customers, rows, strict=True)
    ]
    return Preview(fates, len(roots) if plan.whom != Plan.Whom.RULE or len(ids) < LOOKED_AT else None)


def _concerned(plan: Plan, *, now: datetime) -> list[UUID]:
    if plan.whom != Plan.Whom.RULE:
        return list(customers_of(plan, at=now))
    events = latest(plan.workspace, plan.event, now=now, limit=LOOKED_AT) if plan.event else []
    rule = plan.rule
    return [
        event.customer_id
        for event in events
        if rule is None
        or holds(
            rule, {**event.properties, "touchpoint": event.touchpoint, "channel": event.channel}, now=now
        )
    ]


def _fate(plan: Plan, customer: Customer, usable: set[str], *, now: datetime, is_lately: bool) -> Fate:
    if not plan.samples(customer.id):
        return Fate(customer, "", say_reason("not_sampled"))
    if is_lately:
        return Fate(customer, "", say_reason("asked_lately"))
    first = ""
    for channel in plan.channels:
        reason, not_before = _verdict(plan, customer, channel, usable, now=now)
        if not reason:
            return Fate(customer, channel_label(channel), "", not_before)
        first = first or reason
        if reason not in ABOUT_THE_CHANNEL:
            break
    return Fate(customer, "", say_reason(first or "no_channel"))


def _verdict(
    plan: Plan, customer: Customer, channel: str, usable: set[str], *, now: datetime
) -> tuple[str, datetime | None]:
    """Return the gate's reason, and when it would go if not at once. Quiet hours only put it off."""
    if channel not in usable:
        return "no_account", None
    ask = Ask(
        customer_id=customer.id,
        channel=channel,
        purpose=plan.purpose,
        sender=SENDER,
        topic=plan.topic or plan.survey.touchpoint,
        priority=plan.priority,
        waits=True,
    )
    verdict = check(plan.workspace, ask, at=now)
    soon = (
        verdict.not_before if verdict.not_before and verdict.not_before > now + timedelta(minutes=1) else None
    )
    return ("" if verdict.allowed else verdict.reason), soon
