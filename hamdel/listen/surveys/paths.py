"""Paths of a company's own for its open links."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from hamdel.listen.surveys.models import Survey, SurveyPath

LONGEST_PATH = 40
PATH = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class PathTaken(Exception):
    """Another survey has this path, perhaps of another workspace."""


def choose_path(survey: Survey, path: str, *, at: datetime) -> None:
    """Let the open link end in `path`; "" goes back to the random one. Earlier links go on working. Raises PathTaken."""
    if path and not survey.paths.filter(path=path).exists():
        try:
            with transaction.atomic():
                SurveyPath.objects.create(workspace=survey.workspace, survey=survey, path=path, chosen_at=at)
        except IntegrityError:
            raise PathTaken from None
    survey.settings = {**survey.settings, "path": path}
    survey.save(update_fields=["settings"])
