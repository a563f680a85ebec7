"""Segments: listed with their counts, built with a preview, opened to their customers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.ground.analytics import AnalyticsError
from hamdel.ground.rules import Fields, NotARule
from hamdel.ground.rules.building import Draft
from hamdel.know.customers.models import Customer
from hamdel.know.segments.actions import NameTaken, change_segment, create_segment, delete_segment
from hamdel.know.segments.fields import (
    ABOUT_FIELDS,
    CONSENT_FIELDS,
    SCORE_FIELDS,
    customer_fields,
    known_events,
)
from hamdel.know.segments.mirror import refresh
from hamdel.know.segments.models import Segment
from hamdel.know.segments.preview import in_words, preview
from hamdel.know.segments.queries import count_holding, customers_holding
from hamdel.ui.pages import show

A_PAGE = 50
# What a shop will send, until its first events have come.
USUAL_EVENTS = [
    "Order Completed",
    "Order Delivered",
    "Product Viewed",
    "Conversation Started",
    "Survey Completed",
]


class SegmentForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)


@require_safe
@needs(Permission.SEE_CUSTOMERS)
def segments(request: Request) -> HttpResponse:
    """List segments; each count is asked for on its own, so that the list is there at once."""
    rows = Segment.objects.visible_to(request.member).select_related("workspace").order_by("name")
    listed = [(segment, in_words(segment)) for segment in rows]
    return show(request, "segments/list.html", segments=listed, may_change=_may_change(request))


@require_safe
@needs(Permission.SEE_CUSTOMERS)
def count(request: Request, segment_id: UUID) -> HttpResponse:
    """Show how many belong to a segment now: a piece of the list."""
    segment = find(Segment, request, id=segment_id)
    try:
        found = count_holding(request.workspace, segment.rule, at=now())
    except (NotARule, AnalyticsError):
        found = None
    return show(request, "segments/count.html", count=found, segment=segment)


@require_safe
@needs(Permission.SEE_CUSTOMERS)
def segment(request: Request, segment_id: UUID) -> HttpResponse:
    """Show one segment and its customers."""
    found = find(Segment, request, id=segment_id)
    moment = now()
    shown = preview(request.workspace, found.rule, at=moment)
    page = _page(request, found, moment) if shown.count else []
    return show(
        request,
        "segments/segment.html",
        segment=found,
        said=in_words(found),
        shown=shown,
        page=page[:A_PAGE],
        next=page[A_PAGE - 1].id if len(page) > A_PAGE else None,
        may_change=_may_change(request),
    )


def _page(request: Request, found: Segment, moment: datetime) -> list[Customer]:
    """Return the customers behind the one the address names, and one more when there are more."""
    try:
        after = UUID(request.GET.get("after", ""))
    except ValueError:
        after = None
    ids = customers_holding(request.workspace, found.rule, at=moment, limit=A_PAGE + 1, after=after)
    rows = {row.id: row for row in Customer.objects.visible_to(request.member).filter(id__in=ids)}
    return [rows[one] for one in ids if one in rows]


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CHANGE_CUSTOMERS)
def new(request: Request) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CHANGE_CUSTOMERS)
def edit(request: Request, segment_id: UUID) -> HttpResponse:
    return _edit(request, find(Segment, request, id=segment_id))


@require_POST
@needs(Permission.CHANGE_CUSTOMERS)
def deletion(request: Request, segment_id: UUID) -> HttpResponse:
    delete_segment(find(Segment, request, id=segment_id), by=request.member)
    messages.success(request, _("The segment is deleted; its customers stay."))
    return HttpResponseRedirect(reverse("segments:list"))


@require_POST
@needs(Permission.SEE_CUSTOMERS)
def preview_of_draft(request: Request) -> HttpResponse:
    """Show of how many customers the rule typed so far is true: a piece of the editor."""
    fields, events = _words(request)
    draft = Draft.read(request.POST, fields=fields, events=events)
    return show(request, "segments/preview.html", shown=preview(request.workspace, draft.so_far, at=now()))


def _edit(request: Request, found: Segment | None) -> HttpResponse:
    fields, events = _words(request)
    if request.method != "POST":
        form = SegmentForm(initial={"name": found.name, "note": found.note} if found else None)
        draft = Draft.of(_kept(found), fields=fields, events=events)
        return _editor(request, found, form, draft)
    form = SegmentForm(request.POST)
    draft = Draft.read(request.POST, fields=fields, events=events)
    if draft.is_being_built:
        typed = SegmentForm(initial=request.POST.dict())
        return _editor(request, found, typed, draft)
    if not (form.is_valid() & draft.is_valid()):
        return _editor(request, found, form, draft, status=422)
    said: dict[str, Any] = {**form.cleaned_data, "rule": draft.rule, "by": request.member, "at": now()}
    try:
        kept = change_segment(found, **said) if found else create_segment(request.workspace, **said)
    except NameTaken as taken:
        form.add_error("name", str(taken.message))
        return _editor(request, found, form, draft, status=422)
    return HttpResponseRedirect(reverse("segments:segment", args=[kept.id]))


def _editor(
    request: Request, found: Segment | None, form: SegmentForm, draft: Draft, *, status: int = 200
) -> HttpResponse:
    shown = preview(request.workspace, draft.so_far, at=now())
    part = "rule" if draft.is_being_built else None
    return show(
        request,
        "segments/edit.html",
        part=part,
        segment=found,
        form=form,
        draft=draft,
        shown=shown,
        status=status,
    )


def _kept(found: Segment | None) -> dict[str, Any]:
    """Return the rule to begin with: a new segment leaves out those we know only by their browser."""
    if found:
        return found.rule
    return {"all": [{"field": "is_anonymous", "operator": "=", "value": False}]}


def _words(request: Request) -> tuple[Fields, list[str]]:
    """Return the fields and events to choose from; without ClickHouse, those that are always there."""
    try:
        refresh(request.workspace)
        return customer_fields(request.workspace), known_events(request.workspace) or USUAL_EVENTS
    except AnalyticsError:
        return {**ABOUT_FIELDS, **SCORE_FIELDS, **CONSENT_FIELDS}, USUAL_EVENTS


def _may_change(request: Request) -> bool:
    return request.member.may(Permission.CHANGE_CUSTOMERS)
