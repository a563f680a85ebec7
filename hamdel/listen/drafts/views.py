"""The editor: one page with the survey at the side, the opened part in the middle, and how it will look.

Every change is a plain post that leads back to the editor; htmx fetches the same page and takes what changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.listen.drafts import editing
from hamdel.listen.drafts.actions import change_draft, form_of, reach, redo, undo
from hamdel.listen.drafts.carrying import carry_choices
from hamdel.listen.drafts.editing import EARLIER, LATER, NoSuchPart
from hamdel.listen.drafts.forms import QuestionForm, language_name
from hamdel.listen.drafts.kinds import OFFERS
from hamdel.listen.drafts.outlining import outline
from hamdel.listen.drafts.selecting import Opened, local, opened
from hamdel.listen.surveys.definition import Kind, check_definition, read_definition
from hamdel.listen.surveys.models import Survey
from hamdel.listen.surveys.preview import for_everybody, preview_page
from hamdel.ui.pages import show

SAID: dict[str, Any] = {
    "added": _("Added."),
    "saved": _("Saved."),
    "moved": _("Moved."),
    "copied": _("Copied."),
    "carried": _("Taken over, each with its condition."),
    "removed": _("Removed. Undo brings it back."),
    "undone": _("Undone."),
    "redone": _("Done again."),
    "nothing": _("There is nothing more to undo."),
    "gone": _("That part is not there any more; somebody may have removed it."),
    "conflict": _(
        "Somebody changed this question meanwhile. What you see is theirs; what you had typed stands below it."
    ),
}


@require_safe
@needs(Permission.CHANGE_SURVEYS)
def editor(request: Request, survey_id: str) -> HttpResponse:
    survey = find(Survey, request, id=survey_id)
    return _show(request, survey, opened(form_of(survey), request.GET.get("at", "")))


def _show(
    request: Request, survey: Survey, open_part: Opened, *, status: int = 200, **more: Any
) -> HttpResponse:
    form = form_of(survey)
    page = page_number(form, open_part)
    can_undo, can_redo = reach(survey)
    return show(
        request,
        "drafts/editor.html",
        survey=survey,
        outline=outline(form, open_part.line),
        opened=open_part,
        offers=OFFERS,
        languages=[(code, language_name(code)) for code in form["languages"]],
        said=SAID.get(request.GET.get("said", ""), ""),
        can_undo=can_undo,
        can_redo=can_redo,
        page_number=page,
        problems=len(check_definition(form)),
        was=digest_of(open_part.part),
        language=request.GET.get("lang") or form["languages"][0],
        choice_title=local(open_part.part.get("text"), form) or open_part.part.get("value", ""),
        status=status,
        **more,
    )


def page_number(form: dict[str, Any], open_part: Opened) -> int:
    """Return the page the preview begins with."""
    for number, page in enumerate(form["pages"]):
        if open_part.kind == "page" and page["key"] == open_part.key:
            return number
        if any(f"question:{q['key']}" == open_part.line for q in page["questions"]):
            return number
    return len(form["pages"]) - 1 if open_part.kind == "end" else 0


def digest_of(part: dict[str, Any]) -> str:
    """Return what tells whether a part is still as it was shown."""
    import hashlib

    import orjson

    return hashlib.blake2b(orjson.dumps(part, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()


def back_to(survey: Survey, at: str = "", said: str = "") -> HttpResponse:
    words = urlencode({name: value for name, value in (("at", at), ("said", said)) if value})
    return HttpResponseRedirect(f"{reverse('drafts:editor', args=[survey.id])}?{words}")


def changed(request: Request, survey: Survey, edit: Callable[[dict[str, Any]], Any]) -> Any:
    """Change the draft on behalf of the member who asks."""
    return change_draft(survey, edit, by=request.member, at=now())


@require_safe
@xframe_options_sameorigin
@needs(Permission.CHANGE_SURVEYS)
def preview(request: Request, survey_id: str) -> HttpResponse:
    """Show a page of the draft as somebody would see it to whom all of it is asked; it takes no answer."""
    survey = find(Survey, request, id=survey_id)
    asked = request.GET.get("page", "0")
    return preview_page(
        request,
        for_everybody(read_definition(form_of(survey))),
        survey=survey,
        page=int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0,
        answers={},
        language=request.GET.get("lang", ""),
    )


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def steps(request: Request, survey_id: str) -> HttpResponse:
    """Undo, or redo."""
    survey = find(Survey, request, id=survey_id)
    go, word = (redo, "redone") if request.POST.get("deed") == "redo" else (undo, "undone")
    went = go(survey, by=request.member, at=now())
    return back_to(survey, request.POST.get("at", ""), word if went else "nothing")


# Questions


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def questions(request: Request, survey_id: str) -> HttpResponse:
    """Add a question."""
    survey = find(Survey, request, id=survey_id)
    kind = request.POST.get("kind", "")
    if kind not in set(Kind):
        return back_to(survey)
    page, after = request.POST.get("page", ""), request.POST.get("after", "")
    try:
        key = changed(request, survey, lambda form: editing.add_question(form, kind, page=page, after=after))
    except NoSuchPart:
        return back_to(survey, said="gone")
    return back_to(survey, f"question:{key}", "added")


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def question(request: Request, survey_id: str, key: str) -> HttpResponse:
    """Save a question. Somebody else's change meanwhile is shown, and nothing of either is lost."""
    survey = find(Survey, request, id=survey_id)
    form = form_of(survey)
    try:
        part = editing.find_question(form, key)
    except NoSuchPart:
        return back_to(survey, said="gone")
    typed = QuestionForm(part, form["languages"], is_quiz=bool(form.get("quiz")), data=request.POST)
    found = opened(form, f"question:{key}")
    if request.POST.get("was") not in {digest_of(part), None}:
        return _show(request, survey, found, status=409, conflict=_typed_texts(typed))
    if not typed.is_valid():
        found.form = typed
        return _show(request, survey, found, status=422)
    new = typed.changed()
    _move_row(new, request.POST.get("deed", ""))
    changed(request, survey, lambda form: editing.replace_question(form, key, new))
    return back_to(survey, f"question:{key}", "saved")


