"""Everything that can go wrong, in one shape: `{"code", "message"}`. Codes are for programs and never change."""

from __future__ import annotations

import logging

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from hamdel.api.wrong import in_words
from hamdel.ground.analytics import AnalyticsUnavailable
from hamdel.measure.metrics.question import QuestionError

log = logging.getLogger(__name__)
RETRY_SECONDS = 10
# Statuses any operation may answer with, all in the shape of `Problem`.
PROBLEMS = frozenset({400, 401, 403, 404, 405, 409, 429, 503})


class ApiError(Exception):
    """An operation refuses, with this status, code and message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class TooFast(ApiError):
    """This token calls more often than it may."""

    def __init__(self, seconds: int) -> None:
        message = _("This token calls too often. Wait %(seconds)s seconds, and send fewer requests a minute.")
        super().__init__(429, "too_many_requests", message % {"seconds": seconds})
        self.seconds = seconds


class Problem(Schema):
    """What every error looks like."""

    code: str
    message: str


def problem(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)


def teach_errors(api: NinjaAPI) -> None:
    """Give every exception an operation may raise its status, code and message."""
    api.add_exception_handler(ApiError, _refused)
    api.add_exception_handler(TooFast, _too_fast)
    api.add_exception_handler(AuthenticationError, _unknown)
    api.add_exception_handler(ValidationError, _bad_parameters)
    api.add_exception_handler(QuestionError, _bad_question)
    api.add_exception_handler(HttpError, _bad_request)
    api.add_exception_handler(Http404, _missing)
    api.add_exception_handler(PermissionDenied, _forbidden)
    api.add_exception_handler(AnalyticsUnavailable, _away)
    api.add_exception_handler(Exception, _unexpected)


def _refused(_request: HttpRequest, error: ApiError) -> HttpResponse:
    return problem(error.status, error.code, error.message)


def _too_fast(_request: HttpRequest, error: TooFast) -> HttpResponse:
    response = problem(error.status, error.code, error.message)
    response["Retry-After"] = str(error.seconds)
    return response


def _unknown(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    message = _("Send a valid API token: Authorization: Bearer hmd_…")
    response = problem(401, "unauthorized", message)
    response["WWW-Authenticate"] = "Bearer"
    return response


def _bad_parameters(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problem(400, "bad_parameters", in_words(error.errors) or _("The parameters are not right."))


def _bad_question(_request: HttpRequest, error: QuestionError) -> HttpResponse:
    return problem(404 if error.code == "unknown_metric" else 400, error.code, str(error))


def _bad_request(_request: HttpRequest, error: HttpError) -> HttpResponse:
    code = "bad_json" if error.status_code == 400 else "refused"
    message = _("The body is not valid JSON.") if code == "bad_json" else str(error)
    return problem(error.status_code, code, message)


def _missing(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return problem(404, "not_found", _("There is nothing at this address."))


def _forbidden(_request: HttpRequest, _error: PermissionDenied) -> HttpResponse:
    return problem(403, "forbidden", _("This token’s member may not do that."))


def _away(_request: HttpRequest, _error: AnalyticsUnavailable) -> HttpResponse:
    response = problem(
        503, "analytics_away", _("Scores and events cannot be read now. Try again in a moment.")
    )
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("The API stumbled at %s", request.path, exc_info=error)
    return problem(500, "internal_error", _("Something went wrong on our side. It has been written down."))
