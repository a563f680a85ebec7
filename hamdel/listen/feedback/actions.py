"""Verbs of feedback sources, and feedback that programs hand in."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction

from hamdel.ground.access.models import Member
from hamdel.ground.audit.actions import record
from hamdel.ground.workspaces.models import Workspace
from hamdel.listen.events.models import Source
from hamdel.listen.feedback.connectors import Connector
from hamdel.listen.feedback.models import Inbox

# What makes a mailbox another one.
WHERE = ("host", "user", "folder")


class NameTaken(Exception):
    """There is a source of this name already."""


@transaction.atomic
def connect(
    workspace: Workspace,
    connector: Connector,
    *,
    name: str,
    settings: dict[str, Any],
    secrets_given: dict[str, str],
    by: Member,
) -> tuple[Inbox, str]:
    """Make a feedback source; return it with the secret we made for it, "" when they make their own. Raises NameTaken."""
    if (
        Inbox.objects.in_workspace(workspace).filter(name=name).exists()
        or Source.objects.in_workspace(workspace).filter(name=name).exists()
    ):
        raise NameTaken
    made = secrets.token_urlsafe(32) if connector.makes_secret else ""
    inbox = Inbox.objects.create(
        workspace=workspace, connector=connector.name, name=name, settings=settings,
        secrets=secrets_given | ({"secret": made} if made else {}),
        source=Source.objects.create(workspace=workspace, name=name),
    )  # fmt: skip
    record("feedback source made", workspace=workspace, by=by, subject=name)
    return inbox, made


def give_secret(inbox: Inbox, secret: str, *, by: Member) -> None:
    """Keep the secret that is shown over there."""
    inbox.secrets = {**inbox.secrets, "secret": secret.strip()}
    inbox.problem = ""
    inbox.save(update_fields=["secrets", "problem"])
    record("feedback source's secret changed", workspace=inbox.workspace, by=by, subject=inbox.name)


@transaction.atomic
def change_settings(
    inbox: Inbox, *, name: str, settings: dict[str, Any], secrets_given: dict[str, str], by: Member
) -> None:
    """Read from another place, or under another name. Raises NameTaken.

    A mailbox that is another one now is read from its newest letter on, as when it was connected.
    """
    if Inbox.objects.in_workspace(inbox.workspace).filter(name=name).exclude(id=inbox.id).exists():
        raise NameTaken
    if any(inbox.settings.get(part) != settings.get(part) for part in WHERE):
        inbox.progress = {}
    inbox.name, inbox.settings, inbox.problem = name, settings, ""
    inbox.secrets = {**inbox.secrets, **secrets_given}
    inbox.save(update_fields=["name", "settings", "secrets", "progress", "problem"])
    record("feedback source's settings changed", workspace=inbox.workspace, by=by, subject=name)


def switch(inbox: Inbox, *, is_on: bool, by: Member, at: datetime) -> None:
    """Take no more from a source, or take again."""
    inbox.disabled_at = None if is_on else at
    inbox.save(update_fields=["disabled_at"])
    deed = "feedback source enabled" if is_on else "feedback source disabled"
    record(deed, workspace=inbox.workspace, by=by, subject=inbox.name)
