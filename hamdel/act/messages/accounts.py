"""Verbs of a channel account: connect, change, turn off, remove, and test it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from hamdel import environment
from hamdel.act.messages.connectors import Connector, Health, connector_named
from hamdel.act.messages.models import ChannelAccount, Message
from hamdel.act.messages.recording import call_off
from hamdel.ground.access.models import Member, digest, new_secret
from hamdel.ground.audit.actions import record
from hamdel.ground.secrets import CannotUnseal
from hamdel.ground.workspaces.models import Workspace

COMMON = (
    "name", "is_on", "is_test", "line_type", "allowed_from", "allowed_until", "per_second",
    "cost_rial_per_segment",
)  # fmt: skip
GONE = "gone"
LONGEST_PAUSE = timedelta(minutes=30)


@transaction.atomic
def connect_account(
    workspace: Workspace, connector: Connector, cleaned: Mapping[str, Any], *, by: Member | None, at: datetime
) -> ChannelAccount:
    """Make an account out of a valid settings form. Its secrets are sealed; its callback address gets a key."""
    key = new_secret()
    common, own, secrets = split(connector, cleaned)
    account = ChannelAccount.objects.create(
        workspace=workspace,
        connector=connector.name,
        channel=connector.channel,
        settings=own,
        secrets={**secrets, "callback_key": key},
        callback_digest=digest(key),
        created_at=at,
        **common,
    )
    record("channel connected", workspace=workspace, by=by, subject=f"{connector.name}: {account.name}")
    return account


@transaction.atomic
def change_account(account: ChannelAccount, cleaned: Mapping[str, Any], *, by: Member) -> None:
    """Change the settings. A secret that was left empty stays as it is."""
    common, own, secrets = split(known_connector(account), cleaned)
    for name, value in common.items():
        setattr(account, name, value)
    account.settings = own
    account.secrets = {**opened(account), **secrets}
    # Whatever was wrong before, the next message finds out anew.
    account.paused_until, account.failures_in_row, account.last_problem = None, 0, ""
    account.save()
    record("channel changed", workspace=by.workspace, by=by, subject=account.name)


@transaction.atomic
def remove_account(account: ChannelAccount, *, by: Member, at: datetime) -> None:
    """Forget the secrets and stop using the account. What it sent stays in the log."""
    account.secrets, account.is_on, account.deleted_at = {}, False, at
    account.callback_digest = digest(new_secret())
    account.save()
    waiting = Message.objects.filter(account=account, state=Message.State.QUEUED)
    call_off(list(waiting.select_related("account", "workspace")), why="account_off", at=at)
    record("channel removed", workspace=by.workspace, by=by, subject=account.name)


def split(connector: Connector, cleaned: Mapping[str, Any]) -> tuple[dict, dict, dict[str, str]]:
    """Return the form's values as those of every account, the connector's own, and the secrets that were typed."""
    common = {name: cleaned[name] for name in COMMON if name in cleaned}
    secrets = {name: cleaned[name] for name in connector.secret_names if cleaned.get(name)}
    rest = set(cleaned) - set(COMMON) - set(connector.secret_names)
    return common, {name: cleaned[name] for name in rest}, secrets


def opened(account: ChannelAccount) -> dict[str, str]:
    """Return the secrets; none when they cannot be opened here any more."""
    try:
        return dict(account.secrets)
    except CannotUnseal:
        return {}


def known_connector(account: ChannelAccount) -> Connector:
    """Return the account's connector. Raises LookupError when it is not installed."""
    connector = connector_named(account.connector)
    if connector is None:
        raise LookupError(account.connector)
    return connector


def public_url(path: str) -> str:
    """Return where customers reach `path`; when HAMDEL_URL is not set, where this machine does."""
    return f"{settings.PUBLIC_URL or f'http://127.0.0.1:{environment.port()}'}{path}"


def callback_url(account: ChannelAccount, what: str) -> str:
    """Return the address a gateway calls us at, with the account's key in it."""
    path = reverse("messages:callback", args=[opened(account).get("callback_key", "-"), what])
    return f"{settings.PUBLIC_URL}{path}"


def check_account(account: ChannelAccount, *, at: datetime) -> Health:
    """Ask the gateway whether the account works, and note the answer."""
    try:
        health = known_connector(account).check(account)
    except CannotUnseal:
        health = Health(works=False, problem="cannot_unseal")
    note_health(account, problem="" if health.works else health.problem, at=at)
    return health


def note_health(account: ChannelAccount, *, problem: str, at: datetime) -> None:
    """Write down how the last exchange went; trouble of the gateway itself makes the account wait, ever longer."""
    if not problem:
        ChannelAccount.objects.filter(id=account.id).update(
            last_success_at=at, last_problem="", failures_in_row=0, paused_until=None
        )
        return
    if problem == GONE:
        # Standard Webhooks: whoever answers 410 wants no more, ever.
        ChannelAccount.objects.filter(id=account.id).update(is_on=False)
    failures = account.failures_in_row + 1
    pause = min(timedelta(seconds=5 * 2 ** min(failures, 12)), LONGEST_PAUSE)
    ChannelAccount.objects.filter(id=account.id).update(
        last_failure_at=at, last_problem=problem[:40], failures_in_row=failures, paused_until=at + pause
    )
    account.failures_in_row = failures
