"""Take in what gateways tell us later: delivery reports, bounces, clicks, and what customers write back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from hamdel.act.messages.connectors import Heard, News, Outcome, Report
from hamdel.act.messages.facts import MessageBounced, MessageClicked, MessageDelivered, MessageFailed
from hamdel.act.messages.models import Attempt, ChannelAccount, Message
from hamdel.act.messages.recording import BOUNCED, shared, tell_contacts
from hamdel.ground.facts import announce

KEPT = 4_000
# A report may overtake the answer to the very call that sent the message.
OVERTAKING = timedelta(minutes=2)
State = Message.State
CLICKED = "clicked"
# What may follow what: a message that arrived does not become "sent" again by a late report.
MAY_FOLLOW = {
    Outcome.ACCEPTED: {State.UNSURE},
    Outcome.DELIVERED: {State.SENT, State.UNSURE, State.FAILED},
    Outcome.FAILED: {State.SENT, State.UNSURE},
}


class ReportTooEarly(Exception):
    """The report overtook its own message: the gateway is asked to come again."""


class NobodysAnswer(Exception):
    """What was heard answers nothing: no such survey, one that is over, or no such answer to it."""


def take_news(account: ChannelAccount, news: News, *, at: datetime) -> None:
    """Apply everything a callback or a poll brought. Each part may come any number of times.

    Raises ReportTooEarly, and NobodysAnswer where whoever calls can still ask the customer again.
    """
    from hamdel.act.messages.replies import take_heard  # replies send help, which queues messages

    for report in news.reports:
        take_report(account, report, at=at)
    for heard in news.heard:
        reply = take_heard(account, heard, at=at)
        if news.must_be_taken and reply is not None and (reply.late or not reply.taken):
            raise NobodysAnswer


def take_report(account: ChannelAccount, report: Report, *, at: datetime) -> Message | None:
    """Change the message a report is about. Raises ReportTooEarly while its message is still being sent."""
    row = reported(account, report)
    if row is None:
        if report.provider_id and _is_sending(account, at=at):
            raise ReportTooEarly
        if report.address and report.problem:
            _tell_of_address(account, report, at=at)
        return None
    if report.state == CLICKED:
        announce(MessageClicked(**shared(row, account, at=at)))
    elif row.state == State.SENDING:
        raise ReportTooEarly
    elif row.state in MAY_FOLLOW.get(report.state, set()) or _is_complaint(row, report):
        _change(row, account, report, at=at)
    else:
        return row
    Attempt.objects.create(
        workspace_id=row.workspace_id,
        message=row,
        at=at,
        outcome=Attempt.Outcome.REPORT,
        problem=report.problem[:40],
        answer=row.without_secret(report.answer)[:KEPT],
    )
    return row


def reported(account: ChannelAccount, report: Report) -> Message | None:
    """Return the outgoing message a report is about, locked."""
    if not report.provider_id and report.local_id is None:
        return None
    by = Q(local_id=report.local_id) if report.local_id is not None else Q(provider_id=report.provider_id)
    rows = Message.objects.outgoing().filter(by, account=account).select_for_update(no_key=True, of=("self",))
    return rows.order_by("-created_at").first()


def _is_sending(account: ChannelAccount, *, at: datetime) -> bool:
    on_wire = Message.objects.filter(account=account, state=State.SENDING, on_wire_at__gt=at - OVERTAKING)
    return on_wire.exists()


def _is_complaint(row: Message, report: Report) -> bool:
    return report.problem in {"complained", *BOUNCED} and row.state in {State.DELIVERED, State.SENT}


def _change(row: Message, account: ChannelAccount, report: Report, *, at: datetime) -> None:
    about = shared(row, account, at=at)
    if report.state == Outcome.DELIVERED:
        row.state, row.delivered_at, row.problem, row.ended_at = State.DELIVERED, at, "", None
        announce(MessageDelivered(**about))
    elif report.state == Outcome.FAILED:
        row.state, row.problem, row.ended_at = State.FAILED, report.problem[:40], at
        bounced = report.problem in BOUNCED | {"complained"}
        announce((MessageBounced if bounced else MessageFailed)(**about, problem=row.problem))
    else:
        row.state, row.problem = State.SENT, ""
    row.provider_id = row.provider_id or report.provider_id[:120]
    row.save(update_fields=["state", "delivered_at", "problem", "ended_at", "provider_id"])
    tell_contacts(account.workspace, row, report.state, report.problem, at=at)


def _tell_of_address(account: ChannelAccount, report: Report, *, at: datetime) -> None:
    """A bounce of something we no longer know: the address is dead all the same."""
    nobody = Message(workspace_id=account.workspace_id, channel=account.channel, address=report.address)
    tell_contacts(account.workspace, nobody, report.state, report.problem, at=at)


def keep_incoming(account: ChannelAccount, heard: Heard, *, at: datetime) -> Message | None:
    """Store what a customer wrote; None when it was delivered to us before."""
    if heard.once_within and _was_just_said(account, heard, at=at):
        return None
    row = Message(
        workspace_id=account.workspace_id,
        direction=Message.Direction.IN,
        account=account,
        channel=heard.channel or account.channel,
        address=heard.address[:300],
        content={"text": heard.text[:5_000]},
        state=State.RECEIVED,
        provider_id=heard.provider_id[:120],
        created_at=at,
        not_before=at,
        sent_at=heard.at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return None
    return row


def _was_just_said(account: ChannelAccount, heard: Heard, *, at: datetime) -> bool:
    before = Message.objects.incoming().filter(
        account=account,
        address=heard.address[:300],
        channel=heard.channel or account.channel,
        created_at__gt=at - (heard.once_within or timedelta()),
        content__text=heard.text[:5_000],
    )
    if heard.survey:
        before = before.filter(reference=f"survey:{heard.survey}"[:80])
    return before.exists()
