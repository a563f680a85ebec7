"""Reminders to those who have not answered, and the end of links that nobody used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hamdel.act.messages.models import Message
from hamdel.act.messages.outgoing import Outgoing, queue
from hamdel.act.messages.wording import BadTemplate
from hamdel.ground.secrets import CannotUnseal
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.invitations.models import Invitation
from hamdel.listen.invitations.sending import AT_ONCE, SENDER
from hamdel.listen.invitations.wording import asked, content_with
from hamdel.listen.surveys.models import BurntToken, Response, Survey


@dataclass(frozen=True)
class Link:
    """A personal link that was sent, and the secret part of it."""

    url: str
    secret: str


def remind_due(workspace: Workspace, *, now: datetime, most: int = AT_ONCE) -> int:
    """Queue the reminders that are due; return how many invitations were looked at."""
    with inside(workspace):
        due = Invitation.objects.in_workspace(workspace).to_remind(now=now).order_by("remind_at", "id")
        rows = list(
            due.select_related("plan", "survey", "customer").select_for_update(
                of=("self",), skip_locked=True, no_key=True
            )[:most]
        )
        answered = answered_among(rows)
        links = links_of(workspace, rows)
        wishes = []
        for row in rows:
            wish = None if row.id in answered else _wish(workspace, row, links.get(row.reference), at=now)
            if wish is None:
                row.remind_at = None
            else:
                wishes.append((row, wish))
        _queue(workspace, wishes, at=now)
        Invitation.objects.bulk_update(rows, ["reminders", "remind_at"], batch_size=200)
        return len(rows)


def _queue(workspace: Workspace, wishes: Sequence[tuple[Invitation, Outgoing]], *, at: datetime) -> None:
    results = queue(workspace, [wish for _row, wish in wishes], at=at) if wishes else []
    for (row, _wished), result in zip(wishes, results, strict=True):
        if result.message is None:
            # Put off, or refused with its reason in the ledger of contacts: then it is not tried again.
            row.remind_at = result.not_before
            continue
        row.reminders += 1
        more = row.plan is not None and row.reminders < row.plan.most_reminders
        pause = timedelta(days=row.plan.remind_after_days) if row.plan else timedelta()
        row.remind_at = max(result.message.not_before, at) + pause if more else None


def _wish(workspace: Workspace, row: Invitation, link: Link | None, *, at: datetime) -> Outgoing | None:
    """Return the reminder; None when there is nothing to remind of any more."""
    plan, version = row.plan, row.survey.current
    is_over = plan is None or not plan.is_running or row.reminders >= plan.most_reminders
    if (
        is_over
        or plan is None
        or version is None
        or link is None
        or not row.survey.is_open
        or row.is_expired(now=at)
    ):
        return None
    about = asked(row.survey, version.asks, workspace)
    try:
        content = content_with(
            plan,
            about,
            row.customer,
            channel=row.channel,
            link=link.url,
            secret=link.secret,
            is_reminder=True,
        )
    except BadTemplate:
        return None
    return Outgoing(
        customer=row.customer,
        channel=row.channel,
        purpose=plan.purpose,
        content=content,
        topic=plan.topic or row.touchpoint,
        reference=row.reference,
        touchpoint=row.touchpoint,
        sender=SENDER,
        priority=plan.priority,
        follows=row.contact_id,
    )


def answered_among(rows: Iterable[Invitation]) -> set[UUID]:
    """Return which of these were answered, by asking the responses themselves: news of them may be on its way.

    Of anonymous surveys nothing but the used-up link says so.
    """
    listed = list(rows)
    responses = Response.objects.filter(invitation_id__in=[row.id for row in listed])
    found = {one for one in responses.values_list("invitation_id", flat=True) if one}
    by_digest = {row.digest: row.id for row in listed if row.digest}
    burnt = BurntToken.objects.filter(digest__in=list(by_digest)).values_list("digest", flat=True)
    return found | {by_digest[digest] for digest in burnt}


def links_of(workspace: Workspace, rows: Iterable[Invitation]) -> dict[str, Link]:
    """Return by reference the links as they were sent: invitations keep only their digests, messages seal them."""
    references = [row.reference for row in rows]
    sent = Message.objects.in_workspace(workspace).outgoing().filter(reference__in=references)
    links = {}
    for message in sent.order_by("-created_at").only("reference", "content", "secrets"):
        # A secret that cannot be opened here any more reminds of nothing.
        with suppress(CannotUnseal):
            content = message.whole_content
            if content.link:
                links[message.reference] = Link(content.link, content.secret)
    return links


def expire_due(workspace: Workspace, *, now: datetime) -> int:
    """Note which links have died unanswered; return how many."""
    with inside(workspace):
        overdue = Invitation.objects.in_workspace(workspace).overdue(now=now)
        # Of an anonymous survey "expired" would tell who did not answer.
        anonymous = Survey.objects.in_workspace(workspace).filter(settings__anonymous=True)
        return overdue.exclude(survey__in=anonymous).update(state=Invitation.State.EXPIRED, remind_at=None)
