"""From planned to queued: who may be asked now, on which channel, in which words. One transaction a batch.

Killed anywhere, a batch is as if it had never begun, or is whole: the link's digest, the gate's leave and the message
are committed together, and what is committed is no longer planned.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zlib import crc32

import orjson
from django.db import connection

from hamdel.act.messages.outgoing import Outgoing, Queued, queue
from hamdel.act.messages.wording import BadTemplate
from hamdel.ground.access.models import digest
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.invitations.guarding import recently_asked
from hamdel.listen.invitations.models import Invitation, Plan
from hamdel.listen.invitations.wording import Asked, asked, content_for

State = Invitation.State
AT_ONCE = 1_000
# What the gate puts off is asked for again, but a question about last week is asked no more.
PATIENCE = timedelta(days=3)
# Reasons that are about one channel: another may do. Everything else is about the customer.
ABOUT_THE_CHANNEL = frozenset({
    "no_address", "no_account", "hard_bounce", "soft_bounces", "complaint", "operator_blacklist", "by_hand",
    "withdrawn", "no_consent", "unconfirmed", "account_off",
})  # fmt: skip
SENDER = "invitations"
# One JSON text for all rows: Django's own bulk update is ten times slower.
SAVE = """
UPDATE invitations_invitation i SET state = new.state, reason = new.reason, channel = new.channel,
    channel_place = new.channel_place, digest = new.digest, contact_id = new.contact_id, due_at = new.due_at,
    queued_at = new.queued_at, expires_at = new.expires_at, remind_at = new.remind_at
FROM json_to_recordset(%s) AS new (id uuid, state text, reason text, channel text, channel_place smallint, digest text,
    contact_id uuid, due_at timestamptz, queued_at timestamptz, expires_at timestamptz, remind_at timestamptz)
WHERE i.id = new.id"""
CHANGED = (
    "id", "state", "reason", "channel", "channel_place", "digest", "contact_id", "due_at", "queued_at", "expires_at",
    "remind_at",
)  # fmt: skip


def new_token() -> str:
    """Return the secret of a personal link: 128 random bits, short enough for an SMS."""
    return secrets.token_urlsafe(16)


@dataclass
class Batch:
    """Invitations that are due together, and what became of them."""

    workspace: Workspace
    at: datetime
    rows: list[Invitation]
    surveys: dict[UUID, Asked | None] = field(default_factory=dict)
    wishes: list[tuple[Invitation, Outgoing]] = field(default_factory=list)


def send_due(workspace: Workspace, *, now: datetime, most: int = AT_ONCE) -> int:
    """Queue or refuse the next invitations that are due; return how many were looked at, 0 when none are left."""
    with inside(workspace):
        _take_turn(workspace)
        due = Invitation.objects.in_workspace(workspace).due(now=now).order_by("due_at", "id")
        rows = list(due.select_related("plan", "survey", "customer")[:most])
        if not rows:
            return 0
        batch = Batch(workspace, now, rows)
        _sort_out(batch)
        _queue(batch)
        save(rows)
        return len(rows)


def _take_turn(workspace: Workspace) -> None:
    """Let one sender of a workspace's invitations work at a time, so that nobody is asked twice side by side."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, 0)", [crc32(b"invitations" + workspace.id.bytes) - 2**31]
        )


def _sort_out(batch: Batch) -> None:
    """Refuse what the gate need not be asked about; wish for the rest."""
    asked_lately = recently_asked(batch.rows, at=batch.at)
    seen: set[tuple[UUID, UUID]] = set()
    for row in batch.rows:
        about = _asked(batch, row)
        reason = _refusal(row, about, at=batch.at)
        if not reason and (row.id in asked_lately or (row.customer_id, row.survey_id) in seen):
            reason = "asked_lately"
        if reason == "paused":
            row.due_at = batch.at + timedelta(minutes=10)
            continue
        if reason or about is None or row.plan is None:
            refuse(row, reason or "no_survey")
            continue
        seen.add((row.customer_id, row.survey_id))
        _wish(batch, row, row.plan, about)


def _asked(batch: Batch, row: Invitation) -> Asked | None:
    """Return the survey as it is asked now; None when it was never published."""
    if row.survey_id not in batch.surveys:
        version = row.survey.current
        batch.surveys[row.survey_id] = asked(row.survey, version.asks, batch.workspace) if version else None
    return batch.surveys[row.survey_id]


def _refusal(row: Invitation, about: Asked | None, *, at: datetime) -> str:
    plan = row.plan
    if plan is None or plan.state == Plan.State.ENDED or (plan.ends_at and at >= plan.ends_at):
        return "stopped"
    if not plan.is_running:
        return "paused"
    if about is None or not row.survey.is_open:
        return "survey_closed"
    if at > row.created_at + plan.wait + PATIENCE and at > row.due_at + PATIENCE:
        return "too_late"
    return "" if plan.channels else "no_channel"


def _wish(batch: Batch, row: Invitation, plan: Plan, about: Asked) -> None:
    secret = new_token()
    try:
        content = content_for(plan, about, row.customer, channel=row.channel, secret=secret)
    except BadTemplate:
        refuse(row, "bad_words")
        return
    row.digest = digest(secret)
    wish = Outgoing(
        customer=row.customer,
        channel=row.channel,
        purpose=plan.purpose,
        content=content,
        topic=plan.topic or row.touchpoint,
        reference=row.reference,
        touchpoint=row.touchpoint,
        sender=SENDER,
        priority=plan.priority,
    )
    batch.wishes.append((row, wish))


def _queue(batch: Batch) -> None:
    if not batch.wishes:
        return
    results = queue(batch.workspace, [wish for _row, wish in batch.wishes], at=batch.at)
    for (row, _wished), result in zip(batch.wishes, results, strict=True):
        _take_result(row, result, at=batch.at)


def _take_result(row: Invitation, result: Queued, *, at: datetime) -> None:
    plan = row.plan
    if result.message is not None and plan is not None:
        went = max(result.message.not_before, at)
        row.state, row.queued_at, row.reason = State.QUEUED, at, ""
        row.contact_id = result.message.contact_id
        row.expires_at = went + timedelta(days=plan.link_lives_days)
        row.remind_at = went + timedelta(days=plan.remind_after_days) if plan.most_reminders else None
        return
    row.digest = None
    if result.not_before and result.not_before <= row.created_at + plan_wait(row) + PATIENCE:
        row.due_at = max(result.not_before, at + timedelta(minutes=1))
    elif result.refusal in ABOUT_THE_CHANNEL and plan and row.channel_place + 1 < len(plan.channels):
        # The next channel's turn; the first reason stays, should none of them do.
        row.reason = row.reason or result.refusal
        row.channel_place += 1
        row.channel = plan.channels[row.channel_place]
    else:
        refuse(row, row.reason or result.refusal)


def plan_wait(row: Invitation) -> timedelta:
    """Return how long after its event the invitation was to wait."""
    return row.plan.wait if row.plan else timedelta()


def save(rows: Sequence[Invitation]) -> None:
    """Write down what was decided about invitations."""
    changed = [{name: getattr(row, name) for name in CHANGED} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(SAVE, [orjson.dumps(changed).decode()])


def refuse(row: Invitation, reason: str) -> None:
    """Note why somebody is not asked."""
    row.state, row.reason, row.digest = State.REFUSED, reason[:40], None
