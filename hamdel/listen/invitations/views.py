"""The pages of inviting: plans and how far they are, the log, a survey's funnel, and a link for one customer."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.know.customers.models import Customer
from hamdel.know.customers.queries import search
from hamdel.listen.invitations.actions import (
    NotReady,
    end_plan,
    invite_customer,
    link_path,
    pause_plan,
    start_plan,
)
from hamdel.listen.invitations.channels import channel_label
from hamdel.listen.invitations.describing import describe
from hamdel.listen.invitations.models import Invitation, Plan
from hamdel.listen.invitations.planner import PlannerForm, planner_for
from hamdel.listen.invitations.previewing import preview
from hamdel.listen.invitations.queries import USUAL_DAYS, counts_of, funnel_of
from hamdel.listen.invitations.reading import own_address, readings_of
from hamdel.listen.invitations.reasons import say_reasons
from hamdel.listen.surveys.models import Survey
from hamdel.ui.lists import different, page_of
from hamdel.ui.pages import show

MOST_FOUND = 12


@require_safe
@needs(Permission.SEE_SURVEYS)
def plans(request: Request) -> HttpResponse:
    """List the plans, running ones first."""
    order = {"running": 0, "draft": 1, "paused": 2, "ended": 3}
    listed = list(Plan.objects.visible_to(request.member).select_related("survey").order_by("-created_at"))
    listed.sort(key=lambda one: order[one.state])
    counts = counts_of(listed, now=now())
    rows = [{"plan": one, "counts": counts[one.id], "said": describe(one)} for one in listed]
    return show(
        request, "invitations/plans.html", part="rows", rows=rows,
        may_change=request.member.may(Permission.CHANGE_SURVEYS),
    )  # fmt: skip


@require_safe
@needs(Permission.SEE_SURVEYS)
def plan(request: Request, plan_id: str) -> HttpResponse:
    """Show how far a plan is; the progress refreshes itself while something waits."""
    return show_plan(request, _plan(request, plan_id))


def show_plan(request: Request, found: Plan, *, problem: str = "", status: int = 200) -> HttpResponse:
    funnel, readings = funnel_of(found.survey, now=now(), plan=found), readings_of(found)
    return show(
        request, "invitations/plan.html", part="progress", plan=found, funnel=funnel, said=describe(found),
        counts=counts_of([found], now=now())[found.id], problem=problem, days=USUAL_DAYS, status=status,
        may_change=request.member.may(Permission.CHANGE_SURVEYS),
        may_see_whom=request.member.may(Permission.SEE_CUSTOMERS),
        missing=found.missing(), readings=readings,
        own_address=own_address(readings) if found.state != Plan.State.ENDED else "",
    )  # fmt: skip


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def state(request: Request, plan_id: str) -> HttpResponse:
    """Start, pause or end a plan."""
    found = _plan(request, plan_id)
    try:
        if "start" in request.POST:
            start_plan(found, by=request.member, at=now())
        elif "pause" in request.POST:
            pause_plan(found, by=request.member)
        elif "end" in request.POST:
            end_plan(found, by=request.member, at=now())
    except NotReady as why:
        return show_plan(request, found, problem=str(why), status=422)
    return HttpResponseRedirect(reverse("invitations:plan", args=[found.id]))


@require_safe
@needs(Permission.SEE_CUSTOMERS)
def previewed(request: Request, plan_id: str) -> HttpResponse:
    """Show who would be asked now and who not, and why."""
    found = _plan(request, plan_id)
    return show(
        request, "invitations/preview.html", part="preview", plan=found, preview=preview(found, now=now())
    )


@require_safe
@needs(Permission.SEE_CUSTOMERS)
def log(request: Request) -> HttpResponse:
    """List invitations, newest first; of one plan, survey, channel or state."""
    found = Invitation.objects.visible_to(request.member).select_related("survey", "plan", "customer")
    asked = {name: request.GET.get(name, "") for name in FILTERS}
    for name, column in FILTERS.items():
        value = asked[name]
        if value and value in dict(options_of(request, name)):
            found = found.filter(**{column: value})
    page = page_of(found, request.GET, "-created_at", "-id")
    say_reasons(page.rows)
    choices = [Choice(name, LABELS[name], options_of(request, name), asked[name]) for name in FILTERS]
    filters = {"choices": choices, "is_filtered": any(asked.values())}
    return show(request, "invitations/log.html", part="rows", page=page, filters=filters)


@dataclass(frozen=True)
class Choice:
    """One filter of the log, as `components/filters.html` shows it."""

    name: str
    label: object
    options: list[tuple[str, str]]
    chosen: str


FILTERS = {"plan": "plan_id", "survey": "survey_id", "channel": "channel", "state": "state"}
LABELS = {"plan": _("Plan"), "survey": _("Survey"), "channel": _("Channel"), "state": _("State")}


def options_of(request: Request, name: str) -> list[tuple[str, str]]:
    """Return what a filter can be set to."""
    if name == "state":
        return [(value, str(label)) for value, label in Invitation.State.choices]
    if name == "channel":
        used = different(Invitation.objects.visible_to(request.member), "channel")
        return sorted((channel, channel_label(channel)) for channel in used)
    model = Plan if name == "plan" else Survey
    return [(str(one.id), one.name) for one in model.objects.visible_to(request.member).order_by("name")]


@require_safe
@needs(Permission.SEE_SURVEYS)
def funnel(request: Request, survey_id: str) -> HttpResponse:
    """Show how far the invitations of a survey came, and what more of them would be worth."""
    survey = find(Survey, request, id=survey_id)
    found = funnel_of(survey, now=now())
    usual = planner_for(survey, found)
    form = PlannerForm(request.GET if "invitations" in request.GET else usual.initial)
    return show(
        request, "invitations/funnel.html", part="planner", survey=survey, funnel=found, days=USUAL_DAYS,
        form=form, usual=usual, worth=form.worth(usual), status=200 if form.is_valid() else 422,
    )  # fmt: skip


def _plan(request: Request, plan_id: str) -> Plan:
    return find(Plan.objects.select_related("survey", "workspace"), request, id=plan_id)


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
