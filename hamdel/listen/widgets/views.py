"""The analyst's pages of widgets: list, editor with preview, snippet, statistics."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.ground.analytics import AnalyticsUnavailable
from hamdel.ground.rules.building import Draft
from hamdel.know.segments.fields import ABOUT_FIELDS, customer_fields, known_events
from hamdel.listen.events.models import Source
from hamdel.listen.widgets.actions import create_widget, pause, put_live, site_of
from hamdel.listen.widgets.forms import NewWidgetForm, SiteForm, WidgetForm
from hamdel.listen.widgets.kiosk_views import may_change, whole
from hamdel.listen.widgets.models import Widget
from hamdel.listen.widgets.previewing import preview_form
from hamdel.listen.widgets.queries import Funnel, funnel_by_day, funnels
from hamdel.ui.pages import show


@require_safe
@needs(Permission.SEE_SURVEYS)
def widgets(request: Request) -> HttpResponse:
    """List widgets with how far people came."""
    listed = list(Widget.objects.visible_to(request.member).select_related("survey").order_by("-created_at"))
    counted = funnels(widget.id for widget in listed)
    rows = [(widget, counted.get(widget.id, Funnel())) for widget in listed]
    return show(request, "widgets/list.html", rows=rows, tab="widgets", may_change=may_change(request))


@require_http_methods(["GET", "POST"])
@needs(Permission.CHANGE_SURVEYS)
def new(request: Request) -> HttpResponse:
    form = NewWidgetForm(request.member, request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        widget = create_widget(
            request.workspace,
            name=chosen["name"],
            survey=chosen["survey"],
            form=chosen["form"],
            by=request.member,
        )
        return HttpResponseRedirect(reverse("widgets:widget", args=[widget.id]))
    return show(request, "widgets/new.html", form=form, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_SURVEYS)
def widget(request: Request, widget_id: str) -> HttpResponse:
    """Show one widget: its numbers, its editor beside a preview, the snippet. POST saves it."""
    found = find(Widget.objects.select_related("survey", "workspace"), request, id=widget_id)
    posted = request.POST if request.method == "POST" and may_change(request) else None
    form, draft = WidgetForm(request.member, posted, instance=found), draft_of(request, found, posted)
    if posted is None or draft.is_being_built:
        return show_widget(request, found, form, draft, part="rule" if posted else None)
    if form.is_valid() and draft.is_valid():
        form.instance.whom = None if draft.is_empty else draft.rule
        form.save()
        return HttpResponseRedirect(request.path)
    return show_widget(request, found, form, draft, status=422)


def draft_of(request: Request, widget: Widget, posted: QueryDict | None) -> Draft:
    """Return the rule over customers as it is kept or as it was posted."""
    try:
        fields, events = customer_fields(request.workspace), known_events(request.workspace)
    except AnalyticsUnavailable:
        fields, events = ABOUT_FIELDS, []
    if posted is not None:
        return Draft.read(posted, fields=fields, events=events)
    return Draft.of(widget.whom, fields=fields, events=events)


def show_widget(
    request: Request,
    widget: Widget,
    form: WidgetForm,
    draft: Draft,
    *,
    part: str | None = None,
    status: int = 200,
) -> HttpResponse:
    kept = find(Widget.objects.select_related("survey"), request, id=widget.id)
    return show(
        request, "widgets/widget.html", part=part, widget=kept, form=form, draft=draft, may_change=may_change(request),
        funnel=funnels([widget.id]).get(widget.id, Funnel()), days=funnel_by_day(widget.id, request.workspace.timezone),
        snippet=snippet_for(request), may_manage=request.member.may(Permission.MANAGE_WORKSPACE), status=status,
    )  # fmt: skip


def sources_of(request: Request) -> list[Source]:
    return list(
        Source.objects.visible_to(request.member)
        .filter(disabled_at=None, kind=Source.Kind.HTTP)
        .order_by("name")
    )


def snippet_for(request: Request) -> str:
    """Return the one line a site needs, with the key of the first source; empty when there is none."""
    sources = sources_of(request)
    address = whole(request, reverse("widgets_public:script", args=["v1.js"]))
    return (
        f'<script src="{address}" data-write-key="{sources[0].write_key}" async></script>' if sources else ""
    )


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def publication(request: Request, widget_id: str) -> HttpResponse:
    """Put the widget live, or pause it with `pause`."""
    found = find(Widget.objects.select_related("workspace"), request, id=widget_id)
    if "pause" in request.POST:
        pause(found, by=request.member)
    else:
        put_live(found, by=request.member)
    return HttpResponseRedirect(reverse("widgets:widget", args=[found.id]))


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def removal(request: Request, widget_id: str) -> HttpResponse:
    """Remove the widget and its numbers; answers stay with the survey."""
    find(Widget, request, id=widget_id).delete()
    return HttpResponseRedirect(reverse("widgets:list"))


@require_safe
@xframe_options_sameorigin
@needs(Permission.SEE_SURVEYS)
def preview(request: Request, widget_id: str) -> HttpResponse:
    """Show a made-up page with the widget on it, as the editor's fields say just now."""
    found = find(Widget.objects.select_related("survey", "workspace"), request, id=widget_id)
    language = request.GET.get("lang") or translation.get_language() or "fa"
    return show(
        request, "widgets/preview.html", told=preview_form(found, request, language), language=language
    )


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_WORKSPACE)
def site(request: Request) -> HttpResponse:
    """Settings all widgets share, and the secret by which a site vouches for its users."""
    shared = site_of(request.workspace)
    form = SiteForm(request.POST or None, instance=shared)
    if request.method == "POST" and form.is_valid():
        form.save()
        return HttpResponseRedirect(request.path)
    return show(
        request, "widgets/site.html", form=form, secret=shared.secrets["identity"], tab="site",
        status=422 if form.errors else 200, worker=f'importScripts("{whole(request, "/sdk/push.v1.js")}");',
    )  # fmt: skip
