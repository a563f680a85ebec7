"""The respondent's pages: server-rendered, no cookie, light enough for a bad line; the script on them may be missing.

A GET never writes: mail scanners and previews follow every link. The secret in the address is what protects a
personal link, an open link is for anybody, and these pages know no session: there is nothing for a forged request to
ride on, so the CSRF check is switched off for them on purpose.

What goes well is mostly answered by `door.py` before Django sees it; both show by `showing.py` and take by
`taking.take`. Files come only this way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.timezone import now
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hamdel.ground.access.doors import public
from hamdel.ground.access.limits import address_of, has_missed_too_often, note_miss
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.surveys.links import Link, Visit, follow
from hamdel.listen.surveys.showing import NAMES, Look, Shown, finished, missing, page_of, show_link
from hamdel.listen.surveys.taking import Outcome, Refused, Saved, Submission, Unknown, take
from hamdel.listen.surveys.uploads import Uploads, forget_uploads, keep_uploads


def answering_page(link: Link) -> Callable[[HttpRequest, str], HttpResponse]:
    """Return the view of one kind of link."""

    @public
    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    def page(request: HttpRequest, secret: str) -> HttpResponse:
        visit = visit_of(link, secret, query=request.GET.dict(), form=request.POST.dict())
        is_framed = request.headers.get("Sec-Fetch-Dest") == "iframe"
        look = Look(visit, request.GET.dict(), embedded=is_framed)
        return answer_page(request, look) if request.method == "POST" else see_page(request, look)

    return page


def visit_of(link: Link, secret: str, *, query: Mapping[str, str], form: Mapping[str, str]) -> Visit:
    """Return a visit as the address and the form of a request tell of it."""
    return Visit(
        link=link,
        secret=secret,
        at=now(),
        once=form.get("once", ""),
        channel=query.get("channel", ""),
        language=query.get("lang", ""),
        uid=query.get("uid", ""),
        place=query.get("place", ""),
    )


def see_page(request: HttpRequest, look: Look) -> HttpResponse:
    """Show where a link leads."""
    if has_missed_too_often(request):
        return response_of(missing(is_limited=True))
    with across_workspaces():
        [place] = follow([look.visit])
        if place is None:
            note_miss(request)
        return response_of(show_link(look, place))


def answer_page(request: HttpRequest, look: Look) -> HttpResponse:
    """Save the posted page and lead to the next one."""
    typed = request.POST.dict()
    uploads = keep_uploads(look.visit, typed.get("page", ""), request.FILES) if request.FILES else Uploads()
    outcome: Outcome = Refused(uploads.page, uploads.errors)
    if not uploads.errors:
        page, sender = typed.get("page", ""), address_of(request)
        [outcome] = take([Submission(look.visit, typed, page, sender, look.query, uploads.kept)])
    if isinstance(outcome, Saved):
        return HttpResponseRedirect(address_after(outcome, look.visit), status=303)
    forget_uploads(uploads)
    if isinstance(outcome, Unknown):
        if not outcome.is_limited:
            note_miss(request)
        return response_of(missing(is_limited=outcome.is_limited))
    with across_workspaces():
        [place] = follow([look.visit])
        if place is None:  # erased between the two looks
            return response_of(missing(is_limited=False))
        if isinstance(outcome, Refused) and place.standing:
            place.standing.hear(look.query, at=look.visit.at)
            shown = page_of(look, place, place.standing, outcome.page, typed=typed, errors=outcome.errors)
            return response_of(shown)
        return response_of(finished(look, place))


def address_after(saved: Saved, visit: Visit) -> str:
    """Return the address of the next page; a visitor by open link gets the link back to their response."""
    page = "done" if saved.following is None else saved.following
    language = f"&lang={visit.language}" if visit.language in NAMES else ""
    return f"/{saved.link}/{saved.secret}/?page={page}{language}"


def response_of(shown: Shown) -> HttpResponse:
    response = HttpResponse(shown.html, status=shown.status, headers=shown.headers)
    response.xframe_options_exempt = True
    return response


open_page = answering_page(Link.OPEN)
response_page = answering_page(Link.RESPONSE)
personal_page = answering_page(Link.PERSONAL)
