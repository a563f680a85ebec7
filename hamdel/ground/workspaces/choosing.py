"""The workspace a command works in: the one that is named, or the only one."""

from __future__ import annotations

from django.db import DatabaseError

from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import across_workspaces


class NoWorkspace(Exception):
    """No workspace was found; the message says what to do."""


def workspace_of(slug: str | None) -> Workspace:
    """Return the workspace with this slug, or the only one. Raises NoWorkspace."""
    try:
        with across_workspaces():
            known = list(Workspace.objects.order_by("slug"))
    except DatabaseError as error:
        raise NoWorkspace("the database is not ready; run `hamdel migrate`, or look at its log") from error
    chosen = [workspace for workspace in known if slug in {None, workspace.slug}]
    if len(chosen) == 1:
        return chosen[0]
    if not known:
        raise NoWorkspace("there is no workspace yet; make one with `hamdel create-admin`")
    slugs = ", ".join(workspace.slug for workspace in known)
    if slug is not None:
        raise NoWorkspace(f"there is no workspace {slug!r}; there is: {slugs}")
    raise NoWorkspace(f"say which workspace with --workspace, one of: {slugs}")
