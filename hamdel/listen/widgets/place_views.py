"""Places with a QR code: their posters, and the short address the code holds."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hamdel.ground.access.doors import Request, find, needs, public
from hamdel.ground.access.limits import has_missed_too_often, note_miss
from hamdel.ground.access.permissions import Permission
from hamdel.ground.files.actions import FileRefused, keep_file
from hamdel.ground.files.models import File, Purpose
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.widgets.actions import add_place
from hamdel.listen.widgets.forms import PlaceForm
from hamdel.listen.widgets.kiosk_views import may_change, whole
from hamdel.listen.widgets.models import Place
from hamdel.listen.widgets.posters import NoPrinter, Poster, Size, data_address, poster_html, poster_pdf
from hamdel.listen.widgets.queries import answers_by_place
from hamdel.ui.pages import show

LANGUAGES = {"fa": ("fa",), "en": ("en",), "fa,en": ("fa", "en"), "en,fa": ("en", "fa")}


@public
@require_safe
def scan(request: HttpRequest, code: str) -> HttpResponse:
    """Lead from a scanned code to its survey, with the place on the way. Writes nothing."""
    with across_workspaces():
        limited = has_missed_too_often(request)
        place = None if limited else Place.objects.filter(code=code.lower()).select_related("survey").first()
        if place is None and not limited:
            note_miss(request)
    if place is None:
        raise Http404
    query = urlencode({"channel": "qr", "place": place.name})
    response = HttpResponseRedirect(f"{reverse('answering:open', args=[place.survey.public_id])}?{query}")
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@needs(Permission.SEE_SURVEYS)
def places(request: Request) -> HttpResponse:
    listed = (
        Place.objects.visible_to(request.member).select_related("survey").order_by("survey__name", "name")
    )
    counts = answers_by_place({place.survey_id for place in listed})
    rows = [(place, *counts.get((place.survey_id, place.name), (0, 0))) for place in listed]
    return show(request, "widgets/places.html", rows=rows, tab="places", may_change=may_change(request))


@require_http_methods(["GET", "POST"])
@needs(Permission.CHANGE_SURVEYS)
def new_place(request: Request) -> HttpResponse:
    form = PlaceForm(request.member, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and keep_logo(request, form):
        found = form.cleaned_data
        place = add_place(
            request.workspace, name=found["name"], survey=found["survey"], by=request.member,
            logo=form.logo_id, **form.words,
        )  # fmt: skip
        return HttpResponseRedirect(reverse("widgets:place", args=[place.id]))
    return show(request, "widgets/new_place.html", form=form, status=422 if form.errors else 200)


def keep_logo(request: Request, form: PlaceForm) -> bool:
    """Keep the uploaded logo; False, with the reason on the form, when it is refused."""
    upload, form.logo_id = form.cleaned_data["logo"], ""
    if upload is None:
        return True
    try:
        kept = keep_file(
            request.workspace,
            name=upload.name,
            content=upload.read(),
            purpose=Purpose.LOGO,
            by=request.member,
            at=now(),
        )
    except FileRefused as refused:
        form.add_error("logo", str(refused))
        return False
    form.logo_id = kept.public_id
    return True


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_SURVEYS)
def place(request: Request, place_id: str) -> HttpResponse:
    """Show the poster beside its words; change them."""
    found: Place = find(Place.objects.select_related("survey", "workspace"), request, id=place_id)
    form = PlaceForm(
        request.member, request.POST or None, request.FILES or None, place=None if request.POST else found
    )
    if request.method == "POST" and may_change(request) and form.is_valid() and keep_logo(request, form):
        for name, value in form.words.items():
            setattr(found, name, value)
        found.name, found.survey = form.cleaned_data["name"], form.cleaned_data["survey"]
        found.logo = form.logo_id or found.logo
        found.save()
        return HttpResponseRedirect(request.path)
    chosen = {"size": size_of(request).value, "languages": ",".join(languages_of(request, found))}
    return show(
        request, "widgets/place.html", place=found, form=form, sizes=[(s.value, s.label) for s in Size], chosen=chosen,
        query=urlencode(chosen), address=address_of(request, found), may_change=may_change(request),
        status=422 if form.errors else 200,
    )  # fmt: skip


def size_of(request: Request) -> Size:
    asked = request.GET.get("size", "")
    return Size(asked) if asked in set(Size) else Size.A4


def languages_of(request: Request, place: Place) -> tuple[str, ...]:
    return LANGUAGES.get(request.GET.get("languages", ""), (place.workspace.language,))


def address_of(request: Request, place: Place) -> str:
    return whole(request, reverse("widgets_public:scan", args=[place.code]))


@require_safe
@xframe_options_sameorigin
@needs(Permission.SEE_SURVEYS)
def poster(request: Request, place_id: str) -> HttpResponse:
    """Show the poster as a page, which a browser can print as well."""
    found: Place = find(Place.objects.select_related("workspace"), request, id=place_id)
    return HttpResponse(poster_html(poster_of(request, found), fonts=static("vendor/")))


@require_safe
@needs(Permission.SEE_SURVEYS)
def poster_file(request: Request, place_id: str) -> HttpResponse:
    """Hand out the poster as PDF; without a printer, the page to print."""
    found: Place = find(Place.objects.select_related("workspace"), request, id=place_id)
    try:
        content = poster_pdf(poster_of(request, found))
    except NoPrinter:
        return HttpResponseRedirect(f"{reverse('widgets:poster', args=[found.id])}?{request.GET.urlencode()}")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = (
        f'attachment; filename="hamdel-{found.code}-{size_of(request).value}.pdf"'
    )
    return response


def poster_of(request: Request, place: Place) -> Poster:
    return Poster(
        place=place,
        size=size_of(request),
        languages=languages_of(request, place),
        address=address_of(request, place),
        sender=place.workspace.name,
        logo=logo_of(place),
    )


def logo_of(place: Place) -> str:
    """Return the logo as a data address, "" for none."""
    file = (
        File.objects.filter(workspace_id=place.workspace_id, public_id=place.logo).first()
        if place.logo
        else None
    )
    return data_address(bytes(file.content.content), file.media_type) if file else ""


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def place_removal(request: Request, place_id: str) -> HttpResponse:
    """Take a place down: its code leads nowhere any more; answers that came from it stay."""
    find(Place, request, id=place_id).delete()
    return HttpResponseRedirect(reverse("widgets:places"))
