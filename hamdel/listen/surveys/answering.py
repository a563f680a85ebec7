"""The respondent's pages: server-rendered, no script, no cookie, light enough for a bad line.

A GET never writes: mail scanners and previews follow every link. The secret in the address is what protects a
personal link, and these pages know no session, so there is nothing for a forged request to ride on: the CSRF
check is switched off for them on purpose.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hamdel.ground.access.doors import public
from hamdel.ground.access.limits import has_missed_too_often, note_miss
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.surveys.actions import (
    AlreadyAnswered,
    SurveyClosed,
    WrongPage,
    read_answers,
    save_page,
    start_response,
)
from hamdel.listen.surveys.definition import Metric, Question
from hamdel.listen.surveys.links import Visit, open_visit, visit_of_response

CHANNELS = {"link", "qr", "web", "email", "sms", "kiosk", "app"}
MESSAGES = {
    "required": _("Please choose an answer."),
    "not_a_score": _("Please choose one of the numbers."),
    "not_a_choice": _("Please choose one of the answers."),
    "too_long": _("That is more than 4,000 characters; please shorten it."),
}
Finder = Callable[[str], Visit | None]


def answering_page(find: Finder) -> Callable[[HttpRequest, str], HttpResponse]:
    """Return the view of one kind of link; `find` turns its secret into a visit."""

    @public
    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    def page(request: HttpRequest, secret: str) -> HttpResponse:
        if has_missed_too_often(request):
            return plain(request, "too_often", status=429)
        visit = find(secret)
        if visit is None:
            note_miss(request)
            raise Http404
        with translation.override(language_of(request, visit)), inside(visit.workspace):
            if not visit.may_answer(now=now()):
                return finished(request, visit)
            return answer_page(request, visit) if request.method == "POST" else show_page(request, visit)

    return page


def answer_page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Save the posted page and lead to the next one."""
    response, secret = visit.response, None
    page = page_number(request.POST.get("page"), visit) if response else 0
    given = {key: value for key, value in request.POST.items() if isinstance(value, str)}
    try:
        if response is None:
            # Looked at before a response is made, so that an empty first page leaves nothing behind.
            check_first_page(visit, page, given)
            channel = request.GET.get("channel", "link")
            way = visit.way(language=translation.get_language(), channel=channel if channel in CHANNELS else "link")
            response, secret = start_response(visit.survey, visit.version, way, at=now())
        following = save_page(response, page, given, at=now())
    except WrongPage as wrong:
        return show_page(request, visit, page=page, given=given, errors=wrong.errors, status=422)
    except (AlreadyAnswered, SurveyClosed):
        return finished(request, visit)
    return HttpResponseRedirect(address_of_next(request, visit, secret, following), status=303)


def check_first_page(visit: Visit, page: int, given: dict[str, str]) -> None:
    read_answers(visit.version.asks, page, given, {}, Metric(visit.survey.metric))


def address_of_next(request: HttpRequest, visit: Visit, secret: str | None, following: int | None) -> str:
    """Return the next address: a visitor by open link gets the link back to their response."""
    base = f"/r/{secret}/" if visit.personal is None and secret else request.path
    page = "done" if following is None else following
    return f"{base}?page={page}&lang={translation.get_language()}"


def show_page(
    request: HttpRequest,
    visit: Visit,
    *,
    page: int | None = None,
    given: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a page of questions, with what was typed and what is wrong with it."""
    answers = answers_of(visit)
    if page is None:
        if request.GET.get("page") == "done" and visit.response and visit.response.completed_at:
            return finished(request, visit)
        page = page_number(request.GET.get("page"), visit)
        if "page" not in request.GET:
            if visit.response and visit.response.completed_at:
                return finished(request, visit)
            page = first_open_page(visit, answers)
    shown = {**{key: str(value) for key, value in answers.items()}, **prefilled(request), **(given or {})}
    questions = [
        Asked(question, Metric(visit.survey.metric), shown.get(question.key, ""), (errors or {}).get(question.key))
        for question in visit.version.asks.shown(page, answers)
    ]
    context = {"questions": questions, "page": page, "last": last_page(visit, page)}
    return render(request, visit, "answering/page.html", context, status=status)


def finished(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say thank you, or why there is nothing to answer."""
    completed = visit.response is not None and visit.response.completed_at is not None
    state = "thanks" if completed else "expired" if visit.is_expired else "closed"
    context = {
        "state": state,
        "thanks": visit.version.asks.thanks.get(translation.get_language(), "") if visit.version else "",
        "may_change": completed and visit.may_answer(now=now()),
    }
    return render(request, visit, "answering/finished.html", context, status=200 if completed else 410)


def plain(request: HttpRequest, state: str, *, status: int) -> HttpResponse:
    return TemplateResponse(request, "answering/finished.html", {"state": state}, status=status).render()


def render(request: HttpRequest, visit: Visit, template: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    languages = visit.version.asks.languages if visit.version else []
    shared = {"survey": visit.survey, "workspace": visit.workspace, "languages": languages, "names": NAMES}
    response = TemplateResponse(request, template, {**shared, **context}, status=status)
    response["Referrer-Policy"] = "no-referrer"  # the address is the secret
    response["X-Robots-Tag"] = "noindex"
    return response.render()


NAMES = {"fa": "فارسی", "en": "English"}


class Asked:
    """A question as the page shows it."""

    def __init__(self, question: Question, metric: Metric, value: str, error: str | None) -> None:
        self.question, self.metric, self.value = question, metric, value
        self.key, self.kind, self.required = question.key, question.kind.value, question.required
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
        return [(value, local(text), value == self.value) for value, text in self.question.choices]


def local(texts: dict[str, str]) -> str:
    """Return the text in the active language, or in the first there is."""
    return texts.get(translation.get_language() or "") or next(iter(texts.values()), "")


def language_of(request: HttpRequest, visit: Visit) -> str:
    """Return the asked language if the survey speaks it, else the response's, else the workspace's."""
    spoken = visit.version.asks.languages if visit.version else ["fa", "en"]
    wishes = [request.GET.get("lang"), visit.response and visit.response.language, visit.workspace.language]
    return next((wish for wish in wishes if wish in spoken), spoken[0])


def page_number(text: str | None, visit: Visit) -> int:
    pages = len(visit.version.asks.pages)
    return int(text) if text and text.isascii() and text.isdigit() and int(text) < pages else 0


def answers_of(visit: Visit) -> dict[str, Any]:
    return {answer.question: answer.value for answer in visit.response.answers.all()} if visit.response else {}


def first_open_page(visit: Visit, answers: dict[str, Any]) -> int:
    """Return where a half-finished response goes on."""
    pages = visit.version.asks.pages
    answered = [n for n, page in enumerate(pages) if any(question.key in answers for question in page)]
    following = visit.version.asks.next_page(answered[-1], answers) if answered else 0
    return 0 if following is None else following


def last_page(visit: Visit, page: int) -> bool:
    return page == len(visit.version.asks.pages) - 1


def prefilled(request: HttpRequest) -> dict[str, str]:
    """Return what a link in a mail pre-selects. Nothing of it counts until it is sent."""
    score = request.GET.get("score", "")
    return {"score": score} if score.isascii() and score.isdigit() and len(score) <= 2 else {}


open_page = answering_page(open_visit)
response_page = answering_page(visit_of_response)
