"""Make a personal link for one customer: choose the survey, find the customer, copy the link."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.know.customers.models import Customer
from hamdel.know.customers.queries import search
from hamdel.listen.invitations.actions import invite_customer, link_path
from hamdel.listen.surveys.models import Survey
from hamdel.ui.pages import show

MOST_FOUND = 12


class InviteForm(forms.Form):
    """Whom to ask what."""

    survey = forms.ModelChoiceField(
        queryset=Survey.objects.none(), label=_("Survey"), to_field_name="public_id"
    )
    customer = forms.ModelChoiceField(queryset=Customer.objects.none(), label=_("Customer"))

    def __init__(self, request: Request, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["survey"].queryset = Survey.objects.visible_to(request.member).open().order_by("name")
        self.fields["customer"].queryset = Customer.objects.visible_to(request.member).whole()


@require_http_methods(["GET", "POST"])
@needs(Permission.INVITE_CUSTOMERS)
def new(request: Request) -> HttpResponse:
    if request.method == "POST":
        form = InviteForm(request, request.POST)
        if form.is_valid():
            return made(request, form.cleaned_data["customer"], form.cleaned_data["survey"])
        return show(request, "invitations/new.html", **choices(request), form=form, status=422)
    return show(request, "invitations/new.html", **choices(request), form=InviteForm(request))


def made(request: Request, customer: Customer, survey: Survey) -> HttpResponse:
    """Make the link and show it, this once."""
    _invitation, secret = invite_customer(customer, survey, by=request.member, at=now())
    base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    link = f"{base}{link_path(secret)}"
    return show(request, "invitations/made.html", customer=customer, survey=survey, link=link, status=201)


def choices(request: Request) -> dict[str, object]:
    """Return what can be chosen: open surveys, and customers found by what was typed."""
    words = request.GET.get("q", "")
    visible = Customer.objects.visible_to(request.member).whole()
    chosen = request.GET.get("customer")
    found = (
        [find(Customer, request, id=chosen)]
        if chosen
        else search(visible, words)[:MOST_FOUND]
        if words
        else []
    )
    surveys = Survey.objects.visible_to(request.member).open().order_by("name")
    return {"words": words, "found": found, "surveys": surveys, "survey_id": request.GET.get("survey", "")}
