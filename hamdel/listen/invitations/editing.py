"""The editor of a plan: its form, the condition on the event, its words, its list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.ground.audit.actions import record
from hamdel.ground.calendar.periods import PeriodError
from hamdel.ground.rules.building import Draft
from hamdel.listen.invitations.actions import put_on_list
from hamdel.listen.invitations.forms import PlanForm, Words, moment_of
from hamdel.listen.invitations.happenings import event_fields, event_names
from hamdel.listen.invitations.listing import MOST_BYTES, UnreadableList, find_listed, text_of
from hamdel.listen.invitations.models import ListedCustomer, Plan
from hamdel.listen.invitations.reading import Reading, readings_of
from hamdel.listen.surveys.models import Survey
from hamdel.ui.formats import day_number, number
from hamdel.ui.pages import show

# An end is the first moment that lies outside: the last day is the one just before.
A_SECOND = timedelta(seconds=1)


@require_http_methods(["GET", "POST"])
@needs(Permission.CHANGE_SURVEYS)
def new_plan(request: Request) -> HttpResponse:
    """Make a plan; `?survey=` chooses its survey."""
    survey = Survey.objects.visible_to(request.member).filter(public_id=request.GET.get("survey", "")).first()
    plan = Plan(workspace=request.workspace, created_by=request.member, created_at=now())
    plan.survey_id = survey.id if survey else None  # type: ignore[assignment]
    if not Survey.objects.visible_to(request.member).exists():
        return show(request, "invitations/no_survey.html")
    return edit(request, plan)


@require_http_methods(["GET", "POST"])
@needs(Permission.CHANGE_SURVEYS)
def edit_plan(request: Request, plan_id: str) -> HttpResponse:
    return edit(request, find(Plan.objects.select_related("survey", "workspace"), request, id=plan_id))


def edit(request: Request, plan: Plan) -> HttpResponse:
    """Show the editor, or save what was posted. A button of the rule builder saves nothing."""
    posted = request.POST if request.method == "POST" else None
    form = PlanForm(request.member, posted, instance=plan)
    condition = condition_of(request, plan, posted)
    words = words_of(request, plan, posted)
    if posted is None:
        return show_editor(request, plan, form, condition, words)
    if condition.is_being_built:
        return show_editor(request, plan, form, condition, words, part="rule")
    if "look" in posted:
        return show_editor(
            request, plan, form, condition, words, part="reads", readings=read_aloud(form, words)
        )
    dates = read_dates(request, plan, form)
    whole = all([form.is_valid(), condition.is_valid(), words.is_valid(), dates])
    if not whole:
        return show_editor(request, plan, form, condition, words, status=422)
    return save(request, form, condition, words)


def read_aloud(form: PlanForm, words: Words) -> list[Reading]:
    """Return how what was typed would read; nothing is saved, and what is missing elsewhere does not matter."""
    form.is_valid()
    plan = form.instance
    plan.channels = form.chosen_channels()
    plan.wording = words.said
    form.errors.clear()
    return readings_of(plan)


def save(request: Request, form: PlanForm, condition: Draft, words: Words) -> HttpResponse:
    plan = form.save(commit=False)
    form.fill(plan)
    plan.condition = None if condition.is_empty else condition.rule
    plan.wording = words.said
    is_new = plan._state.adding
    plan.save()
    record(
        "invitations planned" if is_new else "invitations changed",
        workspace=request.workspace,
        by=request.member,
        subject=plan.name,
    )
    return HttpResponseRedirect(reverse("invitations:plan", args=[plan.id]))


def show_editor(
    request: Request, plan: Plan, form: PlanForm, condition: Draft, words: Words, *, part: str | None = None,
    readings: list[Reading] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    is_new = plan._state.adding
    listed = 0 if is_new else ListedCustomer.objects.filter(plan=plan).count()
    return show(
        request, "invitations/edit.html", part=part, plan=plan, form=form, draft=condition, words=words,
        events=condition_events(request), is_new=is_new, listed=listed, readings=readings, status=status,
        starts=request.POST.get("starts", typed(plan.starts_at)),
        ends=request.POST.get("ends", typed(plan.ends_at - A_SECOND if plan.ends_at else None)),
    )  # fmt: skip


def typed(moment: datetime | None) -> str:
    """Return a day as it would be typed; empty for none."""
    return day_number(moment) if moment else ""


def condition_events(request: Request) -> list[str]:
    return event_names(request.workspace, now=now())


def condition_of(request: Request, plan: Plan, posted: Mapping[str, str] | None) -> Draft:
    """Return the condition on the event, with the properties such events carry."""
    event = posted.get("event", "") if posted is not None else plan.event
    fields = event_fields(request.workspace, event, now=now(), kept=plan.condition)
    if posted is not None:
        return Draft.read(posted, fields=fields, name="rule")
    return Draft.of(plan.condition, fields=fields, name="rule")


def words_of(request: Request, plan: Plan, posted: Mapping[str, str] | None) -> Words:
    """Return the words for the channels and languages of the plan; a new one gets SMS and mail."""
    channels = plan.channels or ["sms", "email"]
    languages = languages_of(plan) if plan.survey_id else [request.workspace.language]
    if posted is None:
        return Words(channels, languages, plan.wording)
    return Words.read(posted, channels, languages)


def languages_of(plan: Plan) -> list[str]:
    return plan.survey.draft_definition.languages


def read_dates(request: Request, plan: Plan, form: PlanForm) -> bool:
    """Put the typed first and last day on the plan; tell whether they could be read."""
    zone = request.workspace.zone
    try:
        starts = moment_of(request.POST.get("starts", ""), zone)
        ends = moment_of(request.POST.get("ends", ""), zone, ends=True)
    except PeriodError as wrong:
        form.add_error(
            None, _("“%(day)s” is no day. Write it as 1405/09/03 or 2026-11-24.") % {"day": wrong.value}
        )
        return False
    plan.starts_at, plan.ends_at = starts, ends
    return True


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def listed(request: Request, plan_id: str) -> HttpResponse:
    """Put customers on the list, pasted or in a file."""
    plan: Plan = find(Plan.objects.select_related("survey", "workspace"), request, id=plan_id)
    upload = request.FILES.get("file")
    try:
        text = text_of(upload.read(MOST_BYTES + 1)) if upload else request.POST.get("lines", "")
    except UnreadableList:
        return _said(
            request, plan, _("The file must be a text file (CSV) in UTF-8 of at most 5 MB."), status=422
        )
    found = find_listed(request.workspace, text)
    added = put_on_list(plan, found.customers)
    said = _("%(added)s put on the list.") % {"added": number(added)}
    if found.unknown:
        unknown = {"n": number(len(found.unknown)), "some": found.some_unknown}
        said += " " + _("%(n)s lines name nobody we know: %(some)s") % unknown
    return _said(request, plan, said, status=422 if found.unknown and not found.customers else 200)


def _said(request: Request, plan: Plan, said: str, *, status: int) -> HttpResponse:
    n = ListedCustomer.objects.filter(plan=plan).count()
    return show(request, "invitations/list.html", part="list", plan=plan, listed=n, said=said, status=status)
