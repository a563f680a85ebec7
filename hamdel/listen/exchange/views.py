"""Bring surveys in by uploading them, read what became of each, and take one out."""

from __future__ import annotations

import json

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_safe

from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.listen.exchange.actions import import_survey
from hamdel.listen.exchange.exporting import as_surveyjs
from hamdel.listen.exchange.forms import ImportForm
from hamdel.listen.exchange.models import SurveyImport
from hamdel.listen.exchange.reading import Unreadable
from hamdel.listen.surveys.models import Survey
from hamdel.ui.pages import show

LATEST = 50


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CHANGE_SURVEYS)
def imports(request: Request) -> HttpResponse:
    """Show the form and what was imported before; take files."""
    if request.method != "POST":
        return show_imports(request, ImportForm())
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_imports(request, form, status=422)
    made, refused = [], []
    for file in form.cleaned_data["files"]:
        try:
            made.append(
                import_survey(
                    request.workspace, name=file.name, content=file.read(), by=request.member, at=now()
                )
            )
        except Unreadable as refusal:
            refused.append((file.name, str(refusal)))
    if refused:
        return show_imports(request, ImportForm(), refused=refused, status=422)
    only = [reverse("exchange:import", args=[one.id]) for one in made if len(made) == 1]
    return HttpResponseRedirect(only[0] if only else reverse("exchange:imports"))


def show_imports(
    request: Request, form: ImportForm, *, refused: list[tuple[str, str]] | None = None, status: int = 200
) -> HttpResponse:
    rows = SurveyImport.objects.visible_to(request.member).select_related("survey", "by__user")[:LATEST]
    return show(request, "exchange/imports.html", form=form, imports=rows, refused=refused, status=status)


@require_safe
@needs(Permission.CHANGE_SURVEYS)
def report(request: Request, import_id: str) -> HttpResponse:
    """Show what became of one file."""
    made = find(SurveyImport.objects.select_related("survey", "by__user"), request, id=import_id)
    return show(request, "exchange/report.html", made=made)


@require_safe
@needs(Permission.SEE_SURVEYS)
def export(request: Request, survey_id: str) -> HttpResponse:
    """Hand out a survey as SurveyJS JSON."""
    survey = find(Survey, request, id=survey_id)
    text = json.dumps(as_surveyjs(survey), ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{survey.name}.json"
    )
    return response
