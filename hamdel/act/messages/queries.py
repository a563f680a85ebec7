"""Questions about messages and channels."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.functional import Promise

from hamdel.act.messages.connectors import connector_named, connectors
from hamdel.act.messages.content import Content
from hamdel.act.messages.models import ChannelAccount, ChatLink, Message
from hamdel.act.messages.outgoing import default_accounts
from hamdel.ground.access.doors import Request
from hamdel.ground.access.models import Member
from hamdel.ground.access.permissions import Permission
from hamdel.ground.persian.text import fold_tight
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Customer
from hamdel.know.customers.queries import family

LATELY = timedelta(days=7)
LATEST = 5
State = Message.State


@dataclass(frozen=True)
class Price:
    """What one message costs: parts as billed, and rial."""

    segments: int
    rial: int


@dataclass(frozen=True)
class Standing:
    """How an account does: what it sent in the last days, what waits, and how it feels."""

    account: ChannelAccount
    label: str | Promise
    icon: str
    sent: int
    waiting: int
    failed: int
    cost_rial: int
    state: str


def usable_channels(workspace: Workspace) -> list[tuple[str, str | Promise]]:
    """Return the channels that can be sent through now, each with its name."""
    found = default_accounts(workspace)
    labels = {one.channel: one.label for one in connectors()}
    return [(channel, labels.get(channel, channel)) for channel in sorted(found)]


def price_of(workspace: Workspace, channel: str, text: str) -> Price:
    """Return what a text costs on a channel's own account; nothing when there is none."""
    account = default_accounts(workspace).get(channel)
    connector = connector_named(account.connector) if account else None
    if account is None or connector is None:
        return Price(1, 0)
    segments = connector.segments(Content(text=text))
    return Price(segments, segments * account.cost_rial_per_segment)


def states_of(workspace: Workspace, references: Collection[str]) -> dict[str, str]:
    """Return the state of the latest message of each reference."""
    rows = Message.objects.in_workspace(workspace).outgoing().filter(reference__in=references)
    return dict(rows.order_by("created_at").values_list("reference", "state"))


def standings(member: Member, *, now: datetime) -> list[Standing]:
    """Return every account with its last week, those in trouble first."""
    accounts = ChannelAccount.objects.visible_to(member).filter(deleted_at=None)
    out = Message.objects.visible_to(member).outgoing().filter(is_test=False)
    # Each of its own index: of all that was ever sent, the last week and what waits are a small part.
    went, failed = Q(state__in=["sent", "delivered", "answered"]), Q(state__in=["failed", "unsure"])
    week = _by_account(
        out.filter(created_at__gte=now - LATELY),
        sent=Count("id", filter=went),
        failed=Count("id", filter=failed),
        cost_rial=Sum("cost_rial", filter=went),
    )
    waiting = _by_account(out.filter(Q(state="queued") | Q(state="sending")), waiting=Count("id"))
    found = [
        _standing(account, week.get(account.id, {}) | waiting.get(account.id, {})) for account in accounts
    ]
    return sorted(
        found, key=lambda one: (one.state != "bad", one.state != "off", one.account.channel, one.account.name)
    )


def _by_account(rows: QuerySet[Message], **counts: Any) -> dict[UUID, dict[str, int]]:
    found: Any = rows.order_by().values("account_id").annotate(**counts)
    return {row["account_id"]: {name: row[name] or 0 for name in counts} for row in found}


def _standing(account: ChannelAccount, counts: Mapping[str, int]) -> Standing:
    connector = connector_named(account.connector)
    return Standing(
        account=account,
        label=connector.label if connector else account.connector,
        icon=connector.icon if connector else "link",
        sent=counts.get("sent", 0),
        waiting=counts.get("waiting", 0),
        failed=counts.get("failed", 0),
        cost_rial=counts.get("cost_rial", 0),
        state=health_of(account),
    )


def health_of(account: ChannelAccount) -> str:
    """Return off, bad, good, or new while nothing has been tried."""
    if not account.is_on:
        return "off"
    if account.last_problem:
        return "bad"
    return "good" if account.last_success_at else "new"


def messages_of(member: Member, chosen: dict[str, str]) -> QuerySet[Message]:
    """Return messages narrowed by direction, state, channel, account and part of an address."""
    rows = Message.objects.visible_to(member).select_related("customer", "account")
    for name in ("direction", "state", "channel", "purpose"):
        if chosen.get(name):
            rows = rows.filter(**{name: chosen[name]})
    if chosen.get("account"):
        rows = rows.filter(account_id=UUID(chosen["account"]))
    if chosen.get("customer"):
        rows = rows.filter(customer_id=UUID(chosen["customer"]))
    if words := chosen.get("q", "").strip():
        found = Q(address__icontains=words) | Q(customer__name__icontains=words) | Q(provider_id=words)
        if part := part_of_number(words):
            found |= Q(address__contains=part)
        rows = rows.filter(found)
    return rows


def part_of_number(typed: str) -> str:
    """Return the digits of a part of a phone number as addresses have them, without the zero it is dialled with."""
    typed = fold_tight(typed)
    return "" if any(char.isalpha() for char in typed) else re.sub(r"\D", "", typed).lstrip("0")


def panel_of(request: Request, customer: Customer) -> dict[str, Any] | None:
    """Return what the customer's page shows of messages, and the bots whose chat could be linked."""
    if not request.member.may(Permission.SEE_CUSTOMERS):
        return None
    rows = Message.objects.visible_to(request.member).filter(customer__in=family(customer))
    latest = list(rows.select_related("account").order_by("-created_at")[:LATEST])
    accounts = ChannelAccount.objects.visible_to(request.member).filter(is_on=True, deleted_at=None)
    bots = [one for one in accounts if (kind := connector_named(one.connector)) and kind.links_chats]
    linked = set(
        ChatLink.objects.filter(customer__in=family(customer))
        .exclude(address="")
        .values_list("account", flat=True)
    )
    if not (latest or bots):
        return None
    return {
        "messages": latest,
        "customer": customer,
        "bots": [(bot, bot.id in linked) for bot in bots],
        "may_invite": request.member.may(Permission.INVITE_CUSTOMERS),
    }
