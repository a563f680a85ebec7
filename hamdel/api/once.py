"""A POST that is sent again under its Idempotency-Key has its effect once, and gets the first answer again.

The key is written in the transaction of the deed itself. So a request that died halfway left no key behind, one that
failed may be tried again, and whoever comes while the first is at work waits for it at the unique constraint.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, connection
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _
from ninja import Schema, Status

from hamdel.api.errors import ApiError
from hamdel.api.models import KeptReply

if TYPE_CHECKING:
    from hamdel.api.auth import ApiRequest

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=24)
WAIT_SECONDS = 15
LONGEST = 255
# What a header may hold: visible ASCII, so that a key reads the same in every log.
KEY = re.compile(rf"[\x21-\x7e]{{1,{LONGEST}}}")

TAKE_TURN = """
INSERT INTO api_keptreply (id, workspace_id, member_id, key, fingerprint, reply, at)
VALUES (%s, %s, %s, %s, %s, '', %s)
ON CONFLICT (member_id, key) DO NOTHING
"""


def once(request: ApiRequest, work: Callable[[], Any]) -> Any:
    """Return what `work` returns, or what it returned to the same request before.

    Call inside the transaction in which the work is done. ApiError 400: not a key. 422: the key belongs to another
    request. 409: the first one is still at work after some seconds.
    """
    key = request.headers.get(HEADER)
    if request.method != "POST" or key is None:
        return work()
    if not KEY.fullmatch(key):
        raise ApiError(400, "bad_idempotency_key", f"{HEADER} is 1 to {LONGEST} visible ASCII characters.")
    mine = KeptReply.objects.filter(member=request.member, key=key)
    mine.filter(at__lt=now() - KEPT).delete()
    if not _take_turn(request, key):
        return _reply_again(request, mine.get())
    result = work()
    mine.update(status=_status(result), reply={"body": json.dumps(_body(result), ensure_ascii=False)})
    return result


def forget_old_replies() -> int:
    """Delete what no caller may ask for any more; return how many there were."""
    return KeptReply.objects.filter(Q(at__lt=now() - KEPT)).delete()[0]


def _take_turn(request: ApiRequest, key: str) -> bool:
    """Write the key; False when it is there already. Waits for a request under the same key that is at work."""
    row = KeptReply(workspace_id=request.member.workspace_id, member=request.member, key=key, at=now())
    values = [row.id, row.workspace_id, row.member_id, key, fingerprint(request), row.at]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_SECONDS * 1000:.0f}ms"])
            cursor.execute(TAKE_TURN, values)
            is_first = cursor.rowcount == 1
            cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != "55P03":  # lock not available
            raise
        raise ApiError(
            409, "still_at_work", _("The first request with this key is not done yet. Try again in a moment.")
        ) from None
    return is_first


def _reply_again(request: ApiRequest, kept: KeptReply) -> Status[Any]:
    if kept.fingerprint != fingerprint(request):
        raise ApiError(
            422, "idempotency_key_reused", _("This key came with another request before. Use a new key.")
        )
    request.is_replay = True
    return Status(kept.status, json.loads(kept.reply["body"]))


def fingerprint(request: ApiRequest) -> str:
    """Return a digest of what is asked: method, address and body."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    for part in _parts(request):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _parts(request: ApiRequest) -> Iterator[bytes]:
    """Yield the body; of a form with files its fields and files, since the body itself has been read by then."""
    if request.content_type != "multipart/form-data":
        yield request.body
        return
    for name, values in sorted(request.POST.lists()):
        yield json.dumps([name, values]).encode()
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            yield json.dumps([name, file.name]).encode()
            yield file.read()
            file.seek(0)


def _status(result: Any) -> int:
    return result.status_code if isinstance(result, Status) else 200


def _body(result: Any) -> Any:
    value = result.value if isinstance(result, Status) else result
    return value.model_dump(mode="json") if isinstance(value, Schema) else value
