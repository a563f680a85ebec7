"""What runs each minute: wake what is due, find out about messages whose sender died, fetch replies."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from hamdel.act.messages import jobs
from hamdel.act.messages.connectors import Connector, News, Outcome, connector_named
from hamdel.act.messages.models import Attempt, ChannelAccount, Message
from hamdel.act.messages.news import keep_incoming, take_news
from hamdel.act.messages.recording import FIRST_ASK, record_outcomes
from hamdel.act.messages.sending import parcel_of
from hamdel.act.messages.wire import WireTrouble
from hamdel.ground.workspaces.tenancy import across_workspaces, inside

log = logging.getLogger(__name__)
# Longer than any connector waits for its gateway: whoever still held the message has given up by now.
LEASE = timedelta(minutes=3)
# A gateway that does not answer questions either is asked for this long.
MOST_ASKING = timedelta(hours=2)
MOST_DELIVERING = timedelta(days=2)
AT_ONCE = 200
A_WHILE_SECONDS = 15
State = Message.State


def sweep_accounts(*, at: datetime) -> None:
    """Do the minute's work for every account; one account's trouble does not stop the others'."""
    with across_workspaces():
        accounts = list(ChannelAccount.objects.filter(deleted_at=None).select_related("workspace"))
        due = set(Message.objects.due(now=at).values_list("account_id", flat=True).distinct())
    for account in accounts:
        try:
            free_claimed(account, at=at)
            ask_after(account, at=at)
            if account.is_on and account.id in due:
                wake(account)
            if account.is_on:
                poll(account, at=at)
                ask_delivery_for_a_while(account, at=at)
        except WireTrouble as trouble:
            log.warning("Channel %s is not reached: %s", account.id, trouble.problem)
        except Exception:
            log.exception("The sweep of channel %s failed", account.id)


def wake(account: ChannelAccount) -> None:
    with inside(account.workspace_id):
        jobs.wake(account.workspace_id, account.id)


def free_claimed(account: ChannelAccount, *, at: datetime) -> int:
    """Give back what a worker claimed and died before it spoke. It certainly was not sent."""
    with inside(account.workspace_id):
        dead = Message.objects.filter(
            account=account, state=State.SENDING, on_wire_at=None, claimed_at__lt=at - LEASE
        )
        ids = list(dead.select_for_update(skip_locked=True, no_key=True).values_list("id", flat=True))
        freed = Message.objects.filter(id__in=ids).update(
            state=State.QUEUED, claimed_at=None, tries=F("tries") - 1
        )
    if freed:
        wake(account)
    return freed


def ask_after(account: ChannelAccount, *, at: datetime) -> int:
    """Find out what became of messages whose outcome is unknown. Returns how many were cleared up."""
    connector = connector_named(account.connector)
    with inside(account.workspace_id):
        unknown = Message.objects.filter(account=account, state=State.SENDING, on_wire_at__lt=at - LEASE)
        rows = list(unknown.order_by("on_wire_at")[:AT_ONCE])
    if not rows:
        return 0
    if connector is None or not (connector.can_look_up or connector.is_idempotent):
        return _leave_unsure(rows, account, at=at)
    if connector.is_idempotent:
        again = Outcome.temporary("line_broke")
        record_outcomes(account, rows, [again] * len(rows), at=at, as_attempt=Attempt.Outcome.LOOKED_UP)
        return len(rows)
    return _look_up(connector, account, rows, at=at)


def _look_up(connector: Connector, account: ChannelAccount, rows: Sequence[Message], *, at: datetime) -> int:
    try:
        answers = connector.look_up(account, [parcel_of(row, is_to_go=False) for row in rows])
    except Exception as trouble:
        log.warning("Channel %s does not say what became of %s messages: %s", account.id, len(rows), trouble)
        return _leave_unsure([row for row in rows if _is_old(row, at)], account, at=at)
    known = [
        (row, answer or Outcome.temporary("line_broke"))
        for row, answer in zip(rows, answers, strict=True)
        if answer is None or answer.state != Outcome.UNKNOWN
    ]
    ids = {row.id for row, _said in known}
    _leave_unsure([row for row in rows if row.id not in ids and _is_old(row, at)], account, at=at)
    record_outcomes(
        account, [row for row, _ in known], [said for _, said in known], at=at,
        as_attempt=Attempt.Outcome.LOOKED_UP,
    )  # fmt: skip
    return len(known)


