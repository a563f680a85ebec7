"""Files of results: small ones at once, large ones made in the background and taken away here."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.ground.audit.actions import record
from hamdel.listen.results.choosing import Selection
from hamdel.listen.results.exports.files import MOST_ROWS, TYPES, WRITERS
from hamdel.listen.results.exports.making import (
    KEPT,
    ExportRefused,
    ask_for_export,
    is_large,
    pieces_of,
    size_up_to,
)
from hamdel.listen.results.exports.rows import sheet_of
from hamdel.listen.results.models import Export
from hamdel.listen.results.page import selection_of
from hamdel.listen.results.versions import combined, versions_of
from hamdel.listen.results.views import kept, language
from hamdel.listen.surveys.models import Survey
from hamdel.ui.pages import show


@require_safe
@needs(Permission.SEE_SURVEYS)
def export(request: Request, survey_id: str, form: str) -> HttpResponse:
    """Send a file of what is selected: csv, xlsx, parquet or sav. A large one is asked for on the page of files."""
    survey = find(Survey, request, id=survey_id)
    if form not in WRITERS:
        raise Http404
    selection = selection_of(survey, request.GET, language(), at=now())
    if selection.unread:
        return _page(request, survey, selection)
    if is_large(selection):
        wanted = urlencode({**kept(request), "form": form})
        return HttpResponseRedirect(f"{reverse('results:exports', args=[survey.id])}?{wanted}")
    questions = combined(versions_of(survey), survey)
    whom = request.member.may(Permission.SEE_CUSTOMERS)
    sheet = sheet_of(selection, questions, language(), shows_whom=whom)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"results.{form}"
        WRITERS[form](sheet, path, is_rtl=language() == "fa")
        # Opened before the folder goes: what is open can be read to its end.
        opened = path.open("rb")
    record(
        "results exported", workspace=request.workspace, by=request.member, subject=f"{survey.name} ({form})"
    )
    name = f"{survey.name}.{form}"
    file = FileResponse(opened, as_attachment=True, filename=name, content_type=TYPES[form])
    return cast(HttpResponse, file)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEE_SURVEYS)
def exports(request: Request, survey_id: str) -> HttpResponse:
    """List the files that were made or are being made; ask for one."""
    survey, refusal = find(Survey, request, id=survey_id), ""
    selection = selection_of(survey, request.GET, language(), at=now())
    form = request.GET.get("form", "")
    if form and form not in WRITERS:
        raise Http404
    if selection.unread:
        return _page(request, survey, selection)
    if request.method == "POST" and form:
        try:
            ask_for_export(survey, form, kept(request), language=language(), by=request.member, at=now())
            return HttpResponseRedirect(reverse("results:exports", args=[survey.id]))
        except ExportRefused as why:
            refusal = str(why)
    return _page(request, survey, selection, form=form, refusal=refusal)


def _page(
    request: Request, survey: Survey, selection: Selection, *, form: str = "", refusal: str = ""
) -> HttpResponse:
    """Show the page of files; of what cannot be read no file is made."""
    is_refused = bool(refusal or selection.unread)
    return show(
        request,
        "results/exports.html",
        part="files" if request.method != "POST" else None,
        survey=survey,
        form=form,
        refusal=refusal,
        kept=kept(request),
        is_too_long=form == "xlsx" and size_up_to(selection, MOST_ROWS) >= MOST_ROWS,
        selection=selection,
        is_refused=is_refused,
        rows_of_a_sheet=MOST_ROWS - 1,
        exports=_exports(request, survey),
        days=KEPT.days,
        status=422 if is_refused else 200,
    )


def _exports(request: Request, survey: Survey) -> list[Export]:
    found = Export.objects.visible_to(request.member).filter(survey=survey).select_related("by__user")
    return [one for one in found.order_by("-asked_at")[:30] if _may_see(request, one)]


def _may_see(request: Request, one: Export) -> bool:
    return not one.shows_whom or request.member.may(Permission.SEE_CUSTOMERS)


def _found(request: Request, survey_id: str, export_id: str) -> Export:
    survey = find(Survey, request, id=survey_id)
    one: Export = find(Export.objects.select_related("survey"), request, id=export_id, survey=survey)
    if not _may_see(request, one):
        raise Http404
    return one


@require_safe
@needs(Permission.SEE_SURVEYS)
def prepared(request: Request, survey_id: str, export_id: str) -> HttpResponse:
    """Send a file that is ready."""
    one = _found(request, survey_id, export_id)
    if not one.is_ready:
        raise Http404
    if request.method == "GET":
        record(
            "prepared file downloaded",
            workspace=request.workspace,
            by=request.member,
            subject=f"{one.survey.name} ({one.form})",
        )
    body = pieces_of(one) if request.method == "GET" else ()
    response = StreamingHttpResponse(body, content_type=TYPES[one.form])
    response["Content-Length"] = str(one.bytes)
    response["Content-Disposition"] = content_disposition_header(True, f"{one.survey.name}.{one.form}")
    response["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, response)


@require_POST
@needs(Permission.SEE_SURVEYS)
def removal(request: Request, survey_id: str, export_id: str) -> HttpResponse:
    """Take an export back, whether it is ready or not."""
    one = _found(request, survey_id, export_id)
    one.delete()
    return HttpResponseRedirect(reverse("results:exports", args=[one.survey_id]))
