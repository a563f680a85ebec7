"""Write down what became of messages: states, attempts, facts, and the ledger of contacts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import connection

from hamdel.act.contacts.actions import note_bounce, note_complaint, note_delivery, note_operator_blacklist
from hamdel.act.messages import gate
from hamdel.act.messages.connectors import Connector, Outcome, connector_named
from hamdel.act.messages.facts import (
    MessageBounced,
    MessageCalledOff,
    MessageDelivered,
    MessageFailed,
    MessageSent,
)
from hamdel.act.messages.models import Attempt, ChannelAccount, Message
from hamdel.ground.facts import Fact, announce_all
from hamdel.ground.ids import new_id
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import inside

# The gateway is asked whether it has arrived, first after this long.
FIRST_ASK = timedelta(minutes=2)
KEPT = 4_000
State = Message.State
STATE_OF = {
    Outcome.ACCEPTED: State.SENT,
    Outcome.DELIVERED: State.DELIVERED,
    Outcome.FAILED: State.FAILED,
    Outcome.UNKNOWN: State.SENDING,
}
BLOCKED = {"blocked_recipient"}
BOUNCED = {"bounced", "blocked_bot"}


def record_outcomes(
    account: ChannelAccount,
    messages: Sequence[Message],
    outcomes: Sequence[Outcome],
    *,
    at: datetime,
    as_attempt: str = "",
    milliseconds: int = 0,
) -> None:
    """Write down the outcome of each message, in order. One that is unknown stays on its way until it is asked after."""
    if not messages:
        return
    with inside(account.workspace_id):
        pairs = list(zip(messages, outcomes, strict=True))
        _write_states(pairs, back_off_of(account), at=at)
        _write_attempts([_attempt(row, said, at, as_attempt, milliseconds) for row, said in pairs])
        announce_all(fact for row, said in pairs for fact in facts_of(row, said, account, at=at))
        sent = [row.contact_id for row, said in pairs if said.state in {Outcome.ACCEPTED, Outcome.DELIVERED}]
        failed = [row.contact_id for row, _said in pairs if row.state == State.FAILED]
        gate.settle(account.workspace, [one for one in sent if one], sent=True, at=at)
        gate.settle(account.workspace, [one for one in failed if one], sent=False, at=at)
        for row, said in pairs:
            if said.state in {Outcome.FAILED, Outcome.DELIVERED}:
                tell_contacts(account.workspace, row, said.state, said.problem, at=at)


# One JSON text for all rows: Django's bulk_update spends most of a sending job on building its CASE.
WRITE_STATES = """
UPDATE messaging_message AS old SET state = new.state, provider_id = new.provider_id, problem = new.problem,
    cost_rial = new.cost_rial, tries = new.tries, not_before = new.not_before, claimed_at = new.claimed_at,
    on_wire_at = new.on_wire_at, sent_at = new.sent_at, delivered_at = new.delivered_at, ended_at = new.ended_at,
    ask_at = new.ask_at
FROM json_to_recordset(%s) AS new (id uuid, state text, provider_id text, problem text, cost_rial int, tries int,
    not_before timestamptz, claimed_at timestamptz, on_wire_at timestamptz, sent_at timestamptz,
    delivered_at timestamptz, ended_at timestamptz, ask_at timestamptz)
