"""What scripts on other sites ask: JSON for anybody with a write key. No cookie, no session, any origin.

Bodies come as text/plain, which browsers send to another origin without asking first.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from hamdel.ground.access.doors import public
from hamdel.ground.access.limits import address_of
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.surveys.answering import response_of
from hamdel.listen.surveys.links import Link, Visit, follow, is_once, signed
from hamdel.listen.surveys.showing import Look, show_link
from hamdel.listen.widgets.actions import site_of
from hamdel.listen.widgets.answering import Given, answer
from hamdel.listen.widgets.models import Widget
from hamdel.listen.widgets.showing import (
    Visitor,
    customer_of,
    note_showing,
    visible_widgets,
    workspace_of,
)
from hamdel.listen.widgets.subscribing import end_subscription, keep_subscription
from hamdel.listen.widgets.telling import widget_form

SCRIPTS = Path(__file__).parents[2] / "ui" / "static" / "vendor" / "sdk"
# Published names. What one of them promises stays, so a cache may keep it for an hour and ask again cheaply.
PUBLISHED = {"v1.js", "push.v1.js"}
LARGEST_BODY = 200_000
FRESH_SECONDS = 60
REMEMBERED_SECONDS, MOST_REMEMBERED = 5, 500


class Wrong(Exception):
    """The request is refused, with a status and a code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


def said(content: Any, *, status: int = 200, cache: str = "no-store") -> HttpResponse:
    return told_to_sites(orjson.dumps(content), status=status, cache=cache)


def told_to_sites(content: bytes, *, status: int = 200, cache: str) -> HttpResponse:
    """Return JSON that any origin may read."""
    response = HttpResponse(content, content_type="application/json", status=status)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = cache
    return response


View = Callable[[HttpRequest, Visitor, Mapping[str, Any]], HttpResponse]


