"""Forget a customer: first so that nobody finds them, then so that their bytes leave the disk."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import connection, connections, transaction
from django.db.models import Model, Q
from django.utils.timezone import now

from hamdel import environment
from hamdel.act.contacts.models import Address
from hamdel.act.messages.models import Message
from hamdel.ground.access.models import Member
from hamdel.ground.analytics import erase_customer
from hamdel.ground.audit.actions import record
from hamdel.ground.facts.models import FailedReaction, WaitingFact
from hamdel.ground.files.models import Content
from hamdel.ground.turns import wait_for_turn
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.models import Customer
from hamdel.know.customers.queries import family, whole_customer
from hamdel.know.forgetting.belonging import rows_of
from hamdel.know.forgetting.models import Erasure
from hamdel.know.forgetting.queries import events_of_people, files_in, telling_words
from hamdel.listen.events.models import LoggedEvent, QuarantinedEvent
from hamdel.listen.events.shipping import SHIPPER_LOCK, ship_everything
from hamdel.listen.feedback.models import Delivery
from hamdel.listen.results.exports.making import forget_exports
from hamdel.listen.results.models import ExportPart
from hamdel.listen.results.settling import hold_copying
from hamdel.listen.widgets.models import PushSubscription
from hamdel.measure.metrics.settling import SETTLERS_LOCK

PATIENCE_SECONDS = 60
# What also keeps people's words, beside the rows that belong to them.
ALSO = (LoggedEvent, QuarantinedEvent, WaitingFact, FailedReaction, Delivery, Address, Content, ExportPart)
# Rewriting a table keeps everybody out meanwhile: a larger one has to wait for the night.
QUICK_BYTES = 256_000_000
LOCK_SECONDS = 10


@transaction.atomic
def ask_to_erase(customer: Customer, *, by: Member | None, at: datetime) -> Erasure:
    """Write down that a customer is to be forgotten. Asking twice returns the first erasure."""
    whole = whole_customer(Customer.objects.select_for_update(no_key=True).get(id=customer.id))
    ids = family(whole)
    waiting = Erasure.objects.waiting().filter(
        workspace_id=whole.workspace_id, customer_ids__contains=[whole.id]
    )
    if (known := waiting.first()) is not None:
        return known
    # Only ids: the log of deeds is kept, and must not keep who they were.
    record("customer erased", workspace=whole.workspace, by=by, subject=str(whole.id))
    return Erasure.objects.create(workspace_id=whole.workspace_id, customer_ids=ids, asked_at=at, by=by)


def erase(erasure: Erasure, workspace: Workspace, *, at: datetime) -> None:
    """Remove a customer from both databases and the files. Killed anywhere, it may begin again.

    Raises AnalyticsUnavailable and TurnTaken, with everything as it was or further.
    """
    # What a settling has read before would be written after they are gone.
    nothing_settled = wait_for_turn(SETTLERS_LOCK, workspace.id, seconds=PATIENCE_SECONDS)
    with nothing_shipped_meanwhile(), nothing_settled:
        # Whatever is on its way arrives first, so that ClickHouse knows every event of theirs.
        ship_everything()
        with inside(workspace):
            ids = _all_ids(erasure)
            events = events_of_people(workspace, ids)
            gone = _forget_rows(workspace, ids, events)
        erase_customer(workspace, ids)
    with inside(workspace):
        erasure.customer_ids = ids
        erasure.gone_at = erasure.gone_at or at
        erasure.rows, erasure.events = erasure.rows + gone, max(erasure.events, len(events))
        erasure.save()


def let_events_arrive() -> None:
    """Take in and ship what waits in the log: some are known by nothing else yet, such as those just imported.

    Raises AnalyticsUnavailable and TurnTaken.
    """
    with nothing_shipped_meanwhile():
        ship_everything()


def _all_ids(erasure: Erasure) -> list[UUID]:
    """Return the ids of the erasure and of whoever was merged into them since it was asked for."""
    present = Customer.objects.filter(id__in=erasure.customer_ids)
    since = [one for customer in present for one in family(customer)]
    return list(dict.fromkeys([*erasure.customer_ids, *since]))


def nothing_shipped_meanwhile() -> AbstractContextManager[None]:
    """Hold the shipper's turn. Raises TurnTaken when it cannot be had for a minute."""
    return wait_for_turn(SHIPPER_LOCK, seconds=PATIENCE_SECONDS)


