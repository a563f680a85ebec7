"""A customer's story: every event as a sentence, newest first, each score beside what caused it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hamdel.ground.analytics import AnalyticsUnavailable
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Customer
from hamdel.know.customers.queries import CustomerEvent, events_of
from hamdel.ui.formats import number
from hamdel.ui.labels import metric_label

A_PAGE = 60
FAR_FUTURE = datetime(2200, 1, 1, tzinfo=UTC)
Words = str | Promise

# Event name → (title, icon, tone). A name of the workspace's own is shown as it is.
TITLES: dict[str, tuple[Words, str, str]] = {
    "Page Viewed": (_("Viewed a page"), "eye", "plain"),
    "Screen Viewed": (_("Viewed a screen"), "eye", "plain"),
    "Product Viewed": (_("Viewed a product"), "eye", "plain"),
    "Product Added": (_("Put a product in the cart"), "order", "plain"),
    "Cart Viewed": (_("Viewed the cart"), "order", "plain"),
    "Checkout Started": (_("Began to check out"), "order", "plain"),
    "Order Completed": (_("Ordered"), "order", "good"),
    "Order Delivered": (_("Received the order"), "delivery", "plain"),
    "Order Cancelled": (_("Cancelled the order"), "order", "bad"),
    "Order Refunded": (_("Got a refund"), "order", "warn"),
    "Conversation Started": (_("Wrote to support"), "message", "plain"),
    "Reply Sent": (_("Was answered"), "reply", "plain"),
    "Conversation Resolved": (_("The conversation was resolved"), "check", "good"),
    "Conversation Reopened": (_("The conversation was opened again"), "message", "warn"),
    "Feedback Given": (_("Gave feedback"), "message", "plain"),
    "Customer Identified": (_("Told us who they are"), "customers", "plain"),
    "Survey Invited": (_("Was invited to a survey"), "invite", "plain"),
    "Survey Delivered": (_("The invitation arrived"), "invite", "plain"),
    "Survey Started": (_("Began to answer"), "survey", "plain"),
    "Survey Completed": (_("Completed the survey"), "survey", "plain"),
    "Score Given": (_("Gave a score"), "heart", "plain"),
    "Score Withdrawn": (_("Changed a score"), "heart", "plain"),
    "Comment Given": (_("Told us why"), "message", "plain"),
    "Case Opened": (_("A case was opened"), "case", "warn"),
    "Case Assigned": (_("The case was handed over"), "case", "plain"),
    "Case Noted": (_("Note on the case"), "note", "plain"),
    "Case Closed": (_("The case was closed"), "check", "good"),
    "Case Reopened": (_("The case was opened again"), "case", "warn"),
    "Message Sent": (_("Was sent a message"), "send", "plain"),
    "Message Failed": (_("A message could not be sent"), "warning", "warn"),
    "Message Bounced": (_("A message came back"), "warning", "warn"),
    "Message Clicked": (_("Opened the link of a message"), "link", "plain"),
    "Message Replied": (_("Answered a message"), "reply", "plain"),
    "Consent Given": (_("Agreed to be contacted"), "check", "plain"),
    "Consent Withdrawn": (_("Does not want to be contacted"), "cross", "warn"),
    "Unsubscribed": (_("Unsubscribed"), "cross", "warn"),
    "Customer Merged": (_("Found to be the same customer"), "merge", "plain"),
    "Customer Separated": (_("Separated from another customer"), "merge", "plain"),
}
# Steps that a reader of the story need not see: something on the same line tells it already.
SILENT = {"Message Delivered", "Message Called Off", "Survey Delivered", "Survey Started", "Score Withdrawn"}
# What the reader may keep of the story: parameter → (label, the events it is made of).
KINDS: dict[str, tuple[Words, list[str]]] = {
    "orders": (_("Orders"), [
        "Order Completed", "Order Delivered", "Order Cancelled", "Order Refunded", "Checkout Started",
    ]),
    "support": (_("Support and cases"), [
        "Conversation Started", "Reply Sent", "Conversation Resolved", "Conversation Reopened",
        "Case Opened", "Case Assigned", "Case Noted", "Case Closed", "Case Reopened",
    ]),
    "said": (_("In their words"), ["Score Given", "Comment Given", "Feedback Given", "Survey Completed", "Message Replied"]),
    "contact": (_("Our messages"), [
        "Survey Invited", "Message Sent", "Message Failed", "Message Bounced", "Message Clicked",
        "Consent Given", "Consent Withdrawn", "Unsubscribed",
    ]),
}  # fmt: skip
# Looking around says little line by line: what follows each other becomes one line.
LOOKING = {"Page Viewed", "Screen Viewed"}
PLACES_SHOWN = 3
LOW = {"nps": 6, "enps": 6, "csat": 2, "ces2": 3}
HIGH = {"nps": 9, "enps": 9, "csat": 4, "ces2": 5}


@dataclass(frozen=True)
class Moment:
    """One line of the story."""

    title: Words
    icon: str
    tone: str
    at: datetime
    text: str
    quote: bool
    note: str
    href: str = ""


@dataclass(frozen=True)
class Story:
    """What happened, newest first; `next` continues it. `is_away` when ClickHouse cannot be asked now."""

    moments: list[Moment]
    next: datetime | None = None
    is_away: bool = False


def timeline_of(
    workspace: Workspace, customer: Customer, *, before: datetime | None = None, kind: str = ""
) -> Story:
    """Return a page of the customer's story, the whole of it or one of its `KINDS`."""
    names = KINDS[kind][1] if kind in KINDS else None
    try:
        events = events_of(workspace, customer, before=before or FAR_FUTURE, limit=A_PAGE, names=names)
    except AnalyticsUnavailable:
        return Story([], is_away=True)
    following = events[-1].occurred_at if len(events) == A_PAGE else None
    return Story(list(moments_of(events)), following)


