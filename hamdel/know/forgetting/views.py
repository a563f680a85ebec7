"""Hand out everything known of a customer; forget a customer; show that it was done."""

from __future__ import annotations

import orjson
from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.ground.analytics import AnalyticsUnavailable
from hamdel.ground.audit.actions import record
from hamdel.know.customers.models import Customer
from hamdel.know.customers.queries import family, whole_customer
from hamdel.know.forgetting.belonging import rows_of
from hamdel.know.forgetting.erasing import ask_to_erase
from hamdel.know.forgetting.exporting import everything_of
from hamdel.know.forgetting.jobs import wake
from hamdel.know.forgetting.models import Erasure
from hamdel.know.forgetting.queries import events_of_people
from hamdel.ui.lists import page_of
from hamdel.ui.pages import show


class ErasingForm(forms.Form):
    """A step nobody takes by mistake."""

    sure = forms.BooleanField(label=gettext_lazy("I understand that this cannot be undone"))


@require_safe
@needs(Permission.ERASE_CUSTOMERS)
def erasures(request: Request) -> HttpResponse:
    rows = Erasure.objects.visible_to(request.member).select_related("by__user")
    page = page_of(rows, request.GET, "-asked_at", "-id")
    is_waiting = any(erasure.gone_at is None for erasure in page)
    return show(request, "forgetting/erasures.html", part="rows", page=page, is_waiting=is_waiting)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ERASE_CUSTOMERS)
def erasing(request: Request, customer_id: str) -> HttpResponse:
    """Say what would go, and let it go."""
    customer = whole_customer(find(Customer, request, id=customer_id))
    form = ErasingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        ask_to_erase(customer, by=request.member, at=now())
        wake()
        messages.success(request, _("This customer is being forgotten; it takes a moment."))
        return HttpResponseRedirect(reverse("forgetting:erasures"))
    return show(
        request,
        "forgetting/erasing.html",
        customer=customer,
        form=form,
        rows=sum(query.count() for query in rows_of(family(customer)).values()),
        events=_events(request, customer),
        status=422 if form.errors else 200,
    )


def _events(request: Request, customer: Customer) -> int | None:
    try:
        return len(events_of_people(request.workspace, family(customer)))
    except AnalyticsUnavailable:
        return None


@require_safe
@needs(Permission.ERASE_CUSTOMERS)
def everything(request: Request, customer_id: str) -> HttpResponse:
    """Hand out everything known of a customer as a file of JSON."""
    customer = whole_customer(find(Customer, request, id=customer_id))
    try:
        told = everything_of(request.workspace, customer, at=now())
    except AnalyticsUnavailable:
        messages.error(request, _("Events cannot be read just now; try again in a moment."))
        return HttpResponseRedirect(reverse("customers:customer", args=[customer.id]))
    record("customer exported", workspace=request.workspace, by=request.member, subject=str(customer.id))
    response = HttpResponse(orjson.dumps(told, option=orjson.OPT_INDENT_2), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="customer-{customer.id}.json"'
    response["Cache-Control"] = "no-store"
    return response
