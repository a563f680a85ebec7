"""Take what a source delivers: once, whole, and with its reason when it could not be read."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from hamdel.ground.workspaces.models import Workspace
from hamdel.listen.events.intake import SourceKey, take
from hamdel.listen.events.log import append_to_log
from hamdel.listen.events.models import Source
from hamdel.listen.feedback.connectors import Arrival, Connector, Refused, connector_named
from hamdel.listen.feedback.heard import Call
from hamdel.listen.feedback.models import Delivery, Inbox

log = logging.getLogger(__name__)
LONGEST_BODY = 200_000
Outcome = Delivery.Outcome
# What a payload of another shape than expected raises in a reader.
MISREAD = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError)


def hear(inbox: Inbox, arrival: Arrival) -> Delivery:
    """Take one call of a webhook. The same delivery again returns the first one. Raises Refused.

    Nothing of a call whose signature is wrong is kept.
    """
    connector = connector_named(inbox.connector)
    secret = inbox.secrets.get("secret", "")
    if connector is None or not secret:
        raise Refused("no_secret")
    connector.verify(arrival, secret)
    body = arrival.body.decode("utf-8", "replace").replace("\x00", "")
    payload = _payload(arrival.body)
    if payload is None:
        return _kept(
            inbox,
            Connector().delivery_id(arrival, {}),
            "",
            Outcome.FAILED,
            body,
            arrival.at,
            reason="no JSON object",
        )
    delivery_id = connector.delivery_id(arrival, payload)[:200]
    known = Delivery.objects.filter(inbox=inbox, delivery_id=delivery_id).first()
    return known or _heard(inbox, connector, delivery_id, payload, body, arrival.at)


def _payload(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _heard(
    inbox: Inbox, connector: Connector, delivery_id: str, payload: dict[str, Any], body: str, at: datetime
) -> Delivery:
    kind, calls, reason = "", None, ""
    try:
        kind = connector.kind(payload)[:100].replace("\x00", "")
        calls = connector.read(payload)
    except MISREAD as error:
        reason = f"{type(error).__name__}: {error}"[:300].replace("\x00", "")
    if reason:
        return _kept(inbox, delivery_id, kind, Outcome.FAILED, body, at, reason=reason)
    if calls is None:
        log.info("%s sent %s, which is not used here", inbox.connector, kind)
        return _kept(inbox, delivery_id, kind, Outcome.IGNORED, "", at)
    return _taken(inbox, delivery_id, kind, calls, body, at)


def _taken(inbox: Inbox, delivery_id: str, kind: str, calls: list[Call], body: str, at: datetime) -> Delivery:
    """Put the events into the log, in the transaction that notes the delivery."""
    with transaction.atomic():
        added, refusals = put_into_log(inbox.source, calls, at=at)
        if refusals:
            return _kept(inbox, delivery_id, kind, Outcome.FAILED, body, at, reason=refusals[0])
        return _kept(inbox, delivery_id, kind, Outcome.TAKEN, "", at, events=added)


def _kept(
    inbox: Inbox,
    delivery_id: str,
    kind: str,
    outcome: str,
    body: str,
    at: datetime,
    *,
    reason: str = "",
    events: int = 0,
) -> Delivery:
    delivery, is_new = Delivery.objects.get_or_create(
        inbox=inbox,
        delivery_id=delivery_id,
        defaults={
            "workspace_id": inbox.workspace_id, "kind": kind, "outcome": outcome, "body": body[:LONGEST_BODY],
            "received_at": at, "reason": reason[:300], "events": events,
        },
    )  # fmt: skip
    if is_new:
        note_standing(inbox, "unreadable" if outcome == Outcome.FAILED else "", at=at)
    return delivery


def note_standing(inbox: Inbox, problem: str, *, at: datetime) -> None:
    """Note on the source that it works, or what is wrong with it."""
    inbox.problem, inbox.problem_at = problem, at if problem else inbox.problem_at
    if not problem:
        inbox.last_received_at = at
    inbox.save(update_fields=["problem", "problem_at", "last_received_at"])


def put_into_log(source: Source, calls: list[Call], *, at: datetime) -> tuple[int, list[str]]:
    """Write events through the checks of the intake; return how many were new, and why others were refused."""
    intake = take(calls, source=SourceKey(source.id, source.workspace_id), received_at=at)
    added = append_to_log(connection, intake.rows) if intake.rows else 0
    return added, [reject.message for reject in intake.rejects]


def source_named(workspace: Workspace, name: str) -> Source:
    """Return the log's source of this name, made when it is not there."""
    return Source.objects.get_or_create(workspace=workspace, name=name[:80])[0]


def try_again(delivery: Delivery, *, at: datetime) -> Delivery:
    """Read a delivery that failed once more, from the body that was kept."""
    connector = connector_named(delivery.inbox.connector)
    payload = _payload(delivery.body.encode())
    delivery.retried_at = at
    if connector is None or payload is None:
        delivery.save(update_fields=["retried_at"])
        return delivery
    try:
        calls = connector.read(payload)
        delivery.events, refusals = put_into_log(delivery.inbox.source, calls or [], at=at)
        delivery.reason = refusals[0] if refusals else ""
    except MISREAD as error:
        delivery.reason = f"{type(error).__name__}: {error}"[:300]
    if not delivery.reason:
        delivery.outcome, delivery.body = Outcome.TAKEN, ""
    delivery.save()
    return delivery
