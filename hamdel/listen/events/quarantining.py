"""How refused events get into the quarantine: in the commit of the request that brought them."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from hamdel.ground.ids import new_id
from hamdel.listen.events.intake import Intake
from hamdel.listen.events.log import (
    MOMENT_OID,
    TEXT_OID,
    UUID_OID,
    event_key,
    pack_array,
    pack_moment,
    seed_of,
)

QUARANTINE = """
WITH turn AS MATERIALIZED (SELECT set_config('app.workspace', 'every', true))
INSERT INTO events_quarantinedevent
    (id, workspace_id, source_id, code, reason, payload, default_type, received_at)
SELECT refused.* FROM turn, unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[]
) AS refused
ON CONFLICT (id) DO NOTHING
"""
OIDS = (UUID_OID, UUID_OID, UUID_OID, TEXT_OID, TEXT_OID, TEXT_OID, TEXT_OID, MOMENT_OID)


def pack_rejects(intakes: Iterable[tuple[Intake, str]]) -> list[bytes]:
    """Return QUARANTINE's parameters for the rejects of these intakes, each with its path's type; [] for none."""
    rows = [row for intake, default_type in intakes if intake.rejects for row in _rows(intake, default_type)]
    if not rows:
        return []
    columns = zip(*rows, strict=True)
    return [pack_array(oid, column) for oid, column in zip(OIDS, columns, strict=True)]


def _rows(intake: Intake, default_type: str) -> Iterable[tuple[bytes, ...]]:
    source = intake.source
    seed = seed_of(source.workspace_id, source.source_id)
    for reject in intake.rejects:
        # A resend of a refused event finds itself here, like one of a stored event in the log.
        message_id = _message_id(reject.payload)
        row_id = event_key(seed, f"refused {message_id}") if message_id else new_id().bytes
        yield (
            row_id, source.workspace_id.bytes, source.source_id.bytes, reject.code.encode(), reject.message.encode(),
            reject.payload.encode(), default_type.encode(), pack_moment(intake.received_at),
        )  # fmt: skip


def _message_id(payload: str) -> str | None:
    try:
        call = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None
    found = call.get("messageId") if isinstance(call, dict) else None
    return found if isinstance(found, str) else None