def open_to_sites(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """Find the visitor by write key and uid, and run the view inside their workspace."""

    @public
    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
    @wraps(view)
    def opened(request: HttpRequest) -> HttpResponse:
        if request.method == "OPTIONS":
            return said({})
        is_json = request.method == "POST" and request.content_type in {"text/plain", "application/json"}
        try:
            form = body_of(request) if is_json else request.GET.dict()
            visitor = visitor_of(form)
            with inside(visitor.workspace):
                return view(request, visitor, form)
        except Wrong as wrong:
            return said({"code": wrong.code}, status=wrong.status)

    return opened


def body_of(request: HttpRequest) -> Mapping[str, Any]:
    if len(request.body) > LARGEST_BODY:
        raise Wrong(413, "too_large")
    try:
        form = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        raise Wrong(400, "invalid_json") from None
    if not isinstance(form, dict):
        raise Wrong(400, "invalid_body")
    return form


def visitor_of(form: Mapping[str, Any]) -> Visitor:
    with across_workspaces():
        workspace = workspace_of(str(form.get("key", "")))
    if workspace is None:
        raise Wrong(401, "invalid_write_key")
    uid = str(form.get("uid") or "")[:400]
    with inside(workspace):
        site = site_of(workspace)
        return Visitor(workspace, site, customer_of(site, uid) if uid else None)


def remembered(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer visitors nobody vouches for from memory for some seconds: every page view of a busy site asks this."""

    @wraps(view)
    def quick(request: HttpRequest) -> HttpResponse:
        if request.method != "GET" or request.GET.get("uid"):
            return view(request)
        asked = (
            request.build_absolute_uri("/"),
            request.GET.get("key", ""),
            request.GET.get("lang", "")[:10],
        )
        until, content = _told.get(asked, (0.0, b""))
        if until > time.monotonic():
            return told_to_sites(content, cache=f"public, max-age={FRESH_SECONDS}")
        response = view(request)
        if response.status_code == 200:
            if len(_told) >= MOST_REMEMBERED:
                _told.clear()
            _told[asked] = (time.monotonic() + REMEMBERED_SECONDS, response.content)
        return response

    return quick


_told: dict[tuple[str, str, str], tuple[float, bytes]] = {}


@remembered
@open_to_sites
def widgets(request: HttpRequest, visitor: Visitor, form: Mapping[str, Any]) -> HttpResponse:
    """Tell which widgets there are. Without a uid everybody is told the same, so it may be kept for a minute."""
    language = str(form.get("lang", ""))[:10]
    listed = [widget_form(widget, language, request) for widget in visible_widgets(visitor, at=now())]
    cache = "private, no-store" if visitor.customer else f"public, max-age={FRESH_SECONDS}"
    told = {"cool_off_days": visitor.site.cool_off_days, "widgets": [form for form in listed if form]}
    return said(told, cache=cache)


@open_to_sites
def showings(_request: HttpRequest, visitor: Visitor, form: Mapping[str, Any]) -> HttpResponse:
    """Note that a widget is about to be shown; say whether it may."""
    widget, once = widget_of(visitor, form), once_of(form)
    return said({"show": note_showing(visitor, widget, once, at=now())})


@open_to_sites
def answers(request: HttpRequest, visitor: Visitor, form: Mapping[str, Any]) -> HttpResponse:
    """Store one page of answers and tell what comes next."""
    widget, typed = widget_of(visitor, form), form.get("typed")
    if not isinstance(typed, dict) or len(typed) > 500:
        raise Wrong(400, "invalid_answers")
    given = Given(
        once=once_of(form),
        page=str(form.get("page", "0")),
        typed={str(name): str(value) for name, value in typed.items()},
        language=str(form.get("language", ""))[:10],
        address=address_of(request),
    )
    return said(answer(visitor, widget, given, request=request, at=now()))


@open_to_sites
def frame(request: HttpRequest, visitor: Visitor, form: Mapping[str, Any]) -> HttpResponse:
    """Show the respondent page, for questions a widget does not draw, as the beginning of this showing's response.

    Its form comes back here; it goes on, as it is, to the survey's own address.
    """
    widget, language = widget_of(visitor, form), str(form.get("lang", ""))[:10]
    uid = signed(visitor.customer.id) if visitor.customer else ""
    if request.method == "POST":
        query = urlencode({"channel": "web", "lang": language, "uid": uid})
        response = HttpResponse(status=307)
        response["Location"] = f"{reverse('answering:open', args=[widget.survey.public_id])}?{query}"
        return response
    visit = Visit(
        Link.OPEN,
        widget.survey.public_id,
        now(),
        once=once_of(form),
        channel="web",
        language=language,
        uid=uid,
    )
    with across_workspaces():
        [place] = follow([visit])
        return response_of(show_link(Look(visit, {}, embedded=True), place))


@open_to_sites
def notifications(request: HttpRequest, visitor: Visitor, form: Mapping[str, Any]) -> HttpResponse:
    """Tell the key browsers subscribe with; keep or end a subscription."""
    if request.method != "POST":
        return said({"key": visitor.site.push_key}, cache="public, max-age=3600")
    if "gone" in form:
        end_subscription(visitor.workspace, str(form["gone"]), at=now())
    elif not keep_subscription(visitor, form, at=now()):
        raise Wrong(400, "invalid_subscription")
    return said({"kept": True})


def widget_of(visitor: Visitor, form: Mapping[str, Any]) -> Widget:
    """Return the live widget named, if this visitor may know of it."""
    live = Widget.objects.filter(workspace=visitor.workspace).live().select_related("survey", "workspace")
    try:
        widget = live.filter(id=UUID(str(form.get("widget")))).first()
    except ValueError:
        widget = None
    if widget is None or (widget.is_for_some and visitor.customer is None):
        raise Wrong(404, "no_widget")
    return widget


def once_of(form: Mapping[str, Any]) -> str:
    once = str(form.get("once", ""))
    if not is_once(once):
        raise Wrong(400, "invalid_once")
    return once


@lru_cache(maxsize=8)
def published(path: Path, _changed: int) -> tuple[bytes, bytes, str]:
    """Return a script as it is, packed, and its tag."""
    content = path.read_bytes()
    return content, gzip.compress(content, 9, mtime=0), f'"{hashlib.sha256(content).hexdigest()[:20]}"'


@public
@require_safe
def script(request: HttpRequest, name: str) -> HttpResponse:
    """Hand out the SDK under its published name."""
    path = SCRIPTS / name
    if name not in PUBLISHED or not path.exists():
        return said({"code": "not_found"}, status=404)
    content, packed, tag = published(path, path.stat().st_mtime_ns)
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    is_known = request.headers.get("If-None-Match") == tag
    body = b"" if is_known else packed if takes_gzip else content
    response = HttpResponse(body, status=304 if is_known else 200)
    if takes_gzip and not is_known:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Content-Type"] = "text/javascript; charset=utf-8"
    response["ETag"] = tag
    response["Cache-Control"] = "public, max-age=3600"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
