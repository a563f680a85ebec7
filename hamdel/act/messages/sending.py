"""The sending job: claim what is due, put it on the wire at the account's rate, write down what came of it.

Never twice: a message is claimed by one worker (SKIP LOCKED), marked as on the wire and committed before the
gateway is spoken to, and one whose outcome is unknown is asked after, not sent again (see `sweeping`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from hamdel.act.contacts.asking import Verdict
from hamdel.act.messages import gate
from hamdel.act.messages.accounts import note_health
from hamdel.act.messages.connectors import Connector, Outcome, Parcel, connector_named
from hamdel.act.messages.content import Content
from hamdel.act.messages.hours import next_allowed
from hamdel.act.messages.models import ChannelAccount, Message
from hamdel.act.messages.recording import call_off, record_outcomes
from hamdel.act.messages.unsubscribing import unsubscribe_url
from hamdel.ground.secrets import CannotUnseal
from hamdel.ground.workspaces.tenancy import inside

# A job gives its place to others after this long; it comes back by itself while there is more.
A_TURN = timedelta(seconds=40)
CLAIMED_SECONDS = 5
MOST_CLAIMED = 500
Clock = Callable[[], datetime]
State = Message.State


@dataclass(frozen=True)
class Turn:
    """What one turn of the job did."""

    sent: int = 0
    has_more: bool = False


@dataclass(frozen=True)
class Claim:
    """Messages of one account that are ours to send, from `starts_at` on, `per_second`."""

    account: ChannelAccount
    messages: list[Message]
    starts_at: datetime
    waits_until: datetime | None = None


def send_due(workspace_id: UUID, account_id: UUID, *, now: Clock, turn: timedelta = A_TURN) -> Turn:
    """Send what is due for one account until nothing is, or the turn is over."""
    ends, handled = now() + turn, 0
    while True:
        claim = claim_batch(workspace_id, account_id, now=now())
        if claim is None or not claim.messages:
            return Turn(handled)
        handled += send_claim(claim, now=now)
        if now() >= ends:
            return Turn(handled, has_more=True)


def claim_batch(workspace_id: UUID, account_id: UUID, *, now: datetime) -> Claim | None:
    """Claim what is due, as much as the rate lets through in the next seconds. None: the account rests or is gone."""
    with inside(workspace_id):
        # The account is locked while claiming: two workers share one rate.
        account = (
            ChannelAccount.objects.select_for_update(no_key=True)
            .select_related("workspace")
            .filter(id=account_id, is_on=True, deleted_at=None)
            .first()
        )
        if account is None or (account.paused_until and account.paused_until > now):
            return None
        if next_allowed(now, account.allowed_from, account.allowed_until, account.workspace.zone) > now:
            return None
        connector = connector_named(account.connector)
        if connector is None:
            return None
        most = max(connector.batch, min(int(account.per_second * CLAIMED_SECONDS), MOST_CLAIMED), 1)
        due = Message.objects.filter(account=account).due(now=now).order_by("not_before", "id")
        rows = list(due.select_for_update(skip_locked=True, no_key=True, of=("self",))[:most])
        starts = max(now, account.free_at or now)
        account.free_at = starts + timedelta(seconds=len(rows) / account.per_second)
        account.save(update_fields=["free_at"])
        ids = [row.id for row in rows]
        Message.objects.filter(id__in=ids).update(
            state=State.SENDING, claimed_at=max(now, starts), tries=F("tries") + 1
        )
        for row in rows:
            row.tries += 1
        return Claim(account, rows, starts)


def send_claim(claim: Claim, *, now: Clock) -> int:
    """Put the claimed messages on the wire, batch by batch, no faster than the account's rate."""
    connector = connector_named(claim.account.connector)
    if connector is None:
        return 0
    size, done = connector.batch, 0
    for first in range(0, len(claim.messages), size):
        wait = claim.starts_at + timedelta(seconds=first / claim.account.per_second) - now()
        time.sleep(max(wait.total_seconds(), 0))
        batch = claim.messages[first : first + size]
        allowed = put_on_wire(claim, batch, now=now())
        started = time.monotonic()
        outcomes = sent(connector, claim.account, allowed) if allowed else []
        took = int((time.monotonic() - started) * 1_000)
        record_outcomes(claim.account, allowed, outcomes, at=now(), milliseconds=took)
        done += len(allowed)
        trouble = next((one for one in outcomes if one.is_about_account), None)
        if outcomes:
            note_health_of(claim.account, trouble, at=now())
        if trouble:
            put_back(claim.account, claim.messages[first + size :])
            break
    return done


