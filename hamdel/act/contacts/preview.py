"""What a policy would have refused: the asks of the last days, decided once more as if it had been in force."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from hamdel.act.contacts.deciding import Decision, Past, Question, Said, Standing, decide
from hamdel.act.contacts.models import Address, Consent, Contact, Unsubscription
from hamdel.act.contacts.policy import Policy
from hamdel.act.contacts.registers import REFUSERS
from hamdel.act.contacts.standing import roots_of, zone_of
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Customer

A_MONTH = timedelta(days=30)
# More are not replayed while somebody waits for the page: the newest so many stand for all.
MOST = 20_000


@dataclass
class Replay:
    """How many asks would have been allowed, and refused for which reason."""

    asked: int = 0
    allowed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def refused(self) -> int:
        return self.asked - self.allowed


@dataclass
class History:
    """What is known of the customers who were asked, by the id of the root."""

    rows: dict[UUID, list[Contact]]
    customers: dict[UUID, Customer]
    said: dict[UUID, list[Said]]
    ended: dict[UUID, list[Unsubscription]]
    blocks: dict[tuple[str, str], tuple[str, datetime]]


def history(workspace: Workspace, *, now: datetime) -> History:
    """Read the asks of the last month and what the customers had said."""
    recent = Contact.objects.in_workspace(workspace).filter(asked_at__gte=now - A_MONTH)
    rows = list(recent.order_by("-asked_at")[:MOST])
    roots = roots_of(workspace, {row.customer_id for row in rows})
    grouped: dict[UUID, list[Contact]] = defaultdict(list)
    for row in reversed(rows):
        grouped[roots[row.customer_id]].append(row)
    ids = set(grouped)
    said: dict[UUID, list[Said]] = defaultdict(list)
    for one in Consent.objects.filter(customer__in=ids).order_by("at").iterator():
        said[one.customer_id].append(Said(one.channel, one.purpose, one.state, one.at))
    ended: dict[UUID, list[Unsubscription]] = defaultdict(list)
    for gone in Unsubscription.objects.filter(customer__in=ids).iterator():
        ended[gone.customer_id].append(gone)
    blocked = Address.objects.in_workspace(workspace).exclude(block="").exclude(blocked_at=None)
    blocks = {(one.channel, one.address): (one.block, one.blocked_at) for one in blocked}
    customers = {customer.id: customer for customer in Customer.objects.filter(id__in=ids)}
    return History(grouped, customers, said, ended, blocks)  # type: ignore[arg-type]  # blocked_at is set


def replay(workspace: Workspace, policy: Policy, past: History) -> Replay:
    """Decide every ask again, in the order they came, each customer's allowed ones counting for the next."""
    result = Replay()
    for customer, rows in past.rows.items():
        standing = Standing(zone_of(past.customers[customer], workspace))
        for row in rows:
            decision = decide(policy, *_as_it_was(policy, row, standing, past, customer))
            result.asked += 1
            if _is_allowed(decision):
                result.allowed += 1
                standing.past.append(Past(row.id, row.at, row.purpose, row.topic, row.follows, row.priority))
            else:
                result.reasons[decision.reason] += 1
    return result


def _is_allowed(decision: Decision) -> bool:
    return not decision.reason


def _as_it_was(
    policy: Policy, row: Contact, standing: Standing, past: History, customer: UUID
) -> tuple[Question, Standing]:
    """Return the question of a line of the ledger, and how the customer stood when it was asked."""
    then = row.asked_at
    block, since = past.blocks.get((row.channel, row.address), ("", then))
    is_ignored = row.reason in policy.ignored_refusers
    stood = Standing(
        standing.zone,
        [one for one in past.said[customer] if one.at <= then],
        frozenset(_topics(past.ended[customer], then)),
        block if since <= then else "",
        # What a slice above said that day cannot be asked again; it is taken as it was.
        row.reason if row.reason in REFUSERS and not is_ignored else "",
        standing.past,
    )
    question = Question(row.channel, row.purpose, row.topic, row.priority, row.at, row.address, row.follows)
    return question, stood


def _topics(rows: Iterable[Unsubscription], then: datetime) -> Iterable[str]:
    return (row.topic for row in rows if row.at <= then and (row.ended_at is None or then < row.ended_at))


@dataclass(frozen=True)
class Line:
    """One reason, before and after."""

    reason: str
    before: int
    after: int


def compared(before: Replay, after: Replay) -> list[Line]:
    """Return every reason of either, the most common first."""
    reasons = before.reasons | after.reasons
    lines = (Line(reason, before.reasons[reason], after.reasons[reason]) for reason in reasons)
    return sorted(lines, key=lambda line: (-max(line.before, line.after), line.reason))
