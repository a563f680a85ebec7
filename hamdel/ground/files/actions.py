"""Keep a file, after looking at what it really is."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import datetime
from pathlib import PurePosixPath
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from hamdel.ground.access.models import Member
from hamdel.ground.files.models import Content, File, Purpose
from hamdel.ground.files.sniffing import DOCUMENTS, IMAGES, MOST_PIXELS, HasCode, Kind, kind_of, size_of
from hamdel.ground.ids import new_id
from hamdel.ground.workspaces.models import Workspace

KB, MB = 1_000, 1_000_000
MOST_BYTES = {
    Purpose.LOGO: 500 * KB,
    Purpose.IMAGE: 2 * MB,
    Purpose.UPLOAD: 10 * MB,
    Purpose.ATTACHMENT: 10 * MB,
}
KINDS = {
    Purpose.LOGO: IMAGES,
    Purpose.IMAGE: IMAGES,
    Purpose.UPLOAD: IMAGES | DOCUMENTS,
    Purpose.ATTACHMENT: IMAGES | DOCUMENTS,
}
# Anybody with an open link may upload: together they must not fill the disk.
MOST_BYTES_OF_STRANGERS = 5_000 * MB
LONGEST_NAME = 120
# Control characters, and those that turn the direction of text so that "exe.pdf" reads "fdp.exe".
_DECEIVING = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\\/:*?\"<>|]")


class FileRefused(Exception):
    """The file is not kept. The message, in the reader's language, says why and what to do."""


@transaction.atomic
def keep_file(
    workspace: Workspace,
    *,
    name: str,
    content: bytes,
    purpose: Purpose,
    by: Member | None = None,
    at: datetime,
) -> File:
    """Keep a file for ever; `file.address` is where it is served. Raises FileRefused, and keeps nothing then."""
    kind, size = looked_at(content, purpose)
    if by is None:
        _leave_room(workspace, len(content))
    width, height = size or (None, None)
    # A stranger may have been promised not to be known: ids in order of time would tell when the file came.
    new = uuid4 if by is None else new_id
    file = File.objects.create(
        id=new(),
        workspace=workspace,
        purpose=purpose,
        name=safe_name(name, kind),
        media_type=kind.media_type,
        bytes=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        width=width,
        height=height,
        kept_at=at,
        by=by,
    )
    Content.objects.create(id=new(), workspace=workspace, file=file, content=content)
    return file


def looked_at(content: bytes, purpose: Purpose) -> tuple[Kind, tuple[int, int] | None]:
    """Return the kind of a content and, of an image, its size in pixels. Raises FileRefused."""
    if not content:
        raise FileRefused(_("The file is empty."))
    most = MOST_BYTES[purpose]
    if len(content) > most:
        raise FileRefused(
            _("The file is larger than %(most)s KB; choose a smaller one.") % {"most": f"{most // KB:,}"}
        )
    try:
        kind = kind_of(content)
    except HasCode:
        raise FileRefused(_("The document contains macros; save it without them and try again.")) from None
    if kind is None or kind not in KINDS[purpose]:
        raise FileRefused(_what_fits(purpose))
    size = size_of(content, kind)
    if kind.is_image and (size is None or not size[0] * size[1] > 0):
        raise FileRefused(_("The picture is damaged; save it again as PNG or JPEG."))
    if size and size[0] * size[1] > MOST_PIXELS:
        raise FileRefused(_("The picture has too many pixels; make it smaller and try again."))
    return kind, size


def _what_fits(purpose: Purpose) -> str:
    if KINDS[purpose] == IMAGES:
        return _("Only PNG, JPEG, WebP or GIF pictures can be used here.")
    return _(
        "Only pictures (PNG, JPEG, WebP, GIF), PDF, Word, Excel, PowerPoint or OpenDocument files are taken."
    )


def safe_name(name: str, kind: Kind) -> str:
    """Return a name that hides nothing: one line, no path, the ending of what the file really is."""
    flat = _DECEIVING.sub("", PurePosixPath(name.replace("\\", "/")).name)
    stem = unicodedata.normalize("NFC", flat).strip(". ")
    ending = stem.rpartition(".")[2].lower()
    if ending in {kind.ending, "jpg" if kind.ending == "jpeg" else kind.ending}:
        stem = stem.rpartition(".")[0]
    return f"{stem[:LONGEST_NAME].strip() or 'file'}.{kind.ending}"


def forget_file(file: File) -> None:
    """Remove a file and its bytes."""
    file.delete()


def _leave_room(workspace: Workspace, bytes_more: int) -> None:
    with connection.cursor() as cursor:
        # One stranger's file at a time, or two would both fit into the last room.
        cursor.execute("SELECT pg_advisory_xact_lock(7406, hashtext(%s))", [str(workspace.id)])
    kept = File.objects.in_workspace(workspace).filter(by=None).aggregate(all=Sum("bytes"))["all"] or 0
    if kept + bytes_more > MOST_BYTES_OF_STRANGERS:
        raise FileRefused(_("No more files can be taken now. Please answer without one."))
