"""How this slice asks the contact gate: leave before queueing, again before the wire, and the outcome afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hamdel.act.contacts import gate
from hamdel.act.contacts.asking import Ask, Verdict
from hamdel.act.messages.models import Message
from hamdel.ground.workspaces.models import Workspace


def ask(workspace: Workspace, asks: Sequence[Ask], *, at: datetime) -> list[Verdict]:
    """Reserve a contact for each, in order; what the gate puts off to a quieter hour waits for it."""
    return gate.reserve(workspace, list(asks), at=at) if asks else []


def still_allowed(workspace: Workspace, messages: Sequence[Message], *, at: datetime) -> dict[UUID, Verdict]:
    """Return, by message, the verdicts of those that may not go now. A test to ourselves needs no leave."""
    contacts = {row.contact_id: row.id for row in messages if row.contact_id}
    if not contacts:
        return {}
    verdicts = gate.confirm(workspace, list(contacts), at=at)
    return {contacts[contact]: verdict for contact, verdict in verdicts.items() if not verdict.allowed}


def settle(workspace: Workspace, contact_ids: Sequence[UUID], *, sent: bool, at: datetime) -> None:
    """Tell the ledger how it ended; what was not sent does not count against the customer."""
    if contact_ids:
        gate.settle(workspace, list(contact_ids), outcome="sent" if sent else "failed", at=at)
