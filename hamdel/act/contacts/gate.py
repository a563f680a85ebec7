"""The contact gate: the one way to a customer. Every sender asks here, and every refusal is kept with its reason.

Call it inside the workspace's transaction. `reserve` and `confirm` take the turn of each customer they concern until
that transaction ends, so two senders can never both take the last slot; call each at most once in a transaction, or
two callers may wait for one another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zlib import crc32

from django.db import connection

from hamdel.act.contacts.asking import Ask, Verdict
from hamdel.act.contacts.deciding import Decision, Past, Question, decide
from hamdel.act.contacts.models import Contact, Rulebook
from hamdel.act.contacts.policy import Policy, from_json
from hamdel.act.contacts.registers import REFUSERS
from hamdel.act.contacts.standing import Crowd, load, roots_of
from hamdel.ground.ids import new_id
from hamdel.ground.workspaces.models import Workspace

State = Contact.State
UNKNOWN = Verdict(allowed=False, reason="unknown_customer")
# Customers share this many turns a workspace: enough that single asks hardly meet, few enough for PostgreSQL's table
# of locks when a hundred thousand are asked for together.
TURNS = 256
# An ask that waits for the end of quiet hours may move this far.
LONGEST_WAIT = timedelta(days=9)
TAKE_TURNS = "SELECT pg_advisory_xact_lock(%s, turn) FROM unnest(%s::int[]) AS turn"


def policy_of(workspace: Workspace) -> Policy:
    """Return the workspace's policy."""
    kept = Rulebook.objects.in_workspace(workspace).values_list("policy", flat=True).first()
    return from_json(kept or {})


def check(workspace: Workspace, ask: Ask, *, at: datetime) -> Verdict:
    """Return what the gate would say, and write nothing. Only a reservation makes the answer hold."""
    roots = roots_of(workspace, [ask.customer_id])
    if ask.customer_id not in roots:
        return UNKNOWN
    policy = policy_of(workspace)
    crowd = load(workspace, [ask], roots, at=at, around=policy.longest + LONGEST_WAIT)
    decision, _question = _decide(policy, ask, crowd, at)
    return Verdict(not decision.reason, decision.reason, decision.not_before)


def reserve(workspace: Workspace, asks: Sequence[Ask], *, at: datetime) -> list[Verdict]:
    """Take a slot for each ask that may have one, and write down each that may not; verdicts in the order of asks.

    Of several asks for one customer the higher priority goes first. For a customer we do not know nothing is written.
    """
    roots = roots_of(workspace, {ask.customer_id for ask in asks})
    known = [n for n, ask in enumerate(asks) if ask.customer_id in roots]
    verdicts = [UNKNOWN] * len(asks)
    if not known:
        return verdicts
    _take_turns(workspace, roots.values())
    policy = policy_of(workspace)
    around = policy.longest + LONGEST_WAIT
    crowd = load(workspace, [asks[n] for n in known], roots, at=at, around=around)
    rows = []
    for n in sorted(known, key=lambda n: (-asks[n].priority, n)):
        verdicts[n], row = _reserve_one(policy, asks[n], crowd, workspace, at)
        rows.append(row)
    Contact.objects.bulk_create(rows, batch_size=5_000)
    return verdicts


def _reserve_one(
    policy: Policy, ask: Ask, crowd: Crowd, workspace: Workspace, at: datetime
) -> tuple[Verdict, Contact]:
    decision, question = _decide(policy, ask, crowd, at)
    row = Contact(
        id=new_id(),
        workspace=workspace,
        customer_id=crowd.roots[ask.customer_id],
        channel=ask.channel,
        purpose=ask.purpose,
        topic=ask.topic,
        sender=ask.sender,
        priority=ask.priority,
        address=question.address,
        reference=ask.reference,
        follows=ask.follows,
        state=_state(decision),
        reason=decision.reason,
        at=question.at,
        asked_at=at,
        not_before=decision.not_before,
    )
    if decision.reason:
        return Verdict(False, decision.reason, decision.not_before), row
    past = crowd.standings[row.customer_id].past
    past.append(Past(row.id, row.at, row.purpose, row.topic, row.follows, row.priority))
    return Verdict(True, "", decision.not_before, row.id), row


def _decide(
    policy: Policy, ask: Ask, crowd: Crowd, at: datetime, *, slot: UUID | None = None
) -> tuple[Decision, Question]:
    """Return the decision, and the question it answers: with `waits`, that of the end of the quiet hours."""
    root = crowd.roots[ask.customer_id]
    address = crowd.address_of(ask)
    standing = replace(
        crowd.standings[root],
        block=crowd.blocks.get((ask.channel, address), ""),
        refused_by=_refuser(policy, ask.purpose, crowd.refusals.get(root, [])),
    )
    question = Question(
        ask.channel, ask.purpose, ask.topic, ask.priority, ask.at or at, address, ask.follows, slot
    )
    decision = decide(policy, question, standing)
    if decision.reason == "quiet_hours" and ask.waits and decision.not_before:
        later = replace(question, at=decision.not_before)
        then = decide(policy, later, standing)
        return (then if then.reason else Decision("", later.at)), later
    return decision, question


