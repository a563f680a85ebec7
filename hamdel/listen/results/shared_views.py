"""Links to results: made and revoked by members, followed by whoever has one."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hamdel.ground.access.doors import Request, find, needs, public, rendered
from hamdel.ground.access.limits import has_missed_too_often, note_miss
from hamdel.ground.access.permissions import Permission
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.results.choosing import Selection
from hamdel.listen.results.figures import Shown
from hamdel.listen.results.forms import LinkForm
from hamdel.listen.results.models import SharedLink
from hamdel.listen.results.page import results_of, selection_of
from hamdel.listen.results.sharing import link_of, revoke_link, share_results
from hamdel.listen.results.texts import NAMING, released_texts, texts
from hamdel.listen.results.views import language
from hamdel.listen.surveys.models import Survey
from hamdel.ui.formats import Display, activate
from hamdel.ui.pages import show

# Of each question: the latest; of an anonymous survey, any.
MOST_SHARED = 20


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CHANGE_SURVEYS)
def links(request: Request, survey_id: str) -> HttpResponse:
    """List the links of a survey and make one; its address is shown this once."""
    survey, at = find(Survey, request, id=survey_id), now()
    form, made = LinkForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        _link, secret = share_results(survey, by=request.member, at=at, **form.cleaned_data)
        made = whole(request, reverse("results:shared", args=[secret]))
    listed = SharedLink.objects.visible_to(request.member).filter(survey=survey).order_by("-created_at")
    return show(
        request,
        "results/links.html",
        survey=survey,
        form=LinkForm() if made else form,
        made=made,
        links=listed,
        at=at,
        status=422 if form.errors else 200,
    )


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def revocation(request: Request, survey_id: str, link_id: str) -> HttpResponse:
    survey = find(Survey, request, id=survey_id)
    revoke_link(find(SharedLink, request, id=link_id, survey=survey), by=request.member, at=now())
    return HttpResponseRedirect(reverse("results:links", args=[survey.id]))


@require_safe
@public
def shared(request: Request, secret: str) -> HttpResponse:
    """Show results to whoever has a link. Guessing is limited as it is for respondents' links."""
    link = None if has_missed_too_often(request) else link_of(secret, at=now())
    if link is None:
        note_miss(request)
        return guarded(rendered(show(request, "results/gone.html", status=404)))
    survey = link.survey
    with inside(link.workspace_id):
        activate(Display(calendar=survey.workspace.calendar, timezone=survey.workspace.timezone))
        selection = selection_of(survey, {}, language(), at=now())
        found = results_of(survey, selection, language())
        own = _texts(link, selection, found.shown)
        page = show(
            request,
            "results/shared.html",
            part="figures",
            survey=survey,
            results=found,
            link=link,
            own_words=own,
        )
        return guarded(rendered(page))


def _texts(link: SharedLink, selection: Selection, questions: list[Shown]) -> list[tuple[str, list[str]]]:
    """Return what people wrote by question, if the link shows it; never how somebody can be reached."""
    found = []
    for one in questions if link.shows_texts else []:
        if not one.has_texts or one.counted.asked.question.kind in NAMING:
            continue
        if one.least:
            words = released_texts(selection, one.counted)[:MOST_SHARED]
        else:
            page = texts(selection, one.counted.asked, most=MOST_SHARED)
            words = [written.text for written in page.texts]
        found.append((one.title, words))
    return found


def guarded(response: HttpResponse) -> HttpResponse:
    """Keep the address to those who have it: no search engine, no referrer, no shared cache."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response


def whole(request: Request, path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)