WHERE old.id = new.id"""
WRITTEN = (
    "id", "state", "provider_id", "problem", "cost_rial", "tries", "not_before", "claimed_at", "on_wire_at", "sent_at",
    "delivered_at", "ended_at", "ask_at",
)  # fmt: skip


def back_off_of(account: ChannelAccount) -> Sequence[timedelta]:
    return (connector_named(account.connector) or Connector()).back_off


def _write_states(
    pairs: Sequence[tuple[Message, Outcome]], back_off: Sequence[timedelta], *, at: datetime
) -> None:
    for row, said in pairs:
        settle_row(row, said, back_off, at=at)
    rows = [{name: getattr(row, name) for name in WRITTEN} for row, _said in pairs]
    with connection.cursor() as cursor:
        cursor.execute(WRITE_STATES, [orjson.dumps(rows, default=str).decode()])


def settle_row(row: Message, said: Outcome, back_off: Sequence[timedelta], *, at: datetime) -> None:
    """Change the row as the outcome says, unsaved."""
    row.provider_id = said.provider_id[:120] or row.provider_id
    row.problem = said.problem[:40]
    if said.cost_rial is not None:
        row.cost_rial = said.cost_rial
    if said.state == Outcome.TEMPORARY:
        _again_later(row, said, back_off, at=at)
        return
    row.state = STATE_OF[said.state]
    if said.state in {Outcome.ACCEPTED, Outcome.DELIVERED}:
        row.sent_at = row.sent_at or at
        row.ask_at = at + FIRST_ASK
    if said.state == Outcome.DELIVERED:
        row.delivered_at = at
    if said.state == Outcome.FAILED:
        row.ended_at, row.cost_rial = at, said.cost_rial or 0
    if said.state == Outcome.UNKNOWN:
        row.claimed_at, row.on_wire_at = row.claimed_at or at, row.on_wire_at or at


def _again_later(row: Message, said: Outcome, back_off: Sequence[timedelta], *, at: datetime) -> None:
    row.claimed_at = row.on_wire_at = None
    if said.is_about_account:
        # Not the message's fault: it keeps its tries and waits until the account works again.
        row.tries = max(row.tries - 1, 0)
        row.state, row.not_before = State.QUEUED, at + timedelta(seconds=max(said.retry_after, 1))
    elif row.tries > len(back_off):
        row.state, row.problem, row.ended_at = State.FAILED, said.problem[:40] or "expired", at
    else:
        wait = max(back_off[max(row.tries - 1, 0)], timedelta(seconds=said.retry_after))
        row.state, row.not_before = State.QUEUED, at + wait


WRITE_ATTEMPTS = """
INSERT INTO messaging_attempt (id, workspace_id, message_id, at, outcome, problem, request, answer, milliseconds)
SELECT * FROM json_to_recordset(%s) AS new (id uuid, workspace_id uuid, message_id uuid, at timestamptz, outcome text,
    problem text, request text, answer text, milliseconds int)"""


def _write_attempts(rows: Sequence[dict[str, Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(WRITE_ATTEMPTS, [orjson.dumps(rows, default=str).decode()])


def _attempt(row: Message, said: Outcome, at: datetime, as_attempt: str, milliseconds: int) -> dict[str, Any]:
    """Return the columns of one attempt."""
    outcome = Attempt.Outcome.ACCEPTED if said.state == Outcome.DELIVERED else said.state
    return {
        "id": new_id(),
        "workspace_id": row.workspace_id,
        "message_id": row.id,
        "at": at,
        "outcome": str(as_attempt or outcome),
        "problem": said.problem[:40],
        "request": row.without_secret(said.request)[:KEPT],
        "answer": row.without_secret(said.answer)[:KEPT],
        "milliseconds": milliseconds,
    }


def call_off(rows: Sequence[Message], *, why: str, at: datetime) -> None:
    """End messages that have not gone, give their contacts back, and tell whoever wanted them sent.

    A contact that the gate itself has just refused stays refused.
    """
    Message.objects.filter(id__in=[row.id for row in rows]).update(
        state=State.CANCELLED, problem=why[:40], ended_at=at
    )
    for row in rows[:1]:
        gate.settle(row.workspace, [one.contact_id for one in rows if one.contact_id], sent=False, at=at)
    announce_all(
        MessageCalledOff(**shared(row, row.account, at=at), problem=why[:40])
        for row in rows
        if not row.is_test
    )


def facts_of(row: Message, said: Outcome, account: ChannelAccount, *, at: datetime) -> list[Fact]:
    """Return what is announced of an outcome. A test to ourselves is nobody's event."""
    if row.is_test:
        return []
    about = shared(row, account, at=at)
    if row.state == State.FAILED:
        bounced = said.problem in BOUNCED | {"complained"}
        return [(MessageBounced if bounced else MessageFailed)(**about, problem=row.problem)]
    facts: list[Fact] = []
    if said.state in {Outcome.ACCEPTED, Outcome.DELIVERED}:
        facts.append(MessageSent(**about, segments=row.segments, cost_rial=row.cost_rial))
    if said.state == Outcome.DELIVERED:
        facts.append(MessageDelivered(**about))
    return facts


def shared(row: Message, account: ChannelAccount | None, *, at: datetime) -> dict[str, Any]:
    """Return what every fact of this message carries."""
    return {
        "workspace_id": row.workspace_id,
        "customer_id": row.customer_id,
        "at": at,
        "touchpoint": row.touchpoint,
        "channel": row.channel,
        "message_id": str(row.id),
        "reference": row.reference,
        "purpose": row.purpose,
        "topic": row.topic,
        "account": account.name if account else "",
    }


def tell_contacts(workspace: Workspace, row: Message, state: str, problem: str, *, at: datetime) -> None:
    """Tell the gate what was learned about the address: it exists, it bounced, its owner complained or blocks us."""
    if row.is_test:
        return
    if state == Outcome.DELIVERED:
        note_delivery(workspace, row.channel, row.address)
    elif problem in BOUNCED:
        note_bounce(workspace, row.channel, row.address, at=at, is_hard=True, note=problem)
    elif problem == "mailbox_full":
        note_bounce(workspace, row.channel, row.address, at=at, is_hard=False, note=problem)
    elif problem == "complained":
        note_complaint(workspace, row.channel, row.address, at=at)
    elif problem in BLOCKED:
        note_operator_blacklist(workspace, row.channel, row.address, at=at)