def put_on_wire(claim: Claim, batch: Sequence[Message], *, now: datetime) -> list[Message]:
    """Commit, before anything is said, that these are being sent. Drops what is no longer allowed or ours."""
    with inside(claim.account.workspace_id):
        ids = [row.id for row in batch]
        ours = set(
            Message.objects.filter(id__in=ids, state=State.SENDING, on_wire_at=None)
            .select_for_update(skip_locked=True, no_key=True)
            .values_list("id", flat=True)
        )
        rows = [row for row in batch if row.id in ours]
        refused = gate.still_allowed(claim.account.workspace, rows, at=now)
        for row in rows:
            if row.id in refused:
                _hold_back(row, refused[row.id], at=now)
        rows = [row for row in rows if row.id not in refused]
        Message.objects.filter(id__in=[row.id for row in rows]).update(on_wire_at=now)
        return rows


def _hold_back(row: Message, verdict: Verdict, *, at: datetime) -> None:
    """Put a message off to the hour the gate names, or call it off with the gate's reason."""
    if verdict.not_before:
        # Waiting is no try.
        Message.objects.filter(id=row.id).update(
            state=State.QUEUED, not_before=verdict.not_before, claimed_at=None, tries=F("tries") - 1
        )
    else:
        call_off([row], why=verdict.reason or "no_leave", at=at)


def sent(connector: Connector, account: ChannelAccount, messages: Sequence[Message]) -> list[Outcome]:
    """Call the connector. Whatever it raises, the outcome of each message is known to be unknown."""
    try:
        outcomes = connector.send(account, [parcel_of(message) for message in messages])
    except CannotUnseal:
        return [Outcome.temporary("cannot_unseal", is_about_account=True)] * len(messages)
    except Exception as mistake:
        # Whether the gateway heard us before our own mistake, nobody can tell.
        return [Outcome.unknown("line_broke", answer=type(mistake).__name__)] * len(messages)
    if len(outcomes) != len(messages):
        return [Outcome.unknown("bad_answer")] * len(messages)
    return outcomes


def parcel_of(message: Message, *, is_to_go: bool = True) -> Parcel:
    """Return a message as its connector gets it; one that is only asked after needs no secret of a link."""
    return Parcel(
        message_id=message.id,
        local_id=message.local_id or 0,
        address=message.address,
        content=message.whole_content if is_to_go else Content.from_json(message.content),
        contact_id=message.contact_id,
        reference=message.reference,
        purpose=message.purpose,
        topic=message.topic,
        unsubscribe_url=unsubscribe_url(message),
        provider_id=message.provider_id,
    )


def put_back(account: ChannelAccount, messages: Sequence[Message]) -> None:
    """Return claimed messages that were never put on the wire."""
    with inside(account.workspace_id):
        ids = [row.id for row in messages]
        Message.objects.filter(id__in=ids, state=State.SENDING, on_wire_at=None).update(
            state=State.QUEUED, claimed_at=None, tries=F("tries") - 1
        )


def note_health_of(account: ChannelAccount, trouble: Outcome | None, *, at: datetime) -> None:
    with inside(account.workspace_id):
        note_health(account, problem=trouble.problem if trouble else "", at=at)
