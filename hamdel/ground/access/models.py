"""People who work here: users, their membership of a workspace, and the keys they hand to programs."""

from __future__ import annotations

import hashlib
import secrets
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from hamdel.ground.access.permissions import Permission, Role
from hamdel.ground.ids import new_id
from hamdel.ground.workspaces.models import Workspace, WorkspaceRow


def digest(secret: str) -> str:
    """Return what we keep of a random secret. Without the secret itself, nothing can be logged in with it."""
    return hashlib.sha256(secret.encode()).hexdigest()


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields) -> User:
        """Make a user who logs in with `email`. Without a password only a login link lets them in."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """One person who logs in; may be a member of several workspaces."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    # allauth asks these of every user model; nobody here is above the roles of a workspace.
    is_staff = False
    is_superuser = False

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name


class Member(WorkspaceRow):
    """A user's place in one workspace."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="members")
    role = models.CharField(max_length=8, choices=Role, default=Role.VIEWER)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["workspace", "user"], name="one_membership_per_workspace"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="member_role_is_known"),
        )

    def __str__(self) -> str:
        return str(self.user)

    def may(self, permission: Permission) -> bool:
        return permission in Role(self.role).permissions


class ApiToken(WorkspaceRow):
    """A key with which a program speaks for one member. Only its digest is kept."""

    PREFIX = "hmd_"

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class LoginLink(models.Model):
    """A link that logs one user in, once, before it expires: the first admin, the demo, a lost password."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="login_links")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)


def new_secret(prefix: str = "") -> str:
    """Return 256 random bits as text."""
    return prefix + secrets.token_urlsafe(32)


def workspaces_of(user: User) -> models.QuerySet[Workspace]:
    """Return the workspaces `user` is a member of. Ask across workspaces."""
    return Workspace.objects.filter(id__in=Member.objects.filter(user=user).values("workspace")).order_by(
        "name"
    )