def _typed_texts(typed: QuestionForm) -> list[str]:
    """Return what somebody typed, to be taken up again by hand."""
    return [text for name, text in typed.data.items() if text and ("|" in name or name.count("-") > 1)]


def _move_row(question: dict[str, Any], deed: str) -> None:
    """Move a row of a list: "choices earlier 2"."""
    name, _space, rest = deed.partition(" ")
    step, _space, number = rest.partition(" ")
    rows = question.get(name)
    if not isinstance(rows, list) or not number.isdigit():
        return
    at, to = int(number), int(number) + (EARLIER if step == "earlier" else LATER)
    if 0 <= at < len(rows) and 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def question_deed(request: Request, survey_id: str, key: str) -> HttpResponse:
    """Move, copy, remove a question, begin a page with it, or offer answers of an earlier one in it."""
    survey = find(Survey, request, id=survey_id)
    deed, at, word = request.POST.get("deed", ""), f"question:{key}", "moved"
    try:
        if deed in {"earlier", "later"}:
            step = EARLIER if deed == "earlier" else LATER
            changed(request, survey, lambda form: editing.move_question(form, key, step))
        elif deed == "copy":
            at, word = (
                f"question:{changed(request, survey, lambda f: editing.copy_question(f, key))}",
                "copied",
            )
        elif deed == "split":
            changed(request, survey, lambda form: editing.split_page(form, key))
        elif deed == "put":
            page, before = request.POST.get("page", ""), request.POST.get("before", "")
            changed(request, survey, lambda form: editing.put_question(form, key, page=page, before=before))
        elif deed == "carry":
            source, chosen = request.POST.get("source", ""), request.POST.get("which") != "left"
            changed(request, survey, lambda form: carry_choices(form, key, source=source, chosen=chosen))
            word = "carried"
        elif deed == "remove":
            changed(request, survey, lambda form: editing.remove_question(form, key))
            at, word = "", "removed"
    except NoSuchPart:
        at, word = "", "gone"
    return back_to(survey, at, word)


