"""The kiosk's own addresses, known by its secret, and the staff's pages about kiosks."""

from __future__ import annotations

import orjson
import segno
from django.conf import settings
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hamdel.ground.access.doors import Request, find, needs, public
from hamdel.ground.access.limits import has_missed_too_often, note_miss
from hamdel.ground.access.models import digest
from hamdel.ground.access.permissions import Permission
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.surveys.links import is_secret
from hamdel.listen.widgets.actions import add_device, renew_device, revoke_device
from hamdel.listen.widgets.asking import not_for_kiosks
from hamdel.listen.widgets.forms import DeviceForm
from hamdel.listen.widgets.kiosk import handed, setup_of, take_from
from hamdel.listen.widgets.models import Device
from hamdel.listen.widgets.site_views import SCRIPTS
from hamdel.ui.pages import show


@public
@require_safe
def kiosk(request: HttpRequest, secret: str) -> HttpResponse:
    """Show the page itself; all else its script does."""
    with across_workspaces():
        device = known(request, secret)
    if device is None:
        raise Http404
    response = TemplateResponse(
        request,
        "widgets/kiosk.html",
        {"language": device.workspace.language, "name": device.workspace.name},
    ).render()
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@public
@require_safe
def setup(request: HttpRequest, secret: str) -> HttpResponse:
    """Tell the kiosk all it needs to go on without a network."""
    with across_workspaces():
        device = known(request, secret)
        version = device.survey.current if device else None
        told = setup_of(device, version) if device and version else None
    return JsonResponse(told) if told else JsonResponse({"code": "no_kiosk"}, status=404)


@public
@csrf_exempt
@require_POST
def responses(request: HttpRequest, secret: str) -> HttpResponse:
    """Take what the kiosk kept; say which of it is stored, so that it forgets it."""
    at = now()
    try:
        form = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return JsonResponse({"code": "invalid_json"}, status=400)
    waiting = form.get("waiting") if isinstance(form, dict) else 0
    with across_workspaces():
        device = known(request, secret)
        if device is None:
            return JsonResponse({"code": "no_kiosk"}, status=404)
        count = min(waiting, 1_000_000) if isinstance(waiting, int) and waiting > 0 else 0
        taken = take_from(device, handed(form, now=at), waiting=count, at=at)
        version = device.survey.current
    return JsonResponse({"taken": taken, "version": str(version.id) if version else ""})


def known(request: HttpRequest, secret: str) -> Device | None:
    """Return the kiosk in use that has this secret. Counts a miss; who misses often finds none. Call across workspaces."""
    if has_missed_too_often(request) or not is_secret(secret):
        return None
    found = Device.objects.in_use().select_related("survey", "workspace")
    device = found.filter(secret_digest=digest(secret)).first()
    if device is None:
        note_miss(request)
    return device


@public
@require_safe
def worker(_request: HttpRequest, secret: str) -> HttpResponse:  # noqa: ARG001 - the address has it
    """Hand out the service worker from under the kiosk's address, which is all it may rule over."""
    path = SCRIPTS / "kiosk-worker.js"
    if not path.exists():
        raise Http404
    response = HttpResponse(path.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


# Staff


@require_safe
@needs(Permission.SEE_SURVEYS)
def devices(request: Request) -> HttpResponse:
    """List kiosks: which are silent, what waits on them, how much each has brought."""
    listed = (
        Device.objects.visible_to(request.member)
        .select_related("survey")
        .annotate(
            brought=Count("answers", filter=Q(answers__refusal="")),
            refused=Count("answers", filter=~Q(answers__refusal="")),
            late=Count("answers", filter=Q(answers__is_late=True)),
        )
        .order_by("revoked_at", "name")
    )
    at = now()
    rows = [(device, device.is_silent(now=at)) for device in listed]
    return show(request, "widgets/devices.html", rows=rows, tab="devices", may_change=may_change(request))


def may_change(request: Request) -> bool:
    return request.member.may(Permission.CHANGE_SURVEYS)


@require_http_methods(["GET", "POST"])
@needs(Permission.CHANGE_SURVEYS)
def new_device(request: Request) -> HttpResponse:
    form = DeviceForm(request.member, request.POST or None)
    if request.method == "POST" and form.is_valid():
        device, secret = add_device(request.workspace, by=request.member, **form.cleaned_data)
        return show_address(request, device, secret)
    return show(request, "widgets/new_device.html", form=form, status=422 if form.errors else 200)


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def device_address(request: Request, device_id: str) -> HttpResponse:
    """Give the kiosk a new address; the old one ends."""
    device: Device = find(Device.objects.select_related("survey", "workspace"), request, id=device_id)
    return show_address(request, device, renew_device(device, by=request.member))


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def device_revocation(request: Request, device_id: str) -> HttpResponse:
    device: Device = find(Device.objects.select_related("workspace"), request, id=device_id)
    revoke_device(device, by=request.member, at=now())
    return HttpResponseRedirect(reverse("widgets:devices"))


def show_address(request: Request, device: Device, secret: str) -> HttpResponse:
    """Show the address of a kiosk, this once: only its digest is kept."""
    address = whole(request, reverse("widgets_public:kiosk", args=[secret]))
    code = segno.make(address, error="m").svg_inline(border=2, omitsize=True, dark="#10302b", light="#ffffff")
    version = device.survey.current
    skipped = not_for_kiosks(version) if version else []
    return show(
        request, "widgets/device_address.html", device=device, address=address, code=code,
        skipped=[version.asks.local(q.text, get_language() or "fa") for q in skipped] if version else [],
        is_secure=address.startswith("https://") or "://127.0.0.1" in address or "://localhost" in address,
    )  # fmt: skip


def whole(request: HttpRequest, path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)
