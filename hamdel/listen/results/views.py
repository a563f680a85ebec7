"""A survey's results for members: figures, texts, tables, single responses."""

from __future__ import annotations

from urllib.parse import urlencode

import orjson
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_safe

from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.ground.rules.building import Draft
from hamdel.listen.results.choosing import ABOUT, Selection
from hamdel.listen.results.crossing import BESIDE, CROSSABLE, Table, crossed, crossed_in_groups
from hamdel.listen.results.exports.files import WRITERS
from hamdel.listen.results.exports.making import MOST_AT_ONCE
from hamdel.listen.results.page import results_of, selection_of
from hamdel.listen.results.releasing import BESIDE as SAFE_BESIDE
from hamdel.listen.results.releasing import CROSSABLE as SAFE
from hamdel.listen.results.releasing import counted_safely
from hamdel.listen.results.responses import ORDER, NewestFirst, in_words_of
from hamdel.listen.results.settled import quickly
from hamdel.listen.results.tables import heading_of, shown_table
from hamdel.listen.results.texts import Found, Written, key_of_texts, released_texts, texts
from hamdel.listen.results.versions import Asked, combined, versions_of
from hamdel.listen.surveys.models import Response, Survey
from hamdel.ui.lists import page_among
from hamdel.ui.pages import show

A_PAGE = 25
LATEST = 3
# What chooses responses in an address: pages beside the results take it along.
IN_THE_FORM = ("from", "to", *ABOUT, "version", "unfinished")
CHOOSING = (*IN_THE_FORM, "rule")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEE_SURVEYS)
def results(request: Request, survey_id: str) -> HttpResponse:
    """Show the results; a posted rule becomes part of the address."""
    survey, at = find(Survey, request, id=survey_id), now()
    selection = selection_of(survey, request.GET, language(), at=at)
    if request.method == "POST":
        draft = Draft.read(request.POST, fields=selection.fields)
        if not draft.is_being_built and draft.is_valid():
            return HttpResponseRedirect(address(request, draft))
        return _page(request, survey, selection, draft, status=200 if draft.is_being_built else 422)
    return _page(request, survey, selection, Draft.of(_rule_form(request), fields=selection.fields))


def _page(
    request: Request, survey: Survey, selection: Selection, draft: Draft, *, status: int = 200
) -> HttpResponse:
    found = results_of(survey, selection, language())
    for one in found.shown if not found.least else []:
        if one.has_texts:
            one.latest = [said.text for said in texts(selection, one.counted.asked, most=LATEST).texts]
    part = "rule" if request.method == "POST" else "figures"
    return show(
        request,
        "results/results.html",
        part=part,
        status=status,
        survey=survey,
        results=found,
        draft=draft,
        query=request.GET.urlencode(),
        chosen={name: request.GET.get(name, "") for name in IN_THE_FORM},
        kept=kept(request),
        selection=selection,
        forms=list(WRITERS),
        most_at_once=MOST_AT_ONCE,
    )


def address(request: Request, draft: Draft) -> str:
    """Return the address of the results with what the form says in it."""
    given = {name: request.POST.get(name, "") for name in IN_THE_FORM}
    if not draft.is_empty:
        given["rule"] = orjson.dumps(draft.rule).decode()
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{request.path}?{query}" if query else request.path


def _rule_form(request: Request) -> dict | None:
    try:
        form = orjson.loads(request.GET.get("rule") or "null")
    except ValueError:
        return None
    return form if isinstance(form, dict) else None