# Pages, ends, quotas


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def pages(request: Request, survey_id: str) -> HttpResponse:
    """Add a page."""
    survey = find(Survey, request, id=survey_id)
    key = changed(request, survey, lambda form: editing.add_page(form, after=request.POST.get("after", "")))
    return back_to(survey, f"page:{key}", "added")


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def page(request: Request, survey_id: str, key: str) -> HttpResponse:
    """Save the title, the words and the order of a page."""
    survey = find(Survey, request, id=survey_id)

    def save(form: dict[str, Any]) -> None:
        part = editing.find_page(form, key)
        for name in ("title", "text"):
            _put_texts(part, name, form["languages"], request)
        part.pop("random_order", None)
        if request.POST.get("random_order"):
            part["random_order"] = True

    try:
        changed(request, survey, save)
    except NoSuchPart:
        return back_to(survey, said="gone")
    return back_to(survey, f"page:{key}", "saved")


def _put_texts(part: dict[str, Any], name: str, languages: list[str], request: Request) -> None:
    texts = {code: request.POST.get(f"{name}-{code}", "").strip() for code in languages}
    written = {code: text for code, text in texts.items() if text}
    if written:
        part[name] = written
    else:
        part.pop(name, None)


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def page_deed(request: Request, survey_id: str, key: str) -> HttpResponse:
    """Move a page, merge it with the one before, or remove it with its questions."""
    survey = find(Survey, request, id=survey_id)
    deed, at, word = request.POST.get("deed", ""), f"page:{key}", "moved"
    try:
        if deed in {"earlier", "later"}:
            step = EARLIER if deed == "earlier" else LATER
            changed(request, survey, lambda form: editing.move_page(form, key, step))
        elif deed == "merge":
            at = f"page:{changed(request, survey, lambda form: editing.merge_page(form, key))}"
        elif deed == "remove":
            changed(request, survey, lambda form: editing.remove_page(form, key))
            at, word = "", "removed"
    except NoSuchPart:
        at, word = "", "gone"
    return back_to(survey, at, word)


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def parts(request: Request, survey_id: str) -> HttpResponse:
    """Add, save or remove an end, a quota, or the quiz."""
    survey = find(Survey, request, id=survey_id)
    deed, address = request.POST.get("deed", ""), request.POST.get("at", "")
    _kind, _colon, key = address.partition(":")
    deeds: dict[str, Callable[[dict[str, Any]], Any]] = {
        "add-end": lambda form: f"end:{editing.add_end(form)}",
        "add-quota": lambda form: f"quota:{editing.add_quota(form)}",
        "remove-end": lambda form: editing.remove_end(form, key),
        "remove-quota": lambda form: editing.remove_quota(form, key),
        "save-end": lambda form: _save_end(editing.find_end(form, key), form, request),
        "save-quota": lambda form: _save_quota(editing.find_quota(form, key), request),
        "save-quiz": lambda form: _save_quiz(form, request),
    }
    if deed not in deeds:
        return back_to(survey, address)
    try:
        made = changed(request, survey, deeds[deed])
    except NoSuchPart:
        return back_to(survey, said="gone")
    word = "added" if deed.startswith("add") else "removed" if deed.startswith("remove") else "saved"
    at = made if isinstance(made, str) else "" if word == "removed" else address
    return back_to(survey, at, word)


def _save_end(end: dict[str, Any], form: dict[str, Any], request: Request) -> None:
    for name in ("title", "text"):
        _put_texts(end, name, form["languages"], request)
    end.setdefault("text", {})
    url = request.POST.get("url", "").strip()
    end.pop("link", None)
    if url:
        link: dict[str, Any] = {"url": url}
        _put_texts(link, "link", form["languages"], request)
        end["link"] = {"url": url, "text": link.get("link", {})}


