"""Customers: found however they are typed, and each with their whole story."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.contrib import messages
from django.db.models import Case, When
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.know.customers.actions import CannotMerge, merge_customers, undo_merge
from hamdel.know.customers.glance import glance_at
from hamdel.know.customers.models import Customer, Identifier, Merge
from hamdel.know.customers.panels import panels_of
from hamdel.know.customers.queries import family, search, whole_customer
from hamdel.know.customers.timeline import KINDS, timeline_of
from hamdel.know.customers.traits import traits_of
from hamdel.ui.lists import page_of
from hamdel.ui.pages import show

# How we reach somebody stands before how we recognise them; browsers, of which there are many, come last.
KINDS_IN_ORDER = ["phone", "email", "user", "external", "anonymous"]
FIRST_KINDS_FIRST = Case(*(When(kind=kind, then=place) for place, kind in enumerate(KINDS_IN_ORDER)))
# Longer than any name or address; the API takes as much.
LONGEST_SEARCH = 300
ORDERS = {
    "seen": ("-last_seen_at", "-id"),
    "name": ("name_sort_key", "id"),
    "first": ("-first_seen_at", "-id"),
}


@require_safe
@needs(Permission.SEE_CUSTOMERS)
def customers(request: Request) -> HttpResponse:
    visible = Customer.objects.visible_to(request.member).whole()
    everybody = "everybody" in request.GET
    typed, order = _typed(request), request.GET.get("order", "seen")
    listed = search(visible, typed) if typed else visible if everybody else visible.known()
    page = page_of(listed, request.GET, *ORDERS.get(order, ORDERS["seen"]))
    return show(
        request,
        "customers/list.html",
        part="rows",
        page=page,
        typed=typed,
        order=order,
        everybody=everybody,
        may_import=request.member.may(Permission.CHANGE_SOURCES),
    )


@require_safe
@needs(Permission.SEE_CUSTOMERS)
def customer(request: Request, customer_id: str) -> HttpResponse:
    found = find(Customer, request, id=customer_id)
    if found.merged_into_id:
        return HttpResponseRedirect(reverse("customers:customer", args=[whole_customer(found).id]))
    before, kind = _moment(request.GET.get("before")), request.GET.get("story", "")
    together = family(found)
    return show(
        request,
        "customers/customer.html",
        part="story" if before else None,
        customer=found,
        identifiers=Identifier.objects.filter(customer__in=together).order_by(
            FIRST_KINDS_FIRST, "first_seen_at"
        ),
        merges=Merge.objects.filter(survivor__in=together, undone_at=None)
        .select_related("absorbed")
        .order_by("-at"),
        traits=traits_of(found),
        glance=SimpleLazyObject(
            lambda: glance_at(request.workspace, found)
        ),  # more of the story asks for none
        kind=kind,
        kinds=[("", _("Everything")), *((key, label) for key, (label, _names) in KINDS.items())],
        story=timeline_of(request.workspace, found, before=before, kind=kind),
        urgent=panels_of(request, found, urgent=True),
        panels=panels_of(request, found, urgent=False),
        may_change=request.member.may(Permission.CHANGE_CUSTOMERS),
        may_erase=request.member.may(Permission.ERASE_CUSTOMERS),
        may_invite=request.member.may(Permission.INVITE_CUSTOMERS),
    )


class MergeForm(forms.Form):
    """Which customer turns out to be this one."""

    other = forms.UUIDField()


@require_http_methods(["GET", "POST"])
@needs(Permission.CHANGE_CUSTOMERS)
def merges(request: Request, customer_id: str) -> HttpResponse:
    """Find the other one, then make them one."""
    found = find(Customer, request, id=customer_id)
    if request.method == "POST":
        form = MergeForm(request.POST)
        other = find(Customer, request, id=form.cleaned_data["other"] if form.is_valid() else "")
        try:
            merge_customers(found, other, by=request.member, at=now())
        except CannotMerge as error:
            messages.error(request, str(error.message))
        return HttpResponseRedirect(reverse("customers:customer", args=[found.id]))
    typed = _typed(request)
    others = Customer.objects.visible_to(request.member).whole().exclude(id=found.id)
    return show(
        request,
        "customers/merge.html",
        customer=found,
        typed=typed,
        others=search(others, typed)[:20] if typed else [],
    )


def _typed(request: Request) -> str:
    return request.GET.get("q", "").strip()[:LONGEST_SEARCH]


@require_POST
@needs(Permission.CHANGE_CUSTOMERS)
def undoing(request: Request, merge_id: str) -> HttpResponse:
    merge = find(Merge, request, id=merge_id)
    separate = undo_merge(merge, by=request.member, at=now())
    messages.success(request, _("Separated again. Their events follow within a moment."))
    return HttpResponseRedirect(reverse("customers:customer", args=[separate.id]))


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
