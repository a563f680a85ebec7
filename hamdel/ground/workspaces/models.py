"""The workspace, and the base of every row that belongs to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from hamdel.ground.ids import new_id

if TYPE_CHECKING:
    from hamdel.ground.access.models import Member


class Workspace(models.Model):
    """One company's Hamdel: its customers, members, language, calendar and time zone."""

    class Calendar(models.TextChoices):
        JALALI = "jalali", _("Jalali")
        GREGORIAN = "gregorian", _("Gregorian")

    class Language(models.TextChoices):
        PERSIAN = "fa", _("Persian")
        ENGLISH = "en", _("English")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    language = models.CharField(max_length=2, choices=Language, default=Language.PERSIAN)
    calendar = models.CharField(max_length=9, choices=Calendar, default=Calendar.JALALI)
    timezone = models.CharField(max_length=60, default="Asia/Tehran")
    # When the company works, as `hours.hours_of` reads it; empty for the usual week.
    hours = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class WorkspaceQuerySet(models.QuerySet):
    """The vocabulary every tenant row shares."""

    def in_workspace(self, workspace: Workspace) -> Self:
        return self.filter(workspace=workspace)

    def visible_to(self, member: Member) -> Self:
        """Return what `member` may see: rows of their workspace; a slice narrows it further by role."""
        return self.filter(workspace_id=member.workspace_id)


class WorkspaceRow(models.Model):
    """A row of one workspace. Its migration must also list `IsolateRows(table)`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")

    objects = WorkspaceQuerySet.as_manager()

    class Meta:
        abstract = True
