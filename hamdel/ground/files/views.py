"""Serve a file so that nothing in it can act: typed by us, never sniffed, without rights, unchanging."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from hamdel.ground.access.doors import SESSION_KEY, member_of, public
from hamdel.ground.files.models import File, Purpose
from hamdel.ground.workspaces.tenancy import across_workspaces

FOR_EVER = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "private, no-cache"
# Should a browser ever take a file for a page, it is one without scripts, forms, plug-ins or an origin.
NO_RIGHTS = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"


@public
@require_safe
def file(request: HttpRequest, public_id: str) -> HttpResponse:
    """Serve a public file to whoever has its address, a private one to members with its permission.

    A file one may not see is as missing as one that is not there.
    """
    with across_workspaces():
        found = File.objects.filter(public_id=public_id[:24]).first() if "\0" not in public_id else None
        if found is None or not (found.is_public or _may_see(request, found)):
            raise Http404
        unchanged = request.headers.get("If-None-Match", "").removeprefix("W/") == _tag(found)
        content = b"" if unchanged else bytes(found.content.content)
    response = HttpResponseNotModified() if unchanged else HttpResponse(content, found.media_type)
    return _guarded(response, found)


def _may_see(request: HttpRequest, found: File) -> bool:
    if not request.user.is_authenticated:
        return False
    member = member_of(request.user, request.session.get(SESSION_KEY))
    return (
        member is not None
        and member.workspace_id == found.workspace_id
        and member.may(Purpose(found.purpose).permission)
    )


def _tag(found: File) -> str:
    return f'"{found.digest}"'


def _guarded(response: HttpResponse, found: File) -> HttpResponse:
    is_download = not found.media_type.startswith("image/")
    response["ETag"] = _tag(found)
    response["Cache-Control"] = FOR_EVER if found.is_public else ASK_EACH_TIME
    response["Content-Security-Policy"] = NO_RIGHTS
    response["Content-Disposition"] = content_disposition_header(is_download, found.name) or "attachment"
    response["Cross-Origin-Resource-Policy"] = "cross-origin" if found.is_public else "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response
