"""The two switches of the shell, and the gallery where every component can be seen."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from hamdel.ground.public import public
from hamdel.ui import gallery as samples
from hamdel.ui import theme as themes
from hamdel.ui.language import LANGUAGES
from hamdel.ui.pages import show

A_YEAR = 365 * 24 * 3600


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language the reader chose."""
    return _remembered(
        request, settings.LANGUAGE_COOKIE_NAME, request.POST.get("language", ""), tuple(LANGUAGES)
    )


@public
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or auto."""
    return _remembered(request, themes.COOKIE, request.POST.get("theme", ""), themes.THEMES)


@public
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component with sample content; it reads nothing of any workspace."""
    return show(request, "ui/gallery.html", shell=samples.shell(request), **samples.content(request.GET))


@public
@require_GET
def gallery_respond(request: HttpRequest) -> HttpResponse:
    """Show every question of a respondent's page."""
    return show(request, "ui/gallery_respond.html", questions=samples.questions())


def _remembered(request: HttpRequest, cookie: str, value: str, known: tuple[str, ...]) -> HttpResponse:
    response = HttpResponseRedirect(_back(request))
    if value in known:
        # theme.js writes the theme's cookie too, so neither is HttpOnly; they hold no secret.
        response.set_cookie(cookie, value, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
    return response


def _back(request: HttpRequest) -> str:
    """Return where the reader was; never another site."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if is_ours else "/"