@transaction.atomic
def _forget_rows(workspace: Workspace, ids: Sequence[UUID], events: Sequence[UUID]) -> int:
    """Delete what PostgreSQL and the lists of refused rows know; return how many rows that were."""
    hold_copying()
    forget_exports(workspace)
    words, rows = telling_words(ids), rows_of(ids)
    gone = sum(query.count() for query in rows.values())
    files_in(rows).delete()
    _forget_mentions(workspace, ids, words)
    _empty_events(workspace, events)
    Customer.objects.filter(merged_into__in=ids).update(merged_into=None)
    Customer.objects.filter(id__in=ids).delete()
    for file in sorted((environment.home() / "imports").glob("*.csv")):
        _forget_lines(file, words)
    return gone


def _empty_events(workspace: Workspace, events: Sequence[UUID]) -> None:
    """Leave of each event only its id, so that sending it again brings nobody back."""
    LoggedEvent.objects.filter(workspace=workspace, event_id__in=events).update(body="")


def _forget_mentions(workspace: Workspace, ids: Sequence[UUID], words: Sequence[str]) -> None:
    """Delete what names them without a key that leads to them."""
    WaitingFact.objects.filter(workspace=workspace, customer_id__in=ids).delete()
    FailedReaction.objects.filter(
        workspace=workspace, event__customer_id__in=[str(one) for one in ids]
    ).delete()
    Address.objects.filter(workspace=workspace, address__in=words).delete()
    Message.objects.filter(workspace=workspace, customer=None, address__in=words).delete()
    PushSubscription.objects.filter(workspace=workspace, anonymous_id__in=words).delete()
    QuarantinedEvent.objects.filter(_mentions("payload", words), workspace=workspace).delete()
    Delivery.objects.filter(_mentions("body", words), workspace=workspace).update(body="")
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status IN ('todo', 'failed') AND args::text LIKE ANY(%s)",
            [[f"%{one}%" for one in ids]],
        )


def _mentions(field: str, words: Iterable[str]) -> Q:
    found = Q(pk__in=[])
    for word in words:
        found |= Q(**{f"{field}__icontains": word})
    return found


def _forget_lines(file: Path, words: Sequence[str]) -> None:
    """Take the rows that mention them out of a list of refused rows."""
    text = file.read_text("utf-8-sig", "backslashreplace")
    rows = list(csv.reader(io.StringIO(text)))
    lowered = [word.lower() for word in words]
    kept = [row for row in rows if not any(word in ",".join(row).lower() for word in lowered)]
    if len(kept) == len(rows):
        return
    out = io.StringIO()
    csv.writer(out).writerows(kept)
    new = file.with_suffix(".new")
    new.write_text(f"\ufeff{out.getvalue()}", "utf-8", "backslashreplace")
    new.replace(file)


def shred(erasures: Sequence[Erasure], *, also_large: bool) -> bool:
    """Rewrite the tables they were in, so that their bytes leave the disk; False when a large one has to wait.

    As the owner of the tables. A rewrite lets nobody read or write that table meanwhile: some seconds per gigabyte.
    """
    models: list[type[Model]] = [*rows_of([]), *ALSO]
    tables = sorted({model._meta.db_table for model in models})
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{LOCK_SECONDS}s"])
        waiting = [table for table in tables if not also_large and _bytes_of(cursor, table) > QUICK_BYTES]
        for table in tables:
            if table not in waiting:
                cursor.execute(f'VACUUM (FULL, ANALYZE) "{table}"')
    connections["owner"].close()
    if waiting:
        return False
    for erasure in erasures:
        with inside(erasure.workspace_id):
            erasure.shredded_at = now()
            erasure.save(update_fields=["shredded_at"])
    return True


def _bytes_of(cursor, table: str) -> int:  # noqa: ANN001
    cursor.execute("SELECT pg_total_relation_size(%s::regclass)", [f'"{table}"'])
    return cursor.fetchone()[0]