def _refuser(policy: Policy, purpose: str, names: Iterable[str]) -> str:
    """Return the first reason of a slice above that concerns this purpose and is not turned off."""
    return next(
        (
            name
            for name in names
            if purpose in REFUSERS[name].purposes and name not in policy.ignored_refusers
        ),
        "",
    )


def _state(decision: Decision) -> str:
    if not decision.reason:
        return State.RESERVED
    return State.DEFERRED if decision.reason == "quiet_hours" else State.REFUSED


def confirm(workspace: Workspace, contact_ids: Collection[UUID], *, at: datetime) -> dict[UUID, Verdict]:
    """Ask once more right before sending: a word may have been taken back, night may have fallen.

    A slot that no longer holds is given back with the reason. In quiet hours it stays, to be tried from `not_before`.
    """
    rows = list(Contact.objects.in_workspace(workspace).filter(id__in=contact_ids))
    _take_turns(workspace, roots_of(workspace, {row.customer_id for row in rows}).values())
    # Read again: the state may have changed before our turn.
    rows = list(Contact.objects.in_workspace(workspace).filter(id__in=contact_ids))
    waiting = [row for row in rows if row.state == State.RESERVED]
    verdicts = {
        row.id: Verdict(False, row.reason or row.state) for row in rows if row.state != State.RESERVED
    }
    if waiting:
        verdicts |= _confirm(workspace, waiting, at)
        _write_down(waiting)
    unknown = Verdict(False, "unknown_contact")
    return {contact: verdicts.get(contact, unknown) for contact in contact_ids}


CHANGING = ("state", "reason", "at", "not_before", "settled_at")


def _write_down(rows: Sequence[Contact]) -> None:
    """Save what confirming changed: rows that ended alike in one statement, and most do."""
    alike = defaultdict(list)
    for row in rows:
        alike[tuple(getattr(row, name) for name in CHANGING)].append(row.id)
    for values, ids in alike.items():
        Contact.objects.filter(id__in=ids).update(**dict(zip(CHANGING, values, strict=True)))


def _confirm(workspace: Workspace, rows: Sequence[Contact], at: datetime) -> dict[UUID, Verdict]:
    policy, verdicts = policy_of(workspace), {}
    asks = [_ask_again(row) for row in rows]
    roots = roots_of(workspace, {row.customer_id for row in rows})
    crowd = load(workspace, asks, roots, at=at, around=policy.longest)
    for row, ask in zip(rows, asks, strict=True):
        verdicts[row.id] = _confirm_one(policy, row, ask, crowd, at)
    return verdicts


def _ask_again(row: Contact) -> Ask:
    return Ask(
        customer_id=row.customer_id,
        channel=row.channel,
        purpose=row.purpose,
        sender=row.sender,
        topic=row.topic,
        priority=row.priority,
        address=row.address,
        follows=row.follows,
    )


def _confirm_one(policy: Policy, row: Contact, ask: Ask, crowd: Crowd, at: datetime) -> Verdict:
    if row.not_before and at < row.not_before:
        return Verdict(False, "quiet_hours", row.not_before)
    standing = crowd.standings[crowd.roots[row.customer_id]]
    others = [past for past in standing.past if past.id != row.id]
    standing.past = others
    decision, _question = _decide(policy, ask, crowd, at, slot=row.id)
    if decision.reason == "quiet_hours":
        row.not_before = decision.not_before
    elif decision.reason:
        row.state, row.reason, row.settled_at = State.REFUSED, decision.reason, at
        return Verdict(False, decision.reason)
    else:
        row.at = at
    standing.past = [*others, Past(row.id, row.at, row.purpose, row.topic, row.follows, row.priority)]
    return Verdict(not decision.reason, decision.reason, decision.not_before, row.id)


def settle(workspace: Workspace, contact_ids: Collection[UUID], *, outcome: str, at: datetime) -> int:
    """Write down that contacts were "sent", or "failed", which gives their slots back. Twice changes nothing.

    Returns how many changed. What was sent may still turn out to have failed, never the other way round.
    """
    state = State(outcome)
    before = {State.SENT: [State.RESERVED], State.FAILED: [State.RESERVED, State.SENT]}[state]
    found = Contact.objects.in_workspace(workspace).filter(id__in=contact_ids, state__in=before)
    return found.update(state=state, settled_at=at)


def _take_turns(workspace: Workspace, customers: Iterable[UUID]) -> None:
    """Wait until nobody else decides about these customers. Always in the same order, so nobody waits in a circle."""
    turns = sorted({customer.int % TURNS for customer in customers})
    place = crc32(workspace.id.bytes) - 2**31
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURNS, [place, turns])
