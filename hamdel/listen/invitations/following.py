"""What became of an invitation, told by the facts of messages and surveys: in bulk, in any order, each once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from hamdel.act.messages.outgoing import cancel_queued
from hamdel.ground.facts import Fact, KnownEvent, announce_all, on_batch
from hamdel.ground.workspaces.models import Workspace
from hamdel.listen.invitations.facts import SurveyDelivered, SurveyInvited
from hamdel.listen.invitations.jobs import wake
from hamdel.listen.invitations.sending import ABOUT_THE_CHANNEL

# A state gives way to those after it. What failed may still arrive, and what expired may still be answered.
ORDER = (
    "planned", "refused", "queued", "failed", "sent", "delivered", "opened", "expired", "started", "completed",
)  # fmt: skip
# Of these a gateway says when they arrive; elsewhere what was sent counts as delivered until it bounces.
REPORTED_CHANNELS = frozenset({"sms"})
ADVANCE = """
UPDATE invitations_invitation i SET {column} = new.at,
    state = CASE WHEN array_position(%(order)s::text[], i.state::text) < array_position(%(order)s::text[], %(state)s)
        THEN %(state)s ELSE i.state END,
    remind_at = CASE WHEN %(is_answer)s THEN NULL ELSE i.remind_at END
FROM (SELECT id, min(at) AS at FROM unnest(%(ids)s::uuid[], %(ats)s::timestamptz[]) AS u(id, at) GROUP BY id) new
WHERE i.id = new.id AND i.{column} IS NULL AND i.state NOT IN ('planned', 'refused')
RETURNING i.id, i.workspace_id, i.survey_id, i.customer_id, i.channel, i.touchpoint, i.{column},
    (SELECT settings @> '{{"anonymous": true}}' FROM surveys_survey WHERE id = i.survey_id)"""
FAIL = """
UPDATE invitations_invitation i SET state = 'failed', reason = left(new.problem, 40), remind_at = NULL
FROM unnest(%s::uuid[], %s::text[]) AS new(id, problem)
WHERE i.id = new.id AND i.state IN ('queued', 'sent') RETURNING i.id"""

# What is called off before it went, for a reason that is about its channel, is planned again on the plan's next one.
# The first reason stays, should none of them do.
TURN_TO_NEXT_CHANNEL = """
UPDATE invitations_invitation i SET state = 'planned', channel_place = i.channel_place + 1,
    channel = plan.channels[i.channel_place + 2], reason = coalesce(nullif(i.reason, ''), left(new.problem, 40)),
    due_at = new.at, digest = NULL, contact_id = NULL, queued_at = NULL, remind_at = NULL
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::timestamptz[]) AS new(id, problem, channel, at), invitations_plan plan
WHERE i.id = new.id AND plan.id = i.plan_id AND i.state = 'queued' AND i.sent_at IS NULL AND i.channel = new.channel
    AND new.problem = ANY(%s) AND i.channel_place + 1 < cardinality(plan.channels)
