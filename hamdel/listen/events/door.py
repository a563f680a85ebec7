"""The HTTP door of the intake, outside Django: speaks what Segment's and Rudder's SDKs speak.

The rules their code imposes: success is exactly 200 with JSON; never a redirect; errors are always
`{"code", "message"}`; a wrong key is 401, never 410; overload is 429 or 503 with a whole number of seconds in
Retry-After; null ids, gzip, text/plain, a missing sentAt and the key in either place are all fine.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import orjson

from hamdel import environment
from hamdel.ground.guard import (
    BodyRefused,
    ClientGone,
    Headers,
    Receive,
    Scope,
    Send,
    answer,
    header,
    read_body,
)
from hamdel.listen.events.commit import Committer, NotStorable, Overloaded, StoreAway
from hamdel.listen.events.intake import Intake, SourceKey, take
from hamdel.listen.events.json_text import NotJson, parse
from hamdel.listen.events.keys import SourceKeys
from hamdel.listen.events.occupancy import Occupancy

Result = TypeVar("Result")
LARGEST_BODY = 5_000_000
LARGE_BODY = 600_000
BATCH = None
TYPE_OF_PATH = {
    "batch": BATCH, "b": BATCH, "import": BATCH, "track": "track", "t": "track", "identify": "identify",
    "i": "identify", "page": "page", "p": "page", "screen": "screen", "s": "screen", "group": "group", "g": "group",
    "alias": "alias", "a": "alias",
}  # fmt: skip
CORS = [
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-allow-headers",
        b"Authorization, Content-Type, Content-Encoding, X-Retry-Count, AnonymousId",
    ),
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-max-age", b"86400"),
]
RETRY_SECONDS = b"2"


class Refusal(Exception):
    """The whole request is refused, with a status and an error of two fields."""

    def __init__(self, status: int, code: str, message: str, *, retry: bool = False) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.retry = status, code, message, retry

    @property
    def body(self) -> bytes:
        return orjson.dumps({"code": self.code, "message": self.message})

    @property
    def headers(self) -> Headers:
        return [*CORS, (b"retry-after", RETRY_SECONDS)] if self.retry else CORS


class IntakeDoor:
    """ASGI application of /v1/*."""

    def __init__(self, committer: Committer, keys: SourceKeys) -> None:
        self.committer, self.keys = committer, keys
        self.refused = 0
        self.occupancy = Occupancy()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self.respond(scope, receive)
        except Refusal as refusal:
            self.refused += 1
            await answer(send, refusal.status, refusal.body, refusal.headers)
        except ClientGone:
            return
        else:
            await answer(send, 200, body, CORS)

    async def respond(self, scope: Scope, receive: Receive) -> bytes:
        """Return the body of a 200. Raises Refusal, ClientGone."""
        parts = scope["path"].strip("/").split("/")
        if scope["method"] == "OPTIONS":
            return b"{}"
        if len(parts) == 4 and parts[1] == "projects" and parts[3] == "settings":
            return await self.settings(scope, parts[2])
        if len(parts) != 2 or parts[1] not in TYPE_OF_PATH:
            raise Refusal(404, "not_found", "There is no such address; events go to /v1/batch or /v1/track.")
        if scope["method"] != "POST":
            raise Refusal(405, "method_not_allowed", "Send events with POST.")
        return await self.accept(scope, receive, TYPE_OF_PATH[parts[1]])

    async def accept(self, scope: Scope, receive: Receive, default_type: str | None) -> bytes:
        payload, size = await self.payload(scope, receive)
        self.occupancy.enter()
        try:
            source = await self.source(scope, payload)
            intake = await aside(size, self.take, payload, source, default_type)
            await self.store(intake, default_type or "")
        finally:
            self.occupancy.leave()
        return intake.answer

    async def store(self, intake: Intake, default_type: str) -> None:
        """Return when the events are on disk. Raises Refusal."""
        if not intake.size:
            return
        try:
            await self.committer.commit(intake, default_type=default_type)
        except Overloaded as error:
            raise Refusal(
                429, "overloaded", "Too many events are waiting; try again soon.", retry=True
            ) from error
        except StoreAway as error:
            raise Refusal(503, "store_away", "Events cannot be stored just now.", retry=True) from error
        except NotStorable as error:
            raise Refusal(400, "not_storable", f"The store refuses these events: {error}") from error

    async def payload(self, scope: Scope, receive: Receive) -> tuple[dict[str, Any], int]:
        """Return the body and how many bytes it has, unpacked."""
        try:
            raw = await read_body(scope, receive, limit=LARGEST_BODY)
        except BodyRefused as refused:
            raise Refusal(
                refused.status, refused.code, refused.message, retry=refused.status == 503
            ) from refused
        if header(scope, b"content-encoding").lower() == b"gzip":
            raw = unzip(raw)
        try:
            value = await aside(len(raw), parse, raw)
        except NotJson as error:
            raise Refusal(400, "invalid_json", f"The body is not JSON: {error}") from error
        if not isinstance(value, dict):
            raise Refusal(400, "invalid_body", "The body must be a JSON object.")
        return value, len(raw)

    def take(self, payload: dict[str, Any], source: SourceKey, default_type: str | None) -> Intake:
        received_at = datetime.now(UTC)
        if default_type is not None:
            return take([payload], source=source, received_at=received_at, default_type=default_type)
        calls = payload.get("batch")
        if not isinstance(calls, Sequence) or isinstance(calls, str):
            raise Refusal(400, "no_batch", "The body needs a list `batch` of events.")
        context = payload.get("context")
        return take(
            calls,
            source=source,
            received_at=received_at,
            sent_at=payload.get("sentAt"),
            shared_context=context if isinstance(context, dict) else None,
        )

    async def source(self, scope: Scope, payload: dict[str, Any]) -> SourceKey:
        key = key_of_header(header(scope, b"authorization")) or payload.get("writeKey")
        return await self.source_of_key(key if isinstance(key, str) else None)

    async def source_of_key(self, key: str | None) -> SourceKey:
        try:
            source = await self.keys.find(key) if key else None
        except StoreAway as error:
            raise Refusal(503, "store_away", "Keys cannot be checked just now.", retry=True) from error
        if source is None:
            raise Refusal(401, "invalid_write_key", "No source has this write key.")
        return source

    async def settings(self, scope: Scope, key: str) -> bytes:
        """Return what Segment's browser client asks for first: where to send events."""
        await self.source_of_key(key)
        here = f"{scope.get('scheme', 'http')}://{header(scope, b'host').decode('latin-1')}"
        address = urlsplit(environment.value("HAMDEL_URL") or here)
        destination = {"apiKey": key, "apiHost": f"{address.netloc}/v1", "protocol": address.scheme}
        return orjson.dumps({"integrations": {"Segment.io": destination}, "plan": {}, "edgeFunction": {}})


async def aside(size: int, work: Callable[..., Result], *arguments: Any) -> Result:
    """Do the work here, or in a thread when a body is so large that others would notice the wait."""
    if size <= LARGE_BODY:
        return work(*arguments)
    return await asyncio.to_thread(work, *arguments)


def key_of_header(value: bytes) -> str | None:
    """Return the write key of a Basic header, with or without the colon behind it."""
    scheme, _, credentials = value.partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        return base64.b64decode(credentials.strip(), validate=True).decode().partition(":")[0] or None
    except (binascii.Error, UnicodeDecodeError):
        return None


def unzip(raw: bytes) -> bytes:
    """Return the unpacked body, never more than the limit in memory. Raises Refusal."""
    parts: list[bytes] = []
    left = LARGEST_BODY
    while raw:
        stream = zlib.decompressobj(wbits=31)
        try:
            parts.append(stream.decompress(raw, left + 1))
        except zlib.error as error:
            raise Refusal(400, "invalid_gzip", "Content-Encoding says gzip, but the body is not.") from error
        left -= len(parts[-1])
        if left < 0:
            raise Refusal(413, "too_large", f"A request may have {LARGEST_BODY} bytes when unpacked.")
        if not stream.eof:
            raise Refusal(400, "invalid_gzip", "The compressed body is cut off.")
        # Some clients send several streams one after the other, which is one body as well.
        raw = stream.unused_data
    return b"".join(parts)
