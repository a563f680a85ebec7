"""Addresses that others call: gateways with reports and replies, mail programs with a wish to stop."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.timezone import now
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hamdel.act.contacts.actions import unsubscribe as unsubscribe_customer
from hamdel.act.messages.connectors import connector_named
from hamdel.act.messages.models import ChannelAccount, Message
from hamdel.act.messages.news import NobodysAnswer, ReportTooEarly, take_news
from hamdel.act.messages.unsubscribing import read_token
from hamdel.ground.access.limits import has_missed_too_often, note_miss
from hamdel.ground.access.models import digest
from hamdel.ground.public import public
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import across_workspaces, inside

log = logging.getLogger(__name__)
MOST_BYTES = 1_000_000
# Exchanges call for every caller; that they do is not written down every time.
NOTED_EACH = timedelta(minutes=1)
# What a body of another shape than expected raises in a reader: a moment in the year 30,000, a list in a list in a list.
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError)


@csrf_exempt
@public
@require_http_methods(["GET", "POST"])
def callback(request: HttpRequest, key: str, what: str) -> HttpResponse:
    """Take what a gateway reports. It may come twice; 503 asks it to come again."""
    if has_missed_too_often(request):
        return _said(429, "too_many", "Too many wrong keys. Try again later.")
    account = account_of(key)
    connector = connector_named(account.connector) if account else None
    if account is None or connector is None:
        note_miss(request)
        return _said(404, "unknown", "No channel has this callback address.")
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return _said(413, "too_large", "At most 1 MB.")
    try:
        with inside(account.workspace_id):
            try:
                news = connector.read(account, what, request)
            except UNREADABLE as wrong:
                log.info("A callback of %s cannot be read: %s", account.connector, type(wrong).__name__)
                return _said(400, "unreadable", "The body cannot be read.")
            if news.refused:
                return _said(401, "refused", "The signature or key is wrong.")
            take_news(account, news, at=now())
            if not connector.sends:
                _note_that_it_works(account, at=now())
    except ReportTooEarly:
        early = _said(503, "too_early", "Come again in a moment.")
        early.headers["Retry-After"] = "5"
        return early
    except NobodysAnswer:
        return _said(
            400,
            "no_answer",
            "No open survey has this id, or the digit is not on its scale. Nothing was kept.",
        )
    if news.after:
        news.after()
    return news.response or JsonResponse({"ok": True})


def _note_that_it_works(account: ChannelAccount, *, at: datetime) -> None:
    """Remember that somebody called as they should: all that shows whether a channel that only calls us works."""
    if account.last_success_at is None or at - account.last_success_at > NOTED_EACH:
        ChannelAccount.objects.filter(id=account.id).update(last_success_at=at, last_problem="")


def _said(status: int, code: str, message: str) -> HttpResponse:
    return JsonResponse({"code": code, "message": message}, status=status)


def account_of(key: str) -> ChannelAccount | None:
    """Return the account a callback's key belongs to."""
    with across_workspaces():
        found = ChannelAccount.objects.select_related("workspace").filter(callback_digest=digest(key))
        return found.filter(deleted_at=None).first()


@csrf_exempt
@public
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """POST, from the button or a mail program: done. GET, perhaps from a scanner: ask first."""
    wish = read_token(token)
    if wish is None:
        return render(request, "messages/unsubscribe.html", {"state": "unknown"}, status=404)
    with inside(wish.workspace_id):
        workspace = Workspace.objects.filter(id=wish.workspace_id).first()
        rows = Message.objects.filter(id=wish.message_id).select_related("customer")
        message = rows.first()
        if message is None or message.customer is None or workspace is None:
            return render(request, "messages/unsubscribe.html", {"state": "unknown"}, status=404)
        translation.activate(message.content.get("language") or workspace.language)
        shown = {"workspace": workspace, "topic": message.topic, "address": message.address, "token": token}
        if request.method != "POST":
            return render(request, "messages/unsubscribe.html", {**shown, "state": "ask"})
        # A mail program posts List-Unsubscribe=One-Click and shows nothing: it means everything we send.
        topic = message.topic if request.POST.get("scope") == "topic" else ""
        unsubscribe_customer(message.customer, topic=topic, source="email", at=now())
        return render(request, "messages/unsubscribe.html", {**shown, "state": "done", "only": topic})
