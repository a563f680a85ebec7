"""The gallery of ready surveys, and beginning with one of them."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hamdel.ground.access.doors import Request, needs
from hamdel.ground.access.permissions import Permission
from hamdel.listen.library.ready import MOMENTS, Ready
from hamdel.listen.library.shelf import BY_KEY, SURVEYS
from hamdel.listen.surveys.actions import create_survey
from hamdel.listen.surveys.definition import Metric, read_definition
from hamdel.listen.surveys.models import Survey
from hamdel.listen.surveys.preview import preview_page
from hamdel.ui.pages import show

METRIC_NAMES = {"nps": "NPS", "enps": "eNPS", "csat": "CSAT", "ces2": "CES"}


def side() -> int:
    """Return which of a pair of texts the reader reads."""
    return 0 if get_language() == "fa" else 1


def card(ready: Ready) -> dict[str, object]:
    return {
        "key": ready.key,
        "name": ready.name[side()],
        "about": ready.about[side()],
        "moment": MOMENTS[ready.moment],
        "metric": METRIC_NAMES.get(ready.metric, _("No score")),
        "questions": len(ready.questions),
        "seconds": ready.seconds,
    }


@require_safe
@needs(Permission.CHANGE_SURVEYS)
def library(request: Request) -> HttpResponse:
    """Show the ready surveys, by moment and metric if chosen."""
    moment, metric = request.GET.get("moment", ""), request.GET.get("metric", "")
    found = chosen(moment, metric)
    return show(
        request,
        "library/library.html",
        cards=[card(ready) for ready in found],
        moments=[
            (key.value, label) for key, label in MOMENTS.items() if any(r.moment == key for r in SURVEYS)
        ],
        metrics=list(METRIC_NAMES.items()),
        moment=moment,
        metric=metric,
    )


def chosen(moment: str, metric: str) -> Iterable[Ready]:
    return [r for r in SURVEYS if moment in {"", r.moment.value} and metric in {"", r.metric}]


@require_http_methods(["GET", "POST"])
@needs(Permission.CHANGE_SURVEYS)
def ready(request: Request, key: str) -> HttpResponse:
    """Show one ready survey as respondents will see it; begin with it."""
    found = _find(key)
    if request.method == "POST":
        return _begin(request, found.name[0 if request.workspace.language == "fa" else 1], found)
    return show(
        request, "library/ready.html", card=card(found), pages=range(len(found.pages)),
        questions=[question["text"]["fa" if side() == 0 else "en"] for question in found.questions],
    )  # fmt: skip


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def blank(request: Request) -> HttpResponse:
    """Begin with a single question."""
    found = BY_KEY["relationship-nps"]
    first = Ready(found.key, found.moment, "nps", "", found.name, found.about, (found.pages[0],))
    return _begin(request, _("New survey"), first)


def _begin(request: Request, name: str, found: Ready) -> HttpResponse:
    survey = create_survey(
        request.workspace,
        name=name,
        metric=Metric(found.metric) if found.metric else None,
        touchpoint=found.touchpoint,
        definition=found.definition(),
        by=request.member,
    )
    if found.anonymous:
        survey.settings = {**survey.settings, "anonymous": True}
        survey.save(update_fields=["settings"])
    return HttpResponseRedirect(reverse("drafts:editor", args=[survey.id]))


@require_safe
@xframe_options_sameorigin
@needs(Permission.CHANGE_SURVEYS)
def preview(request: Request, key: str) -> HttpResponse:
    """Show a page of a ready survey; it takes no answer."""
    found = _find(key)
    asked = request.GET.get("page", "0")
    shown = Survey(
        workspace=request.workspace, name=found.name[side()], metric=found.metric, touchpoint=found.touchpoint,
        draft=found.definition(),
    )  # fmt: skip
    return preview_page(
        request,
        read_definition(shown.draft),
        survey=shown,
        page=int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else 0,
        language=request.GET.get("lang", "") or ("fa" if side() == 0 else "en"),
    )


def _find(key: str) -> Ready:
    if key not in BY_KEY:
        raise Http404
    return BY_KEY[key]
