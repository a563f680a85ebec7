"""Write the audit log, and check that nobody changed it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.timezone import now

from hamdel.ground.audit.models import AuditEntry

if TYPE_CHECKING:
    from hamdel.ground.access.models import Member
    from hamdel.ground.workspaces.models import Workspace


@transaction.atomic
def record(deed: str, *, workspace: Workspace, by: Member | None, subject: str = "") -> AuditEntry:
    """Append one deed, in the transaction of the deed itself. `by=None` is the server's own command line."""
    # One writer at a time per workspace: two entries with the same predecessor would fork the chain.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [7405, zlib.crc32(workspace.id.bytes) - 2**31])
    last = AuditEntry.objects.filter(workspace=workspace).order_by("-number").first()
    entry = AuditEntry(
        workspace=workspace,
        number=last.number + 1 if last else 1,
        at=now(),
        actor=by.user.email if by else "command line",
        deed=deed,
        subject=subject,
    )
    entry.chain = entry.chained_to(last.chain if last else "")
    entry.save()
    return entry


def first_broken_entry(workspace: Workspace) -> int | None:
    """Return the number of the first entry that was changed, or follows a deleted one; None when all is well."""
    previous, expected = "", 1
    for entry in AuditEntry.objects.filter(workspace=workspace).order_by("number").iterator():
        if entry.number != expected or entry.chain != entry.chained_to(previous):
            return expected
        previous, expected = entry.chain, expected + 1
    return None
