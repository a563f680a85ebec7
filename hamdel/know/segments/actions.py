"""Verbs of a segment: save, delete."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hamdel.ground.access.models import Member
from hamdel.ground.audit.actions import record
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.segments.models import Segment


class NameTaken(Exception):
    """Another segment of the workspace has this name."""

    message = _("Another segment has this name already.")


def create_segment(
    workspace: Workspace, *, name: str, rule: Mapping[str, Any], note: str = "", by: Member, at: datetime
) -> Segment:
    """Keep a rule under a name. The rule is one `parse` has read. Raises NameTaken."""
    segment = Segment(workspace=workspace, created_at=at, created_by=by)
    return change_segment(segment, name=name, rule=rule, note=note, by=by, at=at)


def change_segment(
    segment: Segment, *, name: str, rule: Mapping[str, Any], note: str = "", by: Member, at: datetime
) -> Segment:
    """Give a segment another name, note or rule. Raises NameTaken."""
    is_new = segment._state.adding
    segment.name, segment.rule, segment.note, segment.changed_at = name.strip(), dict(rule), note.strip(), at
    try:
        with transaction.atomic():
            segment.save()
    except IntegrityError:
        raise NameTaken from None
    record(
        "segment made" if is_new else "segment changed", workspace=by.workspace, by=by, subject=segment.name
    )
    return segment


def delete_segment(segment: Segment, *, by: Member) -> None:
    """Forget a segment; its customers stay."""
    record("segment deleted", workspace=by.workspace, by=by, subject=segment.name)
    segment.delete()
