"""Links by which people without a login see the results of one survey, and files of very many responses."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from hamdel.ground.access.models import Member
from hamdel.ground.workspaces.models import WorkspaceQuerySet, WorkspaceRow
from hamdel.listen.surveys.models import Survey


class SharedLinkQuerySet(WorkspaceQuerySet):
    def working(self, at: datetime) -> Self:
        return self.filter(revoked_at__isnull=True, expires_at__gt=at)


class SharedLink(WorkspaceRow):
    """A read-only look at results. Of its secret only the digest is kept, so it is told once."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="shared_links")
    name = models.CharField(_("For whom"), max_length=80, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    shows_texts = models.BooleanField(_("Show what people wrote in their own words"), default=False)
    made_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = SharedLinkQuerySet.as_manager()  # type: ignore[misc]  # the slice says more than every row does


class Export(WorkspaceRow):
    """A file of very many responses, made in the background and kept for some days."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="exports")
    form = models.CharField(max_length=8)
    # What chooses the responses, as it stands in an address.
    chosen = models.JSONField(default=dict)
    language = models.CharField(max_length=10)
    # Whether it tells whose answers they are; who may not see customers does not get it.
    shows_whom = models.BooleanField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=20, blank=True)
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=["asked_at"], name="exports_by_age"),)

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None

    @property
    def is_ready(self) -> bool:
        return self.finished_at is not None and not self.failure

    @property
    def percent(self) -> int:
        return min(99, 100 * self.rows_done // self.rows) if self.rows else 0


class ExportPart(WorkspaceRow):
    """A piece of the bytes of an export."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["export", "number"], name="export_parts_are_numbered"),
        )
