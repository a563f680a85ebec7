"""The doors every request passes: who is it, which workspace, may they.

`needs` opens the transaction, binds it to the member's workspace and renders inside it, so no query of a page
can run unbound. `find` turns a foreign or unknown id into 404.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from hamdel.ground.access.models import Member, User, workspaces_of
from hamdel.ground.access.permissions import Permission
from hamdel.ground.public import public
from hamdel.ground.workspaces.models import Workspace, WorkspaceRow
from hamdel.ground.workspaces.tenancy import across_workspaces, inside

SESSION_KEY = "workspace"
__all__ = ["SESSION_KEY", "Request", "enter", "find", "member_of", "needs", "public"]


class Request(HttpRequest):
    """A request that passed `needs`."""

    user: User
    member: Member
    workspace: Workspace


View = Callable[..., HttpResponse]
Row = TypeVar("Row", bound=WorkspaceRow)


def member_of(user: User, chosen: str | None = None) -> Member | None:
    """Return the membership `user` works as: in the chosen workspace, or else the first they joined."""
    with across_workspaces():
        places = (
            Member.objects.filter(user=user).select_related("workspace", "user").order_by("joined_at", "id")
        )
        first = None
        for member in places:
            first = first or member
            if str(member.workspace_id) == chosen:
                return member
        return first


def needs(permission: Permission) -> Callable[[View], View]:
    """Let a view run only for a member with `permission`, inside their workspace's transaction."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            member = member_of(request.user, request.session.get(SESSION_KEY))
            if member is None:
                raise PermissionDenied
            enter(request, member)
            if not member.may(permission):
                raise PermissionDenied
            with inside(member.workspace_id):
                return rendered(view(request, *args, **kwargs))

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def enter(request: HttpRequest, member: Member) -> None:
    """Put the member on the request and show things the workspace's way."""
    from hamdel.ui.formats import (  # ui is a layer of its own; needed only when a page is shown
        Display,
        activate,
    )
    from hamdel.ui.language import prefer

    request.member = member  # type: ignore[attr-defined]
    request.workspace = member.workspace  # type: ignore[attr-defined]
    request.workspaces = SimpleLazyObject(lambda: _workspaces_of(member.user))  # type: ignore[attr-defined]
    activate(Display(calendar=member.workspace.calendar, timezone=member.workspace.timezone))
    prefer(request, member.workspace.language)


def _workspaces_of(user: User) -> list[Workspace]:
    with across_workspaces():
        return list(workspaces_of(user))


def rendered(response: HttpResponse) -> HttpResponse:
    """Render a lazy response now, while its queries are still bound to the workspace."""
    if (
        hasattr(response, "render")
        and callable(response.render)
        and not getattr(response, "is_rendered", True)
    ):
        return response.render()
    return response


def find(model: type[Row] | models.QuerySet, request: HttpRequest, **lookup: Any) -> Row:
    """Return one row of the member's workspace. Anything else, foreign ids included, is 404."""
    rows = model if isinstance(model, models.QuerySet) else model.objects.all()
    try:
        return rows.visible_to(request.member).get(**lookup)  # type: ignore[attr-defined,union-attr]
    except (rows.model.DoesNotExist, ValidationError, ValueError) as missing:
        raise Http404 from missing
