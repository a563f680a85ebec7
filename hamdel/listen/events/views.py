"""Sources of events with their write keys, and the quarantine of those that could not be taken."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.ground.audit.actions import record
from hamdel.listen.events.cells import cells_of, with_cells
from hamdel.listen.events.models import QuarantinedEvent, Source
from hamdel.listen.events.quarantine import replay
from hamdel.listen.events.reasons import PLACE, said
from hamdel.ui.formats import number
from hamdel.ui.lists import page_of
from hamdel.ui.pages import show

A_PAGE = 30
MOST_AT_ONCE = 5_000


class SourceForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("What sends events?"), max_length=80)


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_SOURCES)
def sources(request: Request) -> HttpResponse:
    """List sources; make one."""
    visible, form = Source.objects.visible_to(request.member), SourceForm(request.POST or None)
    if request.method == "POST" and request.member.may(Permission.CHANGE_SOURCES) and form.is_valid():
        name = form.cleaned_data["name"]
        if visible.filter(name=name).exists():
            form.add_error("name", _("There is a source of this name already."))
        else:
            Source.objects.create(workspace=request.workspace, name=name)
            record("source made", workspace=request.workspace, by=request.member, subject=name)
            return HttpResponseRedirect(request.path)
    return show(
        request,
        "events/sources.html",
        sources=visible.order_by("-created_at"),
        form=form,
        address=request.build_absolute_uri("/v1/track"),
        may_change=request.member.may(Permission.CHANGE_SOURCES),
        status=422 if form.errors else 200,
    )


@require_POST
@needs(Permission.CHANGE_SOURCES)
def source_state(request: Request, source_id: str) -> HttpResponse:
    """Disable a source, or enable it again. Its key is refused within seconds."""
    source = find(Source, request, id=source_id)
    source.disabled_at = None if source.disabled_at else now()
    source.save(update_fields=["disabled_at"])
    deed = "source disabled" if source.disabled_at else "source enabled"
    record(deed, workspace=request.workspace, by=request.member, subject=source.name)
    return HttpResponseRedirect(reverse("events:sources"))


@require_safe
@needs(Permission.SEE_SOURCES)
def quarantine(request: Request) -> HttpResponse:
    """Show what is held, or only what is held of one import."""
    only = request.GET.get("import", "")
    page = page_of(_held(request, only=only), request.GET, "-received_at", "id", size=A_PAGE)
    return show(
        request,
        "events/quarantine.html",
        page=page,
        held=[(event, said(event.reason), _place(event), cells_of(event)) for event in page],
        only=only,
        may_change=request.member.may(Permission.CHANGE_SOURCES),
    )


@require_POST
@needs(Permission.CHANGE_SOURCES)
def release(request: Request) -> HttpResponse:
    """Replay or discard one event, or all of them; of one import when the page showed only those."""
    only = request.POST.get("import", "")
    held = _held(request, only=only)
    if chosen := request.POST.get("event"):
        held = held.filter(id=find(QuarantinedEvent, request, id=chosen).id)
    if "discard" in request.POST:
        n = QuarantinedEvent.objects.filter(
            id__in=list(held.values_list("id", flat=True)[:MOST_AT_ONCE])
        ).update(discarded_at=now())
        words = ngettext("%(n)s event was discarded.", "%(n)s events were discarded.", n)
    else:
        events = list(held[:MOST_AT_ONCE])
        n = replay(events, payload=_mended(events, request), at=now())
        words = ngettext("%(n)s event was taken.", "%(n)s events were taken.", n)
    messages.info(request, words % {"n": number(n)})
    back = reverse("events:quarantine")
    return HttpResponseRedirect(f"{back}?import={only}" if _is_id(only) else back)


def _held(request: Request, *, only: str = "") -> QuerySet[QuarantinedEvent]:
    held = QuarantinedEvent.objects.visible_to(request.member).filter(replayed_at=None, discarded_at=None)
    if _is_id(only):
        held = held.filter(import_run=only)
    return held.select_related("source").order_by("-received_at", "line", "id")


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _mended(events: list[QuarantinedEvent], request: Request) -> str | None:
    """Return the payload as somebody mended it: as a whole, or cell by cell."""
    if len(events) != 1 or "cell-0" not in request.POST:
        return request.POST.get("payload")
    return with_cells(events[0], lambda place: request.POST.get(f"cell-{place}"))


def _place(event: QuarantinedEvent) -> tuple[str, int] | None:
    """Return the file and the line of a row."""
    found = PLACE.match(event.reason)
    return (found["file"], int(found["line"])) if found else None
