"""The short way for the respondent's pages, outside Django: shown and stored in groups.

A posted page that is not simply stored (a wrong answer, a file, a closed survey, an unknown link) goes on to Django,
whose views take it again, store nothing and say why.
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
    page_limit,
    read_body,
    replay,
)
from hamdel.listen.surveys.answering import address_after, visit_of
from hamdel.listen.surveys.desk import Busy, Desk
from hamdel.listen.surveys.links import Link
from hamdel.listen.surveys.reading_forms import read_form
from hamdel.listen.surveys.showing import Look, Shown
from hamdel.listen.surveys.taking import Outcome, Saved, Submission
from hamdel.listen.surveys.window import Asking

LARGEST_FORM = 1_000_000
MOST_FIELDS = 500
FORM = b"application/x-www-form-urlencoded"
METHODS = {"GET", "HEAD", "POST"}
PREFIXES = {f"/{link.value}/" for link in Link}
HEADERS = [
    (b"content-length", b"0"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]


def is_survey_page(scope: Scope) -> bool:
    """Tell whether a request is for a page of a survey."""
    return scope["path"][:3] in PREFIXES and scope["method"] in METHODS


class AnswerDoor:
    """ASGI application of /s/, /i/ and /r/."""

    def __init__(self, desk: Desk[Submission, Outcome], window: Desk[Asking, Shown], site: App) -> None:
        self.desk, self.window, self.site = desk, window, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_post = scope["method"] == "POST"
        try:
            body = await read_body(scope, receive, limit=limit_of(scope))
        except BodyRefused as refusal:
            await answer(send, refusal.status, refusal.body)
            return
        except ClientGone:
            return
        if is_post and (address := await self.stored(scope, body)) is not None:
            headers = [(b"location", address.encode()), *HEADERS]
            await send({"type": "http.response.start", "status": 303, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
        elif not is_post and (shown := await self.shown(scope)) is not None:
            await send_page(send, shown, is_whole=scope["method"] == "GET")
        else:
            await self.site(scope, replay(body, receive), send)

    async def stored(self, scope: Scope, body: bytes) -> str | None:
        """Store the page and return the address of the next, None if Django should look at it."""
        submission = submission_of(scope, body)
        if submission is None:
            return None
        try:
            outcome = await self.desk.do(submission)
        except Busy:
            return None
        except Exception:  # logged by the desk; Django will say what is wrong, or why not now
            return None
        return address_after(outcome, submission.visit) if isinstance(outcome, Saved) else None

    async def shown(self, scope: Scope) -> Shown | None:
        """Return the page, None if Django should show it."""
        asking = asking_of(scope)
        try:
            return await self.window.do(asking) if asking else None
        except Exception:  # as above
            return None


async def send_page(send: Send, shown: Shown, *, is_whole: bool) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in shown.headers.items()]
    length = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(shown.html)).encode()),
    ]
    await send({"type": "http.response.start", "status": shown.status, "headers": length + headers})
    await send({"type": "http.response.body", "body": shown.html if is_whole else b""})


def limit_of(scope: Scope) -> int:
    """Return how many bytes may come: a form with files more than anything else."""
    return page_limit(scope) if header(scope, b"content-type").startswith(b"multipart/") else LARGEST_FORM


def secret_in(scope: Scope) -> str | None:
    secret = scope["path"][3:].removesuffix("/")
    return None if not secret.isascii() or "/" in secret or not secret else secret


def query_of(scope: Scope) -> dict[str, str]:
    """Return the query. ValueError for one that is none."""
    query: bytes = scope.get("query_string", b"")
    return dict(parse_qsl(query.decode("ascii"), max_num_fields=MOST_FIELDS)) if query else {}


def sender_of(scope: Scope) -> str:
    peer = scope.get("client")
    return client_address(peer[0] if peer else "", header(scope, b"x-forwarded-for").decode("latin-1"))


def asking_of(scope: Scope) -> Asking | None:
    """Read who wants to see which page; None for an address of a strange form."""
    secret = secret_in(scope)
    if secret is None or not scope["path"].endswith("/"):
        return None
    try:
        query = query_of(scope)
    except ValueError:
        return None
    visit = visit_of(Link(scope["path"][1]), secret, query=query, form={})
    is_framed = header(scope, b"sec-fetch-dest") == b"iframe"
    return Asking(Look(visit, query, embedded=is_framed), sender_of(scope))


def submission_of(scope: Scope, body: bytes) -> Submission | None:
    """Read a plain form; None for anything else."""
    secret = secret_in(scope)
    if header(scope, b"content-type").split(b";")[0].strip() != FORM or secret is None:
        return None
    try:
        form = read_form(body, most_fields=MOST_FIELDS)
        query = query_of(scope)
    except ValueError:
        return None
    visit = visit_of(Link(scope["path"][1]), secret, query=query, form=form)
    return Submission(visit, form, form.get("page", ""), sender_of(scope), query)
