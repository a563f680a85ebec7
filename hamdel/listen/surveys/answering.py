"""The respondent's pages: server-rendered, no script, no cookie, light enough for a bad line.

A GET never writes: mail scanners and previews follow every link. The secret in the address is what protects a
personal link, an open link is for anybody, and these pages know no session: there is nothing for a forged request to
ride on, so the CSRF check is switched off for them on purpose.

Posts that go well are mostly answered by `door.py` before Django sees them; both call `taking.take`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hamdel.ground.access.doors import public
from hamdel.ground.access.limits import address_of, has_missed_too_often, note_miss
from hamdel.ground.access.models import new_secret
from hamdel.ground.calendar.digits import to_latin
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.surveys.definition import Definition, Metric, Question
from hamdel.listen.surveys.links import Link, Place, Visit, follow, language_in
from hamdel.listen.surveys.standing import Standing
from hamdel.listen.surveys.taking import Refused, Saved, Submission, Unknown, page_number, take

MESSAGES = {
    "required": _("Please choose an answer."),
    "not_a_score": _("Please choose one of the numbers."),
    "not_a_choice": _("Please choose one of the answers."),
    "too_long": _("That is more than 4,000 characters; please shorten it."),
}
NAMES = {"fa": "فارسی", "en": "English"}


def answering_page(link: Link) -> Callable[[HttpRequest, str], HttpResponse]:
    """Return the view of one kind of link."""

    @public
    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    def page(request: HttpRequest, secret: str) -> HttpResponse:
        visit = visit_of(link, secret, query=request.GET, form=request.POST)
        return answer_page(request, visit) if request.method == "POST" else show_link(request, visit)

    return page


def visit_of(link: Link, secret: str, *, query: Mapping[str, str], form: Mapping[str, str]) -> Visit:
    """Return a visit as the address and the form of a request tell of it."""
    return Visit(
        link=link,
        secret=secret,
        at=now(),
        once=form.get("once", ""),
        channel=query.get("channel", ""),
        language=query.get("lang", ""),
        uid=query.get("uid", ""),
    )


def answer_page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Save the posted page and lead to the next one."""
    typed = request.POST.dict()
    [outcome] = take([Submission(visit, typed, typed.get("page", ""), address_of(request))])
    if isinstance(outcome, Saved):
        return HttpResponseRedirect(address_after(outcome, visit), status=303)
    if isinstance(outcome, Unknown):
        return unknown(request, is_limited=outcome.is_limited)
    with across_workspaces():
        [place] = follow([visit])
    if place is None:  # erased between the two looks
        return unknown(request, is_limited=False)
    if isinstance(outcome, Refused) and place.standing:
        page, errors = outcome.page, outcome.errors
        return show_page(
            request, visit, place, place.standing, page=page, typed=typed, errors=errors, status=422
        )
    return finished(request, visit, place)


def address_after(saved: Saved, visit: Visit) -> str:
    """Return the address of the next page; a visitor by open link gets the link back to their response."""
    page = "done" if saved.following is None else saved.following
    language = f"&lang={visit.language}" if visit.language in NAMES else ""
    return f"/{saved.link}/{saved.secret}/?page={page}{language}"


