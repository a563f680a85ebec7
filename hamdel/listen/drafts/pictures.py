"""Pictures of a draft: above a question, or beside one of its choices."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.ground.calendar.digits import format_number
from hamdel.ground.files.actions import FileRefused, keep_file
from hamdel.ground.files.models import Purpose
from hamdel.listen.drafts import editing
from hamdel.listen.drafts.editing import NoSuchPart
from hamdel.listen.drafts.selecting import language_now
from hamdel.listen.drafts.views import back_to, changed
from hamdel.listen.surveys.models import Survey

# Many of them stand on one page, which is to come quickly over a bad line.
MOST_BYTES_OF_A_CHOICE = 150_000


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def picture(request: Request, survey_id: str, address: str) -> HttpResponse:
    """Put a picture to a question or a choice, change the words that stand for it, or take it away."""
    survey = find(Survey, request, id=survey_id)
    try:
        file = _kept(request, is_of_choice=address.startswith("choice:"))
        missing = changed(request, survey, lambda form: _put(form, address, file, request))
    except FileRefused as refusal:
        messages.error(request, str(refusal))
        return back_to(survey, address)
    except NoSuchPart:
        return back_to(survey, said="gone")
    if missing:
        messages.warning(request, _("Say what the picture shows, or mark it as decoration."))
    return back_to(survey, address, "saved")


def _kept(request: Request, *, is_of_choice: bool) -> str:
    """Keep what was uploaded; return its name, "" for nothing. Raises FileRefused."""
    upload = request.FILES.get("image")
    if upload is None:
        return ""
    if is_of_choice and (upload.size or 0) > MOST_BYTES_OF_A_CHOICE:
        raise FileRefused(
            _(
                "A picture beside an answer may have %(most)s KB, so that the page stays light: make it smaller."
            )
            % {"most": format_number(MOST_BYTES_OF_A_CHOICE // 1_000, language_now())}
        )
    content = upload.read()
    kept = keep_file(
        request.workspace,
        name=upload.name or "",
        content=content,
        purpose=Purpose.IMAGE,
        by=request.member,
        at=now(),
    )
    return kept.public_id


def _put(form: dict[str, Any], address: str, file: str, request: Request) -> bool:
    """Change the picture of a part; tell whether it lacks words."""
    kind, _colon, key = address.partition(":")
    part = editing.find_choice(form, key) if kind == "choice" else editing.find_question(form, key)
    there = file or (part.get("image") or {}).get("file")
    if request.POST.get("deed") == "remove" or not there:
        part.pop("image", None)
        return False
    alt = {code: request.POST.get(f"alt-{code}", "").strip() for code in form["languages"]}
    part["image"] = {"file": there, "alt": {code: text for code, text in alt.items() if text}}
    if request.POST.get("decorative"):
        part["image"] = {"file": there, "decorative": True}
    return not (request.POST.get("decorative") or alt[form["languages"][0]])
