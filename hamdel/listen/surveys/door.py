"""The short way for posted pages, outside Django: stored in groups, answered with a redirect.

Whatever is not simply stored (a wrong answer, a closed survey, an unknown link) goes on to Django, whose views take
the page again, store nothing and say why.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from hamdel.ground.access.limits import client_address
from hamdel.ground.guard import (
    App,
    BodyRefused,
    ClientGone,
    Receive,
    Scope,
    Send,
    answer,
    header,
    read_body,
    replay,
)
from hamdel.listen.surveys.answering import address_after, visit_of
from hamdel.listen.surveys.desk import Busy, Desk
from hamdel.listen.surveys.links import Link
from hamdel.listen.surveys.taking import Saved, Submission

LARGEST_FORM = 1_000_000
MOST_FIELDS = 500
FORM = b"application/x-www-form-urlencoded"
PREFIXES = {f"/{link.value}/" for link in Link}
HEADERS = [
    (b"content-length", b"0"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]


def is_posted_page(scope: Scope) -> bool:
    """Tell whether a request posts a page of a survey."""
    return scope["method"] == "POST" and scope["path"][:3] in PREFIXES


class AnswerDoor:
    """ASGI application of posts to /s/, /i/ and /r/."""

    def __init__(self, desk: Desk, site: App) -> None:
        self.desk, self.site = desk, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(scope, receive, limit=LARGEST_FORM)
        except BodyRefused as refusal:
            await answer(send, refusal.status, refusal.body)
            return
        except ClientGone:
            return
        address = await self.stored(scope, body)
        if address is None:
            await self.site(scope, replay(body, receive), send)
            return
        headers = [(b"location", address.encode()), *HEADERS]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def stored(self, scope: Scope, body: bytes) -> str | None:
        """Store the page and return the address of the next, None if Django should look at it."""
        submission = submission_of(scope, body)
        if submission is None:
            return None
        try:
            outcome = await self.desk.save(submission)
        except Busy:
            return None
        except Exception:  # logged by the desk; Django will say what is wrong, or why not now
            return None
        return address_after(outcome, submission.visit) if isinstance(outcome, Saved) else None


def submission_of(scope: Scope, body: bytes) -> Submission | None:
    """Read a plain form; None for anything else."""
    kind, secret = scope["path"][1], scope["path"][3:].removesuffix("/")
    if header(scope, b"content-type").split(b";")[0].strip() != FORM or not secret.isascii() or "/" in secret:
        return None
    try:
        typed = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
        query = dict(parse_qsl(scope.get("query_string", b"").decode("ascii"), max_num_fields=MOST_FIELDS))
    except ValueError:
        return None
    peer = scope.get("client")
    address = client_address(peer[0] if peer else "", header(scope, b"x-forwarded-for").decode("latin-1"))
    return Submission(
        visit_of(Link(kind), secret, query=query, form=typed), typed, typed.get("page", ""), address
    )