@require_safe
@needs(Permission.SEE_SURVEYS)
def written(request: Request, survey_id: str, key: str) -> HttpResponse:
    """Show what people wrote for one question."""
    survey = find(Survey, request, id=survey_id)
    asked = question_of(survey, key)
    if key_of_texts(asked, is_anonymous=survey.how.anonymous) is None:
        raise Http404
    selection = selection_of(survey, request.GET, language(), at=now())
    search, page = request.GET.get("q", ""), _page_number(request)
    if survey.how.anonymous:
        search, shown = "", released_texts(selection, counted_safely(selection, [asked])[key])
        first = (page - 1) * A_PAGE
        found = Found([Written(text) for text in shown[first : first + A_PAGE]], len(shown) > first + A_PAGE)
    else:
        found = texts(selection, asked, search, most=A_PAGE, skip=(page - 1) * A_PAGE)
    return show(
        request,
        "results/texts.html",
        part="list",
        survey=survey,
        title=heading_of(asked, language()),
        found=found,
        page=page,
        search=search,
        kept=kept(request),
        selection=selection,
    )


def _page_number(request: Request) -> int:
    text = request.GET.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def kept(request: Request) -> dict[str, str]:
    """Return what of the address chooses responses."""
    return {name: request.GET[name] for name in CHOOSING if request.GET.get(name)}


@require_safe
@needs(Permission.SEE_SURVEYS)
def crossing(request: Request, survey_id: str) -> HttpResponse:
    """Show two questions against each other."""
    survey = find(Survey, request, id=survey_id)
    sides = _sides(survey)
    row, column = (sides.get(request.GET.get(name, "")) for name in ("row", "column"))
    is_asked, table, least = row is not None and column is not None and row != column, None, 0
    selection = selection_of(survey, request.GET, language(), at=now())
    if row is not None and column is not None and is_asked:
        least = survey.how.smallest_group if survey.how.anonymous else 0
        found = _table(selection, row, column)
        table = shown_table(found, row, column, language(), least) if found else None
    return show(
        request,
        "results/crossing.html",
        survey=survey,
        options=[(name, heading_of(side, language())) for name, side in sides.items()],
        row=request.GET.get("row", ""),
        column=request.GET.get("column", ""),
        is_same=row is not None and row == column,
        is_withheld=is_asked and table is None,
        table=table,
        kept=kept(request),
        selection=selection,
    )


def _table(selection: Selection, row: Asked | str, column: Asked | str) -> Table | None:
    if selection.survey.how.anonymous:
        return crossed_in_groups(selection, row, column)
    return quickly(selection, lambda chosen: crossed(chosen, row, column))


def _sides(survey: Survey) -> dict[str, Asked | str]:
    """Return what may be compared, by its name in the address."""
    kinds, beside = (SAFE, SAFE_BESIDE) if survey.how.anonymous else (CROSSABLE, BESIDE)
    questions = [one for one in combined(versions_of(survey), survey) if one.question.kind in kinds]
    return {one.key: one for one in questions} | {f"about.{name}": name for name in beside}


@require_safe
@needs(Permission.SEE_SURVEYS)
def responses(request: Request, survey_id: str) -> HttpResponse:
    """List single responses; there are none of an anonymous survey."""
    survey = find(Survey, request, id=survey_id)
    page, selection = None, selection_of(survey, request.GET, language(), at=now())
    if not survey.how.anonymous:
        page = page_among(NewestFirst(selection), request.GET, Response, ORDER, size=A_PAGE)
    whom = request.member.may(Permission.SEE_CUSTOMERS)
    return show(
        request,
        "results/responses.html",
        survey=survey,
        page=page,
        shows_whom=whom,
        kept=kept(request),
        selection=selection,
    )


@require_safe
@needs(Permission.SEE_SURVEYS)
def response(request: Request, survey_id: str, response_id: str) -> HttpResponse:
    """Show one response, question by question."""
    survey = find(Survey, request, id=survey_id)
    if survey.how.anonymous:
        raise Http404
    found = find(Response, request, id=response_id, survey=survey)
    return show(
        request,
        "results/response.html",
        survey=survey,
        response=found,
        answers=in_words_of(found, language()),
        shows_whom=request.member.may(Permission.SEE_CUSTOMERS),
    )


def question_of(survey: Survey, key: str) -> Asked:
    """Return a question of any version, or 404."""
    for asked in combined(versions_of(survey), survey):
        if asked.key == key:
            return asked
    raise Http404


def language() -> str:
    return translation.get_language() or "en"
