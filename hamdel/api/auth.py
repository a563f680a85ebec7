"""Who calls: the token, the member it speaks for, and the workspace everything else is bound to."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from time import monotonic
from typing import Annotated, Any, TypeVar, get_args, get_origin

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.security import HttpBearer

from hamdel.api.errors import ApiError, TooFast
from hamdel.api.once import once
from hamdel.api.pace import Pace
from hamdel.ground.access.models import ApiToken, Member, digest
from hamdel.ground.access.permissions import Permission
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import across_workspaces, inside

# `last_used_at` tells which tokens are still needed; a write for every call would say no more.
NOTED_EVERY = timedelta(minutes=1)
# No secret of ours is longer; a longer one need not be digested.
LONGEST = 200
PACE = Pace()

Result = TypeVar("Result")


class ApiRequest(HttpRequest):
    """A request that came with a token."""

    member: Member
    workspace: Workspace
    # Answered with what the same request was answered before.
    is_replay: bool = False


class Token(HttpBearer):
    """`Authorization: Bearer hmd_…`: an API token, which may do what its member may."""

    def authenticate(self, request: HttpRequest, token: str) -> Member | None:
        """Return the token's member; None, which becomes 401, for a wrong, revoked or orphaned one. Raises TooFast."""
        if not token.startswith(ApiToken.PREFIX) or len(token) > LONGEST:
            return None
        with across_workspaces():
            valid = ApiToken.objects.filter(revoked_at=None, member__user__is_active=True)
            found = (
                valid.select_related("member__workspace", "member__user").filter(digest=digest(token)).first()
            )
            if found is None:
                return None
            if seconds := PACE.wait(found.id, per_minute=settings.API_PER_MINUTE, at=monotonic()):
                raise TooFast(seconds)
            _note_use(found)
        request.member, request.workspace = found.member, found.member.workspace  # type: ignore[attr-defined]
        return found.member


def _note_use(token: ApiToken) -> None:
    moment = now()
    long_ago = Q(last_used_at=None) | Q(last_used_at__lt=moment - NOTED_EVERY)
    ApiToken.objects.filter(long_ago, id=token.id).update(last_used_at=moment)


def parameters_of(operation: Callable[..., Any]) -> frozenset[str] | None:
    """Return the names an operation reads from the address; None for one that reads any and says itself what is wrong."""
    names: set[str] = set()
    for name, one in inspect.signature(operation, eval_str=True).parameters.items():
        kind = get_args(one.annotation)[0] if get_origin(one.annotation) is Annotated else one.annotation
        if not (inspect.isclass(kind) and issubclass(kind, Schema)):
            names.add(name)
        elif getattr(kind, "takes_any", False):
            return None
        elif name != "body":
            names |= {field.alias or key for key, field in kind.model_fields.items()}
    return frozenset(names - {"request"})


def refuse_unknown(request: HttpRequest, known: frozenset[str] | None) -> None:
    """Refuse a misspelt parameter: whoever asks for `chanel=sms` must not get the figures of all channels."""
    unknown = sorted(request.GET.keys() - known) if known is not None else []
    if unknown:
        told = {"name": unknown[0][:60], "names": ", ".join(sorted(known or ())) or "—"}
        message = _("There is no parameter “%(name)s” here. There are: %(names)s.") % told
        raise ApiError(400, "unknown_parameter", message)


def needs(permission: Permission) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Let an operation run only for members with `permission`, in a transaction bound to their workspace.

    A POST with an Idempotency-Key runs once (see `once.py`). An operation must return plain values: what is read after it returned would be read unbound.
    """

    def decorate(operation: Callable[..., Result]) -> Callable[..., Result]:
        @wraps(operation)
        def guarded(request: ApiRequest, *args: Any, **kwargs: Any) -> Result:
            if not request.member.may(permission):
                message = _("This token’s member may not: %(what)s.") % {"what": permission.said}
                raise ApiError(403, "forbidden", message)

            def run() -> Result:
                refuse_unknown(request, known)
                return operation(request, *args, **kwargs)

            with inside(request.workspace):
                return once(request, run)

        known = parameters_of(operation)
        # Read here, where the names of the annotations are known; the wrapper's module knows none of them.
        guarded.__signature__ = inspect.signature(operation, eval_str=True)  # type: ignore[attr-defined]
        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate
