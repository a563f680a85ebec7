"""What the digests of personal links stand for, told to the respondent's pages, which know no invitations."""

from __future__ import annotations

from collections.abc import Sequence

from hamdel.listen.invitations.models import Invitation
from hamdel.listen.surveys.links import Personal


def personal_links(digests: Sequence[str]) -> dict[str, Personal]:
    """Return the invitations behind these digests. Ask across workspaces."""
    columns = ("digest", "id", "survey_id", "customer_id", "channel", "touchpoint", "caused_by", "expires_at")
    found = Invitation.objects.filter(digest__in=digests).values_list(*columns)
    return {row[0]: Personal(*row[1:]) for row in found}
