"""Addresses of the API. Whatever is asked under them is answered in JSON, in the language asked for."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, include, path
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from hamdel.api.api import api
from hamdel.api.errors import problem
from hamdel.ground.access.doors import View


def language_wished(request: HttpRequest) -> str:
    return "fa" if request.headers.get("Accept-Language", "").lower().startswith("fa") else "en"


def in_one_shape(view: View) -> View:
    """Answer in the caller's language, and say "method not allowed" as every other error is said."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(language_wished(request)):
            is_head = request.method == "HEAD"
            if is_head:
                # As GET, of which the body is left out: who only asks whether something is there.
                request.method = "GET"
            try:
                response = view(request, *args, **kwargs)
            except Http404:
                return nothing_here(request)
            if is_head:
                return without_body(response)
            if request.method == "OPTIONS" and response.status_code == 405:
                return HttpResponse(status=204, headers={"Allow": response["Allow"]})
            if getattr(request, "is_replay", False):
                response["Idempotent-Replayed"] = "true"
            if response.status_code != 405:
                return response
            refused = problem(
                405,
                "method_not_allowed",
                _("This address takes %(methods)s.") % {"methods": response["Allow"]},
            )
            refused["Allow"] = response["Allow"]
            return refused

    # Each operation names the permission its token must have; see `auth.needs`.
    answered.permission = None  # type: ignore[attr-defined]
    return answered


def without_body(response: HttpResponse) -> HttpResponse:
    response["Content-Length"] = str(len(response.content))
    response.content = b""
    return response


@csrf_exempt
def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:  # noqa: ARG001  named by the address
    with translation.override(language_wished(request)):
        return problem(404, "not_found", _("There is nothing at this address."))


nothing_here.permission = None  # type: ignore[attr-defined]


def _operations() -> tuple[list[URLPattern], str, str]:
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        pattern.callback = csrf_exempt(in_one_shape(pattern.callback))
    return patterns, app_name, namespace


_patterns, _app_name, _namespace = _operations()
urlpatterns = [
    path("v1/", include((_patterns, _app_name), namespace=_namespace)),
    path("v1", nothing_here),
    path("v1/<path:rest>", nothing_here),
]