def moments_of(events: list[CustomerEvent]) -> Iterable[Moment]:
    """Turn events into lines, each with the score that it led to."""
    caused = {
        e.properties["caused_by"]: e
        for e in events
        if e.name == "Score Given" and e.properties.get("caused_by")
    }
    told = [event for event in events if event.name not in SILENT]
    for looking, run in groupby(told, key=lambda event: event.name in LOOKING):
        together = list(run)
        if looking and len(together) > 1:
            yield moment_of_looking(together)
        else:
            yield from (moment_of(event, caused.get(str(event.event_id))) for event in together)


def moment_of_looking(views: list[CustomerEvent]) -> Moment:
    """Return one line for pages that were viewed one after the other; the time is the latest's."""
    title = ngettext("Viewed %(n)s page", "Viewed %(n)s pages", len(views)) % {"n": number(len(views))}
    places = list(dict.fromkeys(filter(None, (text_of(view) for view in reversed(views)))))
    more = ["…"] if len(places) > PLACES_SHOWN else []
    return Moment(
        title, "eye", "plain", views[0].occurred_at, " · ".join(places[:PLACES_SHOWN] + more), False, ""
    )


def moment_of(event: CustomerEvent, led_to: CustomerEvent | None) -> Moment:
    title, icon, tone = TITLES.get(event.name, (event.name, "event", "plain"))
    note = score_words(event.properties) if event.name == "Score Given" else ""
    if event.name == "Score Given":
        tone = tone_of_score(event.properties)
    if led_to is not None:
        note, tone = score_words(led_to.properties), tone_of_score(led_to.properties)
    text = text_of(event)
    quote = event.name in {"Score Given", "Comment Given", "Feedback Given"} and bool(text)
    return Moment(title, icon, tone, event.occurred_at, text, quote, note)


def text_of(event: CustomerEvent) -> str:
    """Return the most telling property of an event, "" when there is none."""
    known = event.properties
    for name in ("comment", "text", "note", "order_id", "name", "title", "path", "topic"):
        if known.get(name):
            return known[name]
    return ""


def score_words(properties: Mapping[str, Any]) -> str:
    return f"{metric_label(str(properties.get('metric', '')))} {properties.get('score', '')}".strip()


def tone_of_score(properties: Mapping[str, Any]) -> str:
    metric = properties.get("metric", "")
    try:
        score = float(properties.get("score", ""))
    except ValueError:
        return "plain"
    if metric not in LOW:
        return "plain"
    return "bad" if score <= LOW[metric] else "good" if score >= HIGH[metric] else "plain"
