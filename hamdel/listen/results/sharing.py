"""Make and revoke links to results, and find the one of a secret."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from hamdel.ground.access.models import Member, digest, new_secret
from hamdel.ground.audit.actions import record
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.results.models import SharedLink
from hamdel.listen.surveys.models import Survey

LONGEST = timedelta(days=365)


@transaction.atomic
def share_results(
    survey: Survey, *, name: str, days: int, shows_texts: bool, by: Member, at: datetime
) -> tuple[SharedLink, str]:
    """Make a link that works for some days, at most a year; return it with its secret, which is told only now."""
    secret = new_secret()
    link = SharedLink.objects.create(
        workspace_id=survey.workspace_id,
        survey=survey,
        name=name,
        digest=digest(secret),
        shows_texts=shows_texts,
        made_by=by,
        created_at=at,
        expires_at=at + min(timedelta(days=max(days, 1)), LONGEST),
    )
    record("results shared", workspace=survey.workspace, by=by, subject=survey.name)
    return link, secret


@transaction.atomic
def revoke_link(link: SharedLink, *, by: Member, at: datetime) -> None:
    """Let a link lead nowhere from now on. Revoking twice keeps the first moment."""
    if link.revoked_at is None:
        link.revoked_at = at
        link.save(update_fields=["revoked_at"])
        record("shared results revoked", workspace=link.workspace, by=by, subject=link.survey.name)


def link_of(secret: str, *, at: datetime) -> SharedLink | None:
    """Return the working link of a secret, whatever the workspace."""
    with across_workspaces():
        found = SharedLink.objects.working(at).filter(digest=digest(secret))
        return found.select_related("survey__workspace").first()
