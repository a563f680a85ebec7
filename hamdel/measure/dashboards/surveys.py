"""The surveys behind scores: events carry their ids, readers want their names."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from hamdel.ground.access.models import Member
from hamdel.listen.surveys.models import Survey


def surveys_by_id(member: Member, ids: Iterable[str]) -> dict[str, Survey]:
    """Return the surveys of these ids that `member` may see; importers send ids of their own, which are left out."""
    ours = {survey_id for survey_id in ids if _is_uuid(survey_id)}
    return {str(survey.id): survey for survey in Survey.objects.visible_to(member).filter(id__in=ours)}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
