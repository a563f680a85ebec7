"""Files that respondents send with a page: looked at and kept before the page is taken, forgotten if it is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.datastructures import MultiValueDict

from hamdel.ground.files.actions import FileRefused, forget_file, keep_file
from hamdel.ground.files.models import File, Purpose
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.surveys.definition import Kind, Question
from hamdel.listen.surveys.links import Place, Visit, follow
from hamdel.listen.surveys.showing import visible
from hamdel.listen.surveys.taking import page_number

MOST_FILES = 10


@dataclass
class Uploads:
    """What was kept of a page's files, by question, and what is wrong with the others."""

    page: int = 0
    kept: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)


def keep_uploads(visit: Visit, page: str, sent: MultiValueDict) -> Uploads:
    """Keep the files sent for the questions of a page; files nobody asked for are not looked at."""
    with across_workspaces():
        [place] = follow([visit])
        if place is None or place.standing is None or not place.may_answer(at=visit.at):
            return Uploads()
        asks, standing = place.standing.asks, place.standing
        number = page_number(page, len(asks.pages))
        uploads = Uploads(number)
        for question in visible(asks, number, standing.facts):
            if question.kind == Kind.FILE and sent.getlist(question.key):
                _keep(uploads, question, place, visit, sent.getlist(question.key))
    if uploads.errors:
        forget_uploads(uploads)
    return uploads


def _keep(uploads: Uploads, question: Question, place: Place, visit: Visit, sent: list[Any]) -> None:
    if len(sent) > min(question.most or 1, MOST_FILES):
        uploads.errors[question.key] = "too_many_files"
        return
    workspace, at = Workspace.objects.get(id=place.survey.workspace_id), place.survey.coarse(visit.at)
    try:
        kept = [
            keep_file(workspace, name=one.name or "", content=one.read(), purpose=Purpose.UPLOAD, at=at)
            for one in sent
        ]
    except FileRefused as refusal:
        uploads.errors[question.key] = str(refusal)
        return
    uploads.files += kept
    uploads.kept[question.key] = [reference(file) for file in kept]


def reference(file: File) -> dict[str, Any]:
    """Return a file as an answer keeps it."""
    return {"file": file.public_id, "name": file.name, "bytes": file.bytes}


def forget_uploads(uploads: Uploads) -> None:
    """Forget the files of a page that was not taken."""
    with across_workspaces():
        for file in uploads.files:
            forget_file(file)
    uploads.files.clear()
