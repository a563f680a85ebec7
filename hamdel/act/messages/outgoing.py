"""Hand messages over to be sent: ask the contact gate about all of them at once, store those it allows, wake the job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from hamdel.act.contacts.asking import NORMAL, Ask, Verdict
from hamdel.act.messages import gate, jobs
from hamdel.act.messages.connectors import connector_named, of_channel
from hamdel.act.messages.content import Content
from hamdel.act.messages.models import ChannelAccount, Message
from hamdel.act.messages.recording import call_off
from hamdel.ground.access.models import Member
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Customer

# The gate locks the customers it is asked about: so many in one transaction.
AT_ONCE = 5_000
LONGEST_ADDRESS = 300
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Outgoing:
    """One message that somebody wants sent. Without an address it goes to the customer's own for the channel."""

    customer: Customer | None
    channel: str
    purpose: str
    content: Content
    topic: str = ""
    reference: str = ""
    address: str = ""
    account: ChannelAccount | None = None
    not_before: datetime | None = None
    touchpoint: str = ""
    # What the gate is told: who sends, how important, and the contact this one reminds of.
    sender: str = "messages"
    priority: int = NORMAL
    follows: UUID | None = None
    # The gate's leave, when the sender has asked it already.
    reservation: UUID | None = None


@dataclass(frozen=True)
class Queued:
    """What became of one wish: a message that waits to be sent, or the reason why not."""

    outgoing: Outgoing
    message: Message | None = None
    refusal: str = ""
    # Put off by the gate: ask again then.
    not_before: datetime | None = None


@transaction.atomic
def queue(
    workspace: Workspace, wanted: Sequence[Outgoing], *, at: datetime, by: Member | None = None
) -> list[Queued]:
    """Queue what the contact gate allows; return one result for each wish, in order.

    Ask inside the workspace, with at most AT_ONCE wishes, once in a transaction (ValueError). Nothing is sent
    in this transaction: the job sends what it has committed.
    """
    if len(wanted) > AT_ONCE:
        message = f"At most {AT_ONCE} messages are queued at once."
        raise ValueError(message)
    results: dict[int, Queued] = {}
    ready = dict(_addressed(workspace, wanted, results))
    verdicts = _leave(workspace, [(wanted[index], ready[index][1]) for index in ready], at=at)
    numbers = iter(local_ids(len(ready)))
    messages: list[Message] = []
    for (index, (account, address)), verdict in zip(ready.items(), verdicts, strict=True):
        if not verdict.allowed or verdict.contact_id is None:
            results[index] = Queued(wanted[index], refusal=verdict.reason, not_before=verdict.not_before)
            continue
        row = new_message(wanted[index], account, address, local_id=next(numbers), at=at)
        row.contact_id, row.queued_by = verdict.contact_id, by
        row.not_before = max(row.not_before, verdict.not_before or row.not_before)
        messages.append(row)
        results[index] = Queued(wanted[index], row)
    Message.objects.bulk_create(messages, batch_size=1_000)
    for account_id in {row.account_id for row in messages if row.account_id}:
        jobs.wake(workspace.id, account_id)
    return [results[index] for index in range(len(wanted))]


def _addressed(
    workspace: Workspace, wanted: Sequence[Outgoing], results: dict[int, Queued]
) -> Iterator[tuple[int, tuple[ChannelAccount, str]]]:
    """Yield what can be sent at all, with its account and address; put the rest into `results`."""
    accounts = default_accounts(workspace)
    known = {channel: addresses_on(channel, wanted) for channel in {wish.channel for wish in wanted}}
    for index, wish in enumerate(wanted):
        account = wish.account or accounts.get(wish.channel)
        address = wish.address or (known[wish.channel].get(wish.customer.id, "") if wish.customer else "")
        if account is None or not address:
            results[index] = Queued(wish, refusal="no_address" if account else "no_account")
        else:
            yield index, (account, address[:LONGEST_ADDRESS])


def _leave(workspace: Workspace, asked: Sequence[tuple[Outgoing, str]], *, at: datetime) -> list[Verdict]:
    """Return the gate's verdict on each; who brings a reservation has asked already."""
    open_asks = [_ask(wish, address) for wish, address in asked if wish.reservation is None]
    verdicts = iter(gate.ask(workspace, open_asks, at=at))
    return [
        next(verdicts)
        if wish.reservation is None
        else Verdict(allowed=True, reason="", not_before=None, contact_id=wish.reservation)
        for wish, _address in asked
    ]


def _ask(wish: Outgoing, address: str) -> Ask:
    return Ask(
        customer_id=wish.customer.id if wish.customer else NOBODY,
        channel=wish.channel,
        purpose=wish.purpose,
        sender=wish.sender,
        topic=wish.topic,
        priority=wish.priority,
        at=wish.not_before,
        address=address,
        follows=wish.follows,
        waits=True,
        reference=wish.reference,
    )


def new_message(
    wish: Outgoing, account: ChannelAccount, address: str, *, local_id: int, at: datetime
) -> Message:
    """Return the unsaved row of one wish."""
    connector = connector_named(account.connector)
    segments = connector.segments(wish.content) if connector else 1
    return Message(
        workspace_id=account.workspace_id,
        account=account,
        customer=wish.customer,
        channel=wish.channel,
        purpose=wish.purpose,
        topic=wish.topic[:60],
        touchpoint=wish.touchpoint[:60],
        address=address,
        content=wish.content.as_json(),
        secrets={"link": wish.content.secret} if wish.content.secret else {},
        reference=wish.reference[:80],
        segments=segments,
        cost_rial=segments * account.cost_rial_per_segment,
        local_id=local_id,
        created_at=at,
        not_before=wish.not_before or at,
    )


def local_ids(count: int) -> list[int]:
    """Return `count` numbers that no message has yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('messages_local_id') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def default_accounts(workspace: Workspace) -> dict[str, ChannelAccount]:
    """Return by channel the account that messages take when nobody chose one."""
    rows = ChannelAccount.objects.in_workspace(workspace).filter(is_on=True, deleted_at=None)
    ordered = rows.order_by("-rank", "-created_at")  # the dictionary keeps the last: lowest rank, oldest
    found = {}
    for account in ordered:
        connector = connector_named(account.connector)
        if connector and connector.sends:
            found[account.channel] = account
    return found


def addresses_on(channel: str, wanted: Sequence[Outgoing]) -> dict[UUID, str]:
    """Return by customer where they are reached on `channel`, for those who did not say where."""
    customers = {
        wish.customer.id: wish.customer
        for wish in wanted
        if wish.customer and wish.channel == channel and not wish.address
    }
    found: dict[UUID, str] = {}
    for connector in of_channel(channel) if customers else ():
        found = {**connector.addresses(list(customers.values())), **found}
    return found


@transaction.atomic
def cancel_queued(
    workspace: Workspace, references: Iterable[str], *, at: datetime, why: str = "cancelled"
) -> int:
    """Call off messages that have not gone yet; return how many."""
    waiting = Message.objects.in_workspace(workspace).filter(
        reference__in=list(references), state=Message.State.QUEUED
    )
    locked = waiting.select_for_update(skip_locked=True, no_key=True, of=("self",))
    rows = list(locked.select_related("account", "workspace"))
    call_off(rows, why=why, at=at)
    return len(rows)
