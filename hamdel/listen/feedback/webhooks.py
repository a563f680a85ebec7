"""The address others call: it tells a program what became of its call, and nobody else anything."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.timezone import now
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hamdel.ground.access.limits import has_missed_too_often, note_miss
from hamdel.ground.public import public
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.feedback.connectors import Arrival, Refused, connector_named
from hamdel.listen.feedback.hearing import hear, note_standing
from hamdel.listen.feedback.models import Inbox

log = logging.getLogger(__name__)
MOST_BYTES = 1_000_000
REFUSALS = {
    "signature": "The signature does not fit.",
    "old": "The call is too old, or from the future.",
    "no_secret": "This source has no secret to check calls with.",
}


@csrf_exempt
@public
@require_http_methods(["GET", "HEAD", "POST"])
def delivery(request: HttpRequest, key: str) -> HttpResponse:
    """Take one call. Answers 200 for whatever was signed, so that nobody retries what can never be read."""
    if has_missed_too_often(request):
        return _told(429, "too_many", "Too many wrong addresses. Try again later.")
    inbox = inbox_of(key)
    connector = connector_named(inbox.connector) if inbox else None
    if inbox is None or connector is None or not connector.is_webhook or inbox.disabled_at:
        note_miss(request)
        return _told(404, "unknown", "No feedback source has this address.")
    if request.method != "POST":
        # Some panels look whether anybody is there before they save the address.
        return JsonResponse({"ok": True})
    if len(request.body) > MOST_BYTES:
        return _told(413, "too_large", "At most 1 MB.")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return _answer(inbox, Arrival(headers, request.body, now()))


def _answer(inbox: Inbox, arrival: Arrival) -> HttpResponse:
    with inside(inbox.workspace_id):
        try:
            kept = hear(inbox, arrival)
        except Refused as refusal:
            log.warning("A call to a %s source was refused: %s", inbox.connector, refusal.code)
            note_standing(inbox, refusal.code, at=arrival.at)
            return _told(401, refusal.code, REFUSALS[refusal.code])
        return JsonResponse({"ok": True, "outcome": kept.outcome, "events": kept.events})


def inbox_of(key: str) -> Inbox | None:
    """Return the source with this address."""
    if "\0" in key or len(key) > 32:
        return None
    with across_workspaces():
        return Inbox.objects.filter(key=key).select_related("source").first()


def _told(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)
