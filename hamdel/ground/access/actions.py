"""Verbs of access: found a workspace, add a member, issue and revoke keys."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from hamdel.ground.access.models import ApiToken, LoginLink, Member, User, digest, new_secret
from hamdel.ground.access.permissions import Role
from hamdel.ground.audit.actions import record
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import across_workspaces, inside

LINK_LIVES = timedelta(hours=24)


class LinkNotValid(Exception):
    """This login link was used already or has expired. Ask for a new one."""


@transaction.atomic
def found_workspace(*, name: str, slug: str, owner: User, **settings: Any) -> Member:
    """Make a workspace with its first owner. Raises IntegrityError when the slug is taken."""
    with across_workspaces():
        workspace = Workspace.objects.create(name=name, slug=slug, **settings)
    return add_member(workspace, user=owner, role=Role.OWNER)


def add_member(workspace: Workspace, *, user: User, role: Role, by: Member | None = None) -> Member:
    """Give `user` a place in the workspace. Adding twice returns the first membership."""
    with inside(workspace):
        member, created = Member.objects.get_or_create(
            workspace=workspace, user=user, defaults={"role": role}
        )
        if created:
            record("member added", workspace=workspace, by=by, subject=f"{user.email} as {role}")
        return member


def issue_token(member: Member, *, name: str, by: Member) -> str:
    """Return a new API token. It is shown this once: only its digest is kept."""
    secret = new_secret(ApiToken.PREFIX)
    with inside(member.workspace_id):
        ApiToken.objects.create(
            workspace_id=member.workspace_id,
            member=member,
            name=name,
            digest=digest(secret),
            hint=secret[:8],
        )
        record("API token issued", workspace=member.workspace, by=by, subject=name)
    return secret


def revoke_token(token: ApiToken, *, by: Member, at: datetime) -> None:
    """Stop a token at once. Revoking twice keeps the first moment."""
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        record("API token revoked", workspace=token.workspace, by=by, subject=token.name)


def make_login_link(user: User, *, at: datetime) -> str:
    """Return the secret of a link that logs `user` in once within a day."""
    secret = new_secret()
    LoginLink.objects.create(user=user, digest=digest(secret), expires_at=at + LINK_LIVES)
    return secret


def may_let_in(member: Member, user: User) -> bool:
    """Tell whether `member` may have a link that logs in as `user`.

    Not as somebody who works in other workspaces too, which the link would open as well, nor, for an admin, as an
    owner: what is done by such a link stands in the audit log under the name of whom it is for.
    """
    with across_workspaces():
        places = list(Member.objects.filter(user=user).values_list("workspace_id", "role"))
    here = all(workspace == member.workspace_id for workspace, _role in places)
    return here and (member.role == Role.OWNER or all(role != Role.OWNER for _workspace, role in places))


def may_rank(member: Member, *roles: str) -> bool:
    """Tell whether `member` may give or take these roles: that of an owner is the owners' own."""
    return member.role == Role.OWNER or Role.OWNER not in roles


def use_login_link(secret: str, *, at: datetime) -> User:
    """Return whom the link is for and burn it. Raises LinkNotValid."""
    # One UPDATE decides, so two clicks at the same moment cannot both win.
    burnt = LoginLink.objects.filter(
        digest=digest(secret), used_at=None, expires_at__gt=at, user__is_active=True
    )
    if not burnt.update(used_at=at):
        raise LinkNotValid
    return LoginLink.objects.select_related("user").get(digest=digest(secret)).user


@transaction.atomic
def change_role(member: Member, role: Role, *, by: Member) -> bool:
    """Give a member another role; False when that would leave the workspace without an owner."""
    if role != Role.OWNER and _is_last_owner(member):
        return False
    member.role = role
    member.save(update_fields=["role"])
    record("role changed", workspace=member.workspace, by=by, subject=f"{member.user.email} to {role}")
    return True


@transaction.atomic
def remove_member(member: Member, *, by: Member) -> bool:
    """End a membership; False when that would leave the workspace without an owner."""
    if _is_last_owner(member):
        return False
    record("member removed", workspace=member.workspace, by=by, subject=member.user.email)
    member.delete()
    return True


def _is_last_owner(member: Member) -> bool:
    owners = Member.objects.select_for_update().filter(workspace=member.workspace_id, role=Role.OWNER)
    return [owner.id for owner in owners] == [member.id]