def _save_quota(quota: dict[str, Any], request: Request) -> None:
    from hamdel.ground.calendar.digits import to_latin

    limit = to_latin(request.POST.get("limit", "")).strip()
    quota["name"] = request.POST.get("name", "").strip()[:120]
    if limit.isdigit() and int(limit) > 0:
        quota["limit"] = int(limit)
    quota["to"] = request.POST.get("to") or quota["to"]


def _save_quiz(form: dict[str, Any], request: Request) -> None:
    from hamdel.ground.calendar.digits import to_latin

    if not request.POST.get("is_quiz"):
        form.pop("quiz", None)
        return
    numbers = {name: to_latin(request.POST.get(name, "")).strip() for name in ("pass_percent", "minutes")}
    quiz: dict[str, Any] = {"feedback": request.POST.get("feedback", "end")}
    quiz["pass_percent"] = min(int(numbers["pass_percent"]), 100) if numbers["pass_percent"].isdigit() else 60
    if numbers["minutes"].isdigit() and int(numbers["minutes"]) > 0:
        quiz["seconds"] = int(numbers["minutes"]) * 60
    quiz["certificate"] = bool(request.POST.get("certificate"))
    form["quiz"] = quiz


# Rules


@require_http_methods(["POST"])
@needs(Permission.CHANGE_SURVEYS)
def rule(request: Request, survey_id: str, address: str) -> HttpResponse:
    """Build and save the condition of a question, a choice, a page, an end or a quota."""
    survey = find(Survey, request, id=survey_id)
    found = opened(form_of(survey), address, posted=request.POST)
    if found.rule is None or found.address != address:
        return back_to(survey, said="gone")
    if found.rule.is_being_built:
        return _show(request, survey, found)
    if not found.rule.is_valid():
        return _show(request, survey, found, status=422)
    made = None if found.rule.is_empty else found.rule.rule
    name = "if" if found.kind in {"end", "quota"} else "shown_if"

    def save(form: dict[str, Any]) -> None:
        part = opened(form, address).part
        if made is None and found.kind == "end":
            part[name] = dict(editing.NOBODY)
        elif made is None and found.kind != "quota":
            part.pop(name, None)
        else:
            part[name] = made or {"all": []}

    changed(request, survey, save)
    return back_to(survey, address, "saved")


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def branches(request: Request, survey_id: str, key: str) -> HttpResponse:
    """Add a branch after a page, save the condition of one, or remove it."""
    survey = find(Survey, request, id=survey_id)
    form = form_of(survey)
    found = opened(form, f"page:{key}")
    number, deed = request.POST.get("number", ""), request.POST.get("deed", "")
    branch = next((b for b in found.branches if str(b["number"]) == number), None)
    if branch and deed != "remove":
        built = type(branch["rule"]).read(
            request.POST, fields=branch["rule"].fields, name=branch["rule"].name
        )
        branch["rule"] = built
        if built.is_being_built:
            return _show(request, survey, found)
        if not built.is_valid():
            return _show(request, survey, found, status=422)

    def save(form: dict[str, Any]) -> None:
        page = editing.find_page(form, key)
        kept = page.setdefault("next", [])
        if deed == "add":
            kept.append({"if": {"all": []}, "to": request.POST.get("to") or "end"})
        elif branch and deed == "remove":
            del kept[int(number)]
        elif branch:
            kept[int(number)] = {
                "if": branch["rule"].rule,
                "to": request.POST.get("to") or kept[int(number)]["to"],
            }
        if not kept:
            del page["next"]

    try:
        changed(request, survey, save)
    except (NoSuchPart, IndexError):
        return back_to(survey, said="gone")
    return back_to(survey, f"page:{key}", "saved")