def _is_old(row: Message, at: datetime) -> bool:
    return row.on_wire_at is not None and row.on_wire_at < at - MOST_ASKING


def _leave_unsure(rows: Sequence[Message], account: ChannelAccount, *, at: datetime) -> int:
    """Nobody can say: it is shown as such, and a member decides. It counts as a contact."""
    with inside(account.workspace_id):
        ids = [row.id for row in rows]
        return Message.objects.filter(id__in=ids, state=State.SENDING).update(
            state=State.UNSURE, problem="unsure", ended_at=at
        )


def poll(account: ChannelAccount, *, at: datetime) -> None:
    """Fetch replies from gateways that do not call us."""
    connector = connector_named(account.connector)
    if connector is None or not connector.polls or (account.paused_until and account.paused_until > at):
        return
    ends = time.monotonic() + A_WHILE_SECONDS
    while True:
        news = connector.poll(account)
        take_polled(account, news, at=at)
        if not news.has_more or time.monotonic() >= ends:
            return


def take_polled(account: ChannelAccount, news: News, *, at: datetime) -> None:
    """Apply what a poll brought, each part by itself: gateways hand a reply over once, and one that fails is kept."""
    for report in news.reports:
        _apply(account, News(reports=(report,)), at=at)
    for heard in news.heard:
        told = News(heard=(heard,))
        if not (_apply(account, told, at=at) or _apply(account, told, at=at)):
            with inside(account.workspace_id):
                keep_incoming(account, heard, at=at)
    changed: dict[str, Any] = {"polled_up_to": news.up_to[:60]} if news.up_to else {}
    if news.problem:
        changed |= {"last_problem": news.problem, "last_failure_at": at}
    if changed:
        with inside(account.workspace_id):
            ChannelAccount.objects.filter(id=account.id).update(**changed)
        account.polled_up_to = changed.get("polled_up_to", account.polled_up_to)
    if news.after:
        news.after()


def _apply(account: ChannelAccount, news: News, *, at: datetime) -> bool:
    try:
        with inside(account.workspace_id):
            take_news(account, news, at=at)
    except Exception:
        log.exception("What was fetched from channel %s could not be applied", account.id)
        return False
    return True


def ask_delivery_for_a_while(account: ChannelAccount, *, at: datetime) -> None:
    """Ask batch by batch while there are full ones, and leave the rest to the next minute."""
    ends = time.monotonic() + A_WHILE_SECONDS
    connector = connector_named(account.connector)
    full = connector.asks_delivery if connector else 0
    while full and ask_delivery(account, at=at) == full and time.monotonic() < ends:
        pass


def ask_delivery(account: ChannelAccount, *, at: datetime) -> int:
    """Ask whether sent messages have arrived, each at growing distances for two days. Returns how many were asked."""
    connector = connector_named(account.connector)
    if connector is None or not connector.asks_delivery:
        return 0
    with inside(account.workspace_id):
        due = Message.objects.filter(account=account, state=State.SENT, ask_at__lte=at).exclude(
            provider_id=""
        )
        rows = list(due.order_by("ask_at")[: connector.asks_delivery])
        for row in rows:
            age = at - (row.sent_at or at)
            row.ask_at = at + max(age, FIRST_ASK) if age < MOST_DELIVERING else None
        Message.objects.bulk_update(rows, ["ask_at"])
    if rows:
        reports = connector.delivery(account, [parcel_of(row, is_to_go=False) for row in rows])
        for report in reports:
            _apply(account, News(reports=(report,)), at=at)
    return len(rows)
