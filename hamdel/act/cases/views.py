"""The agent's pages: what is due, and one case with its customer's whole story."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from hamdel.act.cases.actions import WORKERS, assign_case, close_case, note_on_case, reopen_case
from hamdel.act.cases.models import Case, Closure
from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.models import Member
from hamdel.ground.access.permissions import Permission
from hamdel.know.customers.timeline import timeline_of
from hamdel.ui.labels import channel_label, touchpoint_label
from hamdel.ui.lists import count_of, page_of
from hamdel.ui.pages import show


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )
    is_contact = forms.BooleanField(label=_("I spoke to the customer"), required=False)


class ClosureForm(forms.Form):
    outcome = forms.ChoiceField(label=_("How did it end?"), choices=Closure.Outcome.choices)
    note = forms.CharField(
        label=_("What we learned"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


@require_safe
@needs(Permission.SEE_CASES)
def cases(request: Request) -> HttpResponse:
    """List cases: mine, all open ones by due time, or the closed ones."""
    visible = Case.objects.visible_to(request.member).select_related("customer", "owner__user", "closure")
    tab = request.GET.get("tab", "open")
    mine = visible.open().owned_by(request.member)
    chosen = {"mine": mine, "closed": visible.closed()}.get(tab, visible.open())
    order = ("-closed_at", "-id") if tab == "closed" else ("due_at", "id")
    counts = {
        "mine": count_of(mine),
        "open": count_of(visible.open()),
        "late": count_of(visible.overdue(now=now())),
    }
    page = page_of(chosen, request.GET, *order)
    return show(request, "cases/list.html", part="rows", page=page, tab=tab, counts=counts, now=now())


@require_safe
@needs(Permission.SEE_CASES)
def case(request: Request, number: int) -> HttpResponse:
    return show_case(request, _case(request, number))


@require_POST
@needs(Permission.WORK_CASES)
def notes(request: Request, number: int) -> HttpResponse:
    found, form = _case(request, number), NoteForm(request.POST)
    if not form.is_valid():
        return show_case(request, found, note_form=form, status=422)
    note_on_case(found, by=request.member, at=now(), **form.cleaned_data)
    return _back(found)


@require_POST
@needs(Permission.WORK_CASES)
def closure(request: Request, number: int) -> HttpResponse:
    """Close the case; with `reopen`, open it again."""
    found = _case(request, number)
    if "reopen" in request.POST:
        reopen_case(found, by=request.member, at=now())
        return _back(found)
    form = ClosureForm(request.POST)
    if not form.is_valid():
        return show_case(request, found, closure_form=form, status=422)
    given = form.cleaned_data
    closure = close_case(found, by=request.member, at=now(), **given)
    if (closure.by_id, closure.outcome, closure.note) != (request.member.id, given["outcome"], given["note"]):
        # Somebody else was first. What was learned is no part of how they ended it, and is not to be lost.
        kept = NoteForm(initial={"text": given["note"]})
        return show_case(request, _case(request, number), note_form=kept, closed_before=closure, status=409)
    return _back(found)


@require_POST
@needs(Permission.WORK_CASES)
def owner(request: Request, number: int) -> HttpResponse:
    found = _case(request, number)
    member = find(Member.objects.filter(role__in=WORKERS), request, id=request.POST.get("owner", ""))
    assign_case(found, member, by=request.member, at=now())
    return _back(found)


def show_case(
    request: Request,
    found: Case,
    *,
    status: int = 200,
    closed_before: Closure | None = None,
    **forms_in_trouble: forms.Form,
) -> HttpResponse:
    context = {"note_form": NoteForm(), "closure_form": ClosureForm(), **forms_in_trouble}
    members = Member.objects.visible_to(request.member).filter(role__in=WORKERS).select_related("user")
    story = timeline_of(request.workspace, found.customer) if found.customer else None
    return show(
        request, "cases/case.html", case=found, members=members, closed_before=closed_before, story=story, now=now(), status=status,
        may_work=request.member.may(Permission.WORK_CASES), places=places_of(found),
        may_take=request.member.role in WORKERS and found.is_open and found.owner_id != request.member.id, **context,
    )  # fmt: skip


def places_of(found: Case) -> list[str]:
    """Return where the score was given and through what, as the dashboard calls them."""
    touchpoint, channel = found.touchpoint, found.channel
    return [
        *([touchpoint_label(touchpoint)] if touchpoint else []),
        *([channel_label(channel)] if channel else []),
    ]


def _case(request: Request, number: int) -> Case:
    return find(
        Case.objects.select_related("customer", "owner__user", "closure__by__user"), request, number=number
    )


def _back(found: Case) -> HttpResponse:
    return HttpResponseRedirect(reverse("cases:case", args=[found.number]))