RETURNING i.workspace_id"""
# A reminder that is called off says nothing of the invitation, which has been sent.
CALL_OFF = """
UPDATE invitations_invitation i SET state = 'refused', reason = left(new.problem, 40), remind_at = NULL, digest = NULL
FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS new(id, problem, channel)
WHERE i.id = new.id AND i.state = 'queued' AND i.sent_at IS NULL AND i.channel = new.channel"""


@dataclass(frozen=True)
class Advanced:
    """An invitation that has just come one step further."""

    id: UUID
    workspace_id: UUID
    survey_id: UUID
    customer_id: UUID
    channel: str
    touchpoint: str
    at: datetime
    is_anonymous: bool


def advance(state: str, moments: Mapping[UUID, datetime], *, column: str = "") -> list[Advanced]:
    """Note when invitations came to a state; return those for which that was news. The state never goes back."""
    if not moments:
        return []
    parameters: dict[str, Any] = {
        "order": list(ORDER),
        "state": state,
        "is_answer": state in {"started", "completed"},
        "ids": list(moments),
        "ats": list(moments.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(ADVANCE.format(column=column or f"{state}_at"), parameters)
        return [Advanced(*row) for row in cursor.fetchall()]


@on_batch(
    "Message Sent", "Message Delivered", "Message Failed", "Message Bounced", "Message Called Off", "Message Clicked",
    "Survey Started", "Survey Completed",
)  # fmt: skip
def follow(events: Sequence[KnownEvent]) -> None:
    """Bring invitations up to date with a stretch of the log."""
    sent = advance("sent", _moments(events, "Message Sent", of_message))
    arrived = {row.id: row.at for row in sent if row.channel not in REPORTED_CHANNELS}
    arrived |= _moments(events, "Message Delivered", of_message)
    started = _moments(events, "Survey Started", of_survey)
    completed = _moments(events, "Survey Completed", of_survey)
    opened = {**completed, **started, **_moments(events, "Message Clicked", of_message)}
    # Whoever answers was reached, whatever the gateway says.
    delivered = advance("delivered", {**opened, **arrived})
    advance("opened", opened)
    answered = advance("started", {**completed, **started})
    advance("completed", completed)
    _mark(FAIL, _problems(events, {"Message Failed", "Message Bounced"}))
    end_called_off([event for event in events if event.name == "Message Called Off"])
    announce_all(
        [*(SurveyInvited(**_about(row), invitation_id=row.id) for row in sent), *map(_delivered, delivered)]
    )
    call_off_reminders(answered)


def _problems(events: Iterable[KnownEvent], names: Collection[str]) -> dict[UUID, str]:
    return {
        found: str(event.properties.get("problem") or "failed")
        for event in events
        if event.name in names and (found := of_message(event))
    }


def _mark(statement: str, problems: Mapping[UUID, str]) -> None:
    """Note which invitations did not go or arrive, and why. What is known to have gone or arrived stays as it is."""
    if problems:
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(problems), list(problems.values())])


def end_called_off(called_off: Sequence[KnownEvent]) -> None:
    """Plan again, on the next channel, what the contact gate stopped on its own right before it went; end the rest."""
    told = [
        (found, str(event.properties.get("problem") or ""), event.channel, event.occurred_at)
        for event in called_off
        if (found := of_message(event))
    ]
    if not told:
        return
    with connection.cursor() as cursor:
        columns = [list(column) for column in zip(*told, strict=True)]
        cursor.execute(TURN_TO_NEXT_CHANNEL, [*columns, list(ABOUT_THE_CHANNEL)])
        workspaces = {row[0] for row in cursor.fetchall()}
        cursor.execute(CALL_OFF, columns[:3])
    for workspace in workspaces:
        wake(workspace)


def call_off_reminders(answered: Iterable[Advanced]) -> None:
    """Call off what still waits to be sent to those who have answered."""
    by_workspace: dict[UUID, list[Advanced]] = {}
    for row in answered:
        by_workspace.setdefault(row.workspace_id, []).append(row)
    for workspace_id, rows in by_workspace.items():
        references = [f"invitation:{row.id}" for row in rows]
        at = max(row.at for row in rows)
        cancel_queued(Workspace(id=workspace_id), references, at=at, why="answered")


def of_message(event: KnownEvent) -> UUID | None:
    """Return the invitation a message carried; None for other messages."""
    reference = str(event.properties.get("reference") or "")
    return _uuid(reference.removeprefix("invitation:")) if reference.startswith("invitation:") else None


def of_survey(event: KnownEvent) -> UUID | None:
    """Return the invitation that was answered; None for an open link."""
    return _uuid(str(event.properties.get("invitation_id") or ""))


def _moments(
    events: Iterable[KnownEvent], name: str, which: Callable[[KnownEvent], UUID | None]
) -> dict[UUID, datetime]:
    found: dict[UUID, datetime] = {}
    for event in events:
        invitation = which(event) if event.name == name else None
        if invitation:
            found[invitation] = min(event.occurred_at, found.get(invitation, event.occurred_at))
    return found


def _delivered(row: Advanced) -> Fact:
    return SurveyDelivered(**_about(row), invitation_id=None if row.is_anonymous else row.id)


def _about(row: Advanced) -> dict[str, Any]:
    return {
        "workspace_id": row.workspace_id,
        "customer_id": row.customer_id,
        "at": row.at,
        "touchpoint": row.touchpoint,
        "channel": row.channel,
        "survey_id": row.survey_id,
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