def show_link(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show where a link leads: the page asked for, the one that comes next, or the end."""
    if has_missed_too_often(request):
        return unknown(request, is_limited=True)
    with across_workspaces():
        [place] = follow([visit])
    if place is None:
        return unknown(request, is_limited=False)
    standing, asked = place.standing, request.GET.get("page", "")
    if standing is None or not place.may_answer(at=visit.at):
        return finished(request, visit, place)
    if standing.completed_at and not asked.isdigit():
        return finished(request, visit, place)
    page = page_number(asked, len(standing.asks.pages)) if asked else standing.first_open_page()
    return show_page(request, visit, place, standing, page=page, typed=prefilled(request))


def show_page(
    request: HttpRequest,
    visit: Visit,
    place: Place,
    standing: Standing,
    *,
    page: int,
    typed: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a page of questions, with what was typed and what is wrong with it."""
    shown = {**{key: str(value) for key, value in standing.answers.items()}, **typed}
    is_beginning = visit.link == Link.OPEN and standing.is_new
    with translation.override(language_of(visit, place)):
        context = {
            **page_of(standing.asks, standing.metric, page, standing.answers, shown, errors=errors),
            "once": (visit.once or new_secret()) if is_beginning else "",
        }
        return render(request, place, "answering/page.html", context, status=status)


def page_of(
    asks: Definition,
    metric: Metric,
    page: int,
    answers: Mapping[str, Any],
    shown: Mapping[str, str] | None = None,
    *,
    errors: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return what a page of questions needs, in the active language."""
    return {
        "questions": [
            Asked(question, metric, (shown or {}).get(question.key, ""), (errors or {}).get(question.key))
            for question in asks.shown(page, answers)
        ],
        "page": page,
        "step": page + 1,
        "steps": len(asks.pages),
        "last": page == len(asks.pages) - 1,
    }


def finished(request: HttpRequest, visit: Visit, place: Place) -> HttpResponse:
    """Say thank you, or why there is nothing to answer."""
    standing = place.standing
    completed = standing is not None and standing.completed_at is not None
    state = "thanks" if completed else "expired" if place.is_expired else "closed"
    with translation.override(language_of(visit, place)):
        context = {
            "state": state,
            "thanks": local(standing.asks.end(standing.asks.facts(standing.answers)).text)
            if standing
            else "",
            "may_change": completed and place.may_answer(at=visit.at),
        }
        return render(request, place, "answering/finished.html", context, status=200 if completed else 410)


def unknown(request: HttpRequest, *, is_limited: bool) -> HttpResponse:
    """Say that there is no such link, or that enough have been tried. Counts the miss."""
    if not is_limited:
        note_miss(request)
    state, status = ("too_often", 429) if is_limited else ("unknown", 404)
    return guarded(TemplateResponse(request, "answering/finished.html", {"state": state}, status=status))


def render(
    request: HttpRequest, place: Place, template: str, context: dict[str, Any], *, status: int
) -> HttpResponse:
    shared = {
        "survey": place.survey,
        "workspace": {"name": place.survey.workspace_name},
        "languages": [(code, NAMES.get(code, code)) for code in place.languages],
    }
    return guarded(TemplateResponse(request, template, {**shared, **context}, status=status))


def guarded(response: TemplateResponse) -> HttpResponse:
    """Render, and let the address, which is the secret, go nowhere."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response.render()


class Asked:
    """A question as the page shows it, in the active language."""

    def __init__(self, question: Question, metric: Metric, value: str, error: str | None) -> None:
        self.question, self.metric, self.value = question, metric, to_latin(value)
        self.key, self.kind, self.required = question.key, question.kind.value, question.required
        self.look = question.look
        self.typed = value
        self.error = MESSAGES[error] if error else ""

    @property
    def text(self) -> str:
        return local(self.question.text)

    @property
    def low_label(self) -> str:
        return local(self.question.low_label or {})

    @property
    def high_label(self) -> str:
        return local(self.question.high_label or {})

    @property
    def steps(self) -> list[tuple[int, bool]]:
        """Return each score and whether it is the chosen one."""
        low, high = self.metric.scale
        return [(score, str(score) == self.value) for score in range(low, high + 1)]

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        return [(c.value, local(c.text), c.value == self.typed) for c in self.question.choices]


def local(texts: Mapping[str, str]) -> str:
    """Return the text in the active language, or in the first there is."""
    return texts.get(translation.get_language() or "") or next(iter(texts.values()), "")


def language_of(visit: Visit, place: Place) -> str:
    """Return the asked language if the survey speaks it, else the response's, else the workspace's."""
    if place.standing is None:
        return place.survey.workspace_language
    return language_in(
        place.standing.asks, visit.language, place.standing.language, place.survey.workspace_language
    )


def prefilled(request: HttpRequest) -> dict[str, str]:
    """Return what a link in a mail pre-selects. Nothing of it counts until it is sent."""
    score = to_latin(request.GET.get("score", ""))
    return {"score": score} if score.isascii() and score.isdigit() and len(score) <= 2 else {}


open_page = answering_page(Link.OPEN)
response_page = answering_page(Link.RESPONSE)
personal_page = answering_page(Link.PERSONAL)
