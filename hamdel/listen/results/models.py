"""Links by which people without a login see the results of one survey."""

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
