"""Imports: what came in from which file, and the steps from a file to events."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import orjson
from django.contrib import messages
from django.db.models import Count, F, Func, QuerySet, TextField, Value
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.ground.audit.actions import record
from hamdel.listen.events.cells import cells_of
from hamdel.listen.events.models import QuarantinedEvent
from hamdel.listen.events.reasons import said, without_place
from hamdel.listen.sources.describing import guessed_choices, mapping_of
from hamdel.listen.sources.files import FileRefused
from hamdel.listen.sources.forms import MappingForm, MeaningForm, UploadForm, initial_of
from hamdel.listen.sources.guessing import AS_IS, columns_of, guessed_mapping
from hamdel.listen.sources.jobs import wake
from hamdel.listen.sources.models import ImportRun, Upload
from hamdel.listen.sources.rejects import guarded
from hamdel.listen.sources.sampling import Sample, sample_of
from hamdel.listen.sources.telling import told_rehearsal
from hamdel.listen.sources.uploading import plain_rows, start_import, try_out
from hamdel.listen.sources.values import MappingError
from hamdel.ui.lists import page_of
from hamdel.ui.pages import show

A_PAGE = 30
REFUSED_SHOWN = 50
CAUSES_SHOWN = 12


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEE_SOURCES)
def imports(request: Request) -> HttpResponse:
    """List imports; take a file."""
    may_change = request.member.may(Permission.CHANGE_SOURCES)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and may_change and form.is_valid():
        file = form.cleaned_data["file"]
        upload = Upload(
            workspace=request.workspace,
            name=file.name[-255:],
            content=file.read(),
            by=request.member,
            at=now(),
        )
        if (refusal := _unreadable(upload)) is None:
            upload.save()
            return HttpResponseRedirect(reverse("sources:meaning", args=[upload.id]))
        form.add_error("file", refusal)
    runs = ImportRun.objects.visible_to(request.member).select_related("source", "by__user")
    return show(
        request,
        "sources/imports.html",
        part="rows" if request.method != "POST" else None,
        form=form,
        page=page_of(runs, request.GET, "-started_at", "-id", size=A_PAGE),
        waiting=_uploads(request).filter(run=None).order_by("-at")[:5],
        now=now(),
        may_change=may_change,
        status=422 if form.errors else 200,
    )


def _uploads(request: Request) -> QuerySet[Upload]:
    return Upload.objects.visible_to(request.member).defer("content")


def _unreadable(upload: Upload) -> str | None:
    """Return why a file cannot be read, None when it can."""
    try:
        with upload.as_file() as path:
            columns_of(plain_rows(path))
    except FileRefused as refusal:
        return said(str(refusal))
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CHANGE_SOURCES)
def meaning(request: Request, upload_id: str) -> HttpResponse:
    """Say what a row means, and see what the first rows become."""
    upload = find(Upload, request, id=upload_id, run=None)
    sample, choices, ready = _looked_at(upload)
    if ready is not None and request.method != "POST":
        return _show_written(request, upload, sample, written=ready)
    form = MeaningForm(
        request.POST if request.method == "POST" else None,
        columns=sample.columns,
        initial=initial_of(choices),
    )
    if request.method != "POST":
        # Shown at once: most files need nothing but a look.
        form = MeaningForm(initial_of(choices), columns=sample.columns)
        form.is_valid()
    if form.is_valid():
        written = mapping_of(
            form.choices(), sample.columns, name=upload.name, at=upload.at.astimezone(UTC).isoformat()
        )
        upload.mapping = written
        upload.save(update_fields=["mapping"])
    rehearsal = _tried(upload, upload.mapping) if form.is_valid() else None
    if request.method != "POST":
        # A fresh form is not scolded for what nobody has chosen yet.
        form = MeaningForm(columns=sample.columns, initial=initial_of(choices))
    return show(
        request,
        "sources/meaning.html",
        part="rehearsal" if request.method == "POST" else None,
        upload=upload,
        sample=sample,
        form=form,
        rehearsal=rehearsal,
        status=422 if request.method == "POST" and not form.is_valid() else 200,
    )


def _looked_at(upload: Upload) -> tuple[Sample, Any, dict[str, Any] | None]:
    """Return the first rows, what the columns suggest, and a mapping when the rows are events already."""
    with upload.as_file() as path:
        file = plain_rows(path)
        ready = guessed_mapping(file) if file.columns is None else None
        return sample_of(file), guessed_choices(file), ready if ready == AS_IS else None


def _tried(upload: Upload, written: dict[str, Any]) -> Any:
    try:
        return told_rehearsal(try_out(upload, written), zone=upload.workspace.zone)
    except (FileRefused, MappingError) as refusal:
        return told_rehearsal(str(refusal), zone=upload.workspace.zone)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CHANGE_SOURCES)
def written(request: Request, upload_id: str) -> HttpResponse:
    """Write the mapping by hand."""
    upload = find(Upload, request, id=upload_id, run=None)
    sample, _choices, ready = _looked_at(upload)
    return _show_written(request, upload, sample, written=upload.mapping or ready or {})


def _show_written(
    request: Request, upload: Upload, sample: Sample, *, written: dict[str, Any]
) -> HttpResponse:
    text = orjson.dumps(written, option=orjson.OPT_INDENT_2).decode()
    form = MappingForm(request.POST if request.method == "POST" else {"mapping": text})
    if form.is_valid():
        upload.mapping = form.cleaned_data["mapping"]
        upload.save(update_fields=["mapping"])
    return show(
        request,
        "sources/written.html",
        part="rehearsal" if request.method == "POST" else None,
        upload=upload,
        sample=sample,
        form=form,
        rehearsal=_tried(upload, upload.mapping) if form.is_valid() else None,
        status=422 if request.method == "POST" and form.errors else 200,
    )


@require_POST
@needs(Permission.CHANGE_SOURCES)
def start(request: Request, upload_id: str) -> HttpResponse:
    """Begin the import of a file that has been described."""
    upload = find(Upload, request, id=upload_id, run=None)
    try:
        begun = start_import(upload, upload.mapping, by=request.member, at=now())
    except (FileRefused, MappingError) as refusal:
        messages.error(request, said(str(refusal)))
        return HttpResponseRedirect(reverse("sources:meaning", args=[upload.id]))
    wake(upload)
    record("file imported", workspace=request.workspace, by=request.member, subject=upload.name)
    return HttpResponseRedirect(reverse("sources:run", args=[begun.id]))


@require_POST
@needs(Permission.CHANGE_SOURCES)
def removal(request: Request, upload_id: str) -> HttpResponse:
    """Forget a file that was given and not imported."""
    find(Upload, request, id=upload_id, run=None).delete()
    messages.info(request, _("The file is forgotten; nothing of it was imported."))
    return HttpResponseRedirect(reverse("sources:imports"))


@require_safe
@needs(Permission.SEE_SOURCES)
def run(request: Request, run_id: str) -> HttpResponse:
    """Show how far an import is, and what it could not take."""
    found = find(ImportRun.objects.select_related("source", "by__user"), request, id=run_id)
    rows = _refused_rows(request, found)
    return show(
        request,
        "sources/run.html",
        part="state",
        run=found,
        is_interrupted=found.is_interrupted(now=now()),
        percent=round(100 * found.share),
        causes=_causes(rows),
        refused=[
            (row, said(row.reason), cells_of(row))
            for row in rows.filter(replayed_at=None, discarded_at=None)[:REFUSED_SHOWN]
        ],
        mended=rows.exclude(replayed_at=None).count(),
        failure=said(found.failure),
        mapping=orjson.dumps(found.mapping, option=orjson.OPT_INDENT_2).decode(),
    )


def _refused_rows(request: Request, found: ImportRun) -> QuerySet[QuarantinedEvent]:
    return (
        QuarantinedEvent.objects.visible_to(request.member).filter(import_run=found.id).order_by("line", "id")
    )


def _causes(rows: QuerySet[QuarantinedEvent]) -> list[tuple[str, int]]:
    """Return the commonest reasons with their number of rows; what was found in a cell does not tell them apart."""
    bare = _without(F("reason"), r"^.*?, line [0-9]+: ", "")
    alike = _without(bare, r"'[^']*'", "'…'", Value("g"))
    counted = (
        rows.order_by().annotate(cause=alike).values("cause").annotate(n=Count("id")).order_by("-n", "cause")
    )
    return [(said(row["cause"]), row["n"]) for row in counted[:CAUSES_SHOWN]]


def _without(text: Any, pattern: str, instead: str, *flags: Value) -> Func:
    return Func(
        text, Value(pattern), Value(instead), *flags, function="regexp_replace", output_field=TextField()
    )


@require_safe
@needs(Permission.SEE_SOURCES)
def refused(request: Request, run_id: str) -> HttpResponse:
    """Hand out the refused rows with line and reason, for whoever mends the file."""
    found = find(ImportRun, request, id=run_id)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_("line"), _("reason"), _("row")])
    for row in _refused_rows(request, found).iterator():
        writer.writerow(
            [row.line, guarded(said(row.reason) or without_place(row.reason)), guarded(row.payload)]
        )
    # Excel reads UTF-8 only with this mark.
    response = HttpResponse(f"\ufeff{text.getvalue()}", content_type="text/csv; charset=utf-8")
    moment = datetime.now(UTC).strftime("%Y%m%d")
    response["Content-Disposition"] = f'attachment; filename="refused-rows-{moment}.csv"'
    return response
