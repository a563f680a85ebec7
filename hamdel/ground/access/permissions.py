"""What a member may do. A role is a set of permissions; a view names one permission."""

from __future__ import annotations

from enum import Enum

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later


class Permission(Enum):
    """One thing a member may do. A convention test finds views that name none."""

    SEE_SCORES = later("see scores and dashboards")
    SEE_CUSTOMERS = later("see customers and their timeline")
    CHANGE_CUSTOMERS = later("change, merge and separate customers")
    ERASE_CUSTOMERS = later("export and erase customers")
    SEE_SURVEYS = later("see surveys and their responses")
    CHANGE_SURVEYS = later("build and publish surveys")
    INVITE_CUSTOMERS = later("invite customers to surveys")
    SEE_CASES = later("see cases")
    WORK_CASES = later("work and close cases")
    SEE_SOURCES = later("see event sources and the quarantine")
    CHANGE_SOURCES = later("change sources, replay and discard quarantined events")
    MANAGE_MEMBERS = later("invite members and change roles")
    MANAGE_WORKSPACE = later("change the workspace and its API tokens")
    SEE_AUDIT = later("see the audit log")

    @property
    def said(self) -> str:
        """Say it in the active language."""
        return gettext(self.value)


SEEING = {
    Permission.SEE_SCORES,
    Permission.SEE_CUSTOMERS,
    Permission.SEE_SURVEYS,
    Permission.SEE_CASES,
    Permission.SEE_SOURCES,
}
WORKING = {Permission.SEE_SCORES, Permission.SEE_CUSTOMERS, Permission.SEE_CASES, Permission.WORK_CASES}
ANALYSING = {
    Permission.CHANGE_SURVEYS,
    Permission.INVITE_CUSTOMERS,
    Permission.CHANGE_CUSTOMERS,
    Permission.WORK_CASES,
}


class Role(models.TextChoices):
    """What a member is in a workspace."""

    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    ANALYST = "analyst", _("Analyst")
    AGENT = "agent", _("Agent")
    VIEWER = "viewer", _("Viewer")

    @property
    def permissions(self) -> frozenset[Permission]:
        return GRANTED[self]


GRANTED: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(Permission),
    Role.ANALYST: frozenset(SEEING | ANALYSING | {Permission.CHANGE_SOURCES}),
    Role.AGENT: frozenset(WORKING | {Permission.SEE_SURVEYS, Permission.INVITE_CUSTOMERS}),
    Role.VIEWER: frozenset({Permission.SEE_SCORES, Permission.SEE_SURVEYS}),
}
