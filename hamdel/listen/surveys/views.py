"""The analyst's pages: surveys, their texts, how to share them, what was answered."""

from __future__ import annotations

import segno
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.ground.calendar.digits import format_number
from hamdel.listen.surveys.actions import NotReady, close_survey, create_survey, publish_survey
from hamdel.listen.surveys.definition import RECOMMENDING, Metric, in_words
from hamdel.listen.surveys.forms import StartForm
from hamdel.listen.surveys.models import Response, Survey
from hamdel.listen.surveys.preview import preview_page
from hamdel.listen.surveys.queries import Share, distribution, funnel, metric_of
from hamdel.listen.surveys.ready_made import READY_MADE
from hamdel.listen.surveys.scoring import score_of
from hamdel.ui.charts import Columns, Distribution, Part, Point, Series
from hamdel.ui.formats import language
from hamdel.ui.labels import channel_label
from hamdel.ui.lists import page_of
from hamdel.ui.pages import show


@require_safe
@needs(Permission.SEE_SURVEYS)
def surveys(request: Request) -> HttpResponse:
    listed = Survey.objects.visible_to(request.member).order_by("-created_at")
    return show(request, "surveys/list.html", surveys=listed)


@require_http_methods(["GET", "POST"])
@needs(Permission.CHANGE_SURVEYS)
def new(request: Request) -> HttpResponse:
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ready = READY_MADE[form.cleaned_data["ready_made"]]
        survey = create_survey(
            request.workspace,
            name=ready.name[0 if request.workspace.language == "fa" else 1],
            metric=ready.metric,
            touchpoint=ready.touchpoint,
            definition=ready.definition(),
            by=request.member,
        )
        return HttpResponseRedirect(editor_address(survey))
    return HttpResponseRedirect(reverse("library:library"))


@require_safe
@needs(Permission.CHANGE_SURVEYS)
def edit(request: Request, survey_id: str) -> HttpResponse:
    """Lead to the editor, which lies above."""
    return HttpResponseRedirect(editor_address(find(Survey, request, id=survey_id)))


def editor_address(survey: Survey) -> str:
    return reverse("drafts:editor", args=[survey.id])


@require_safe
@xframe_options_sameorigin
@needs(Permission.SEE_SURVEYS)
def preview(request: Request, survey_id: str) -> HttpResponse:
    """Show a page of the draft as a respondent would see it; it takes no answer."""
    survey = find(Survey, request, id=survey_id)
    asked, low, high = request.GET.get("page", ""), *(survey.scores_by or Metric.NPS).scale
    answers = {"score": low if request.GET.get("score") == "low" else high}
    return preview_page(
        request,
        survey.draft_definition,
        survey=survey,
        page=int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0,
        answers=answers,
        language=request.GET.get("lang", ""),
    )


@require_safe
@needs(Permission.SEE_SURVEYS)
def survey(request: Request, survey_id: str) -> HttpResponse:
    """Show what was answered; of an anonymous survey no single person's answers, and no count that grows by one."""
    found = find(Survey, request, id=survey_id)
    is_anonymous = found.how.anonymous
    responses = Response.objects.filter(survey=found).select_related("customer")
    responses = responses.prefetch_related("answers", "version")
    listed = responses.none() if is_anonymous else responses
    shares = [] if is_anonymous else distribution(found)
    page = page_of(listed, request.GET, "-started_at", "-id")
    steps = None if is_anonymous else funnel(found)
    return show(
        request,
        "surveys/survey.html",
        survey=found,
        answered=[(one, words_of(one, language()), measured_before(one, found)) for one in page],
        edit_address=editor_address(found),
        is_anonymous=is_anonymous,
        score=score_of(found.scores_by, {s.score: s.n for s in shares})
        if found.scores_by and shares
        else None,
        chart=falling(shares) if found.scores_by and shares else None,
        parts=parts_of(found, shares) if shares else None,
        funnel=steps,
        others=[(channel_label(channel), n) for channel, n in steps.others] if steps else [],
        page=page,
    )


def words_of(response: Response, spoken: str) -> list[str]:
    """Return the answers of a response in words, without the score, which stands beside them."""
    asks, answers = response.version.asks, {a.question: a.value for a in response.answers.all()}
    first = asks.first_score
    others = (question for question in asks.questions if question is not first)
    return [words for question in others if (words := in_words(asks, question, answers, spoken))]


def measured_before(response: Response, survey: Survey) -> str:
    """Return what its score counts towards where the survey measures something else now, else ""."""
    metric = metric_of(response.version, survey)
    return "" if metric == survey.metric else metric


def falling(shares: list[Share]) -> Columns:
    """Draw how often each score was given."""
    points = tuple(Point(format_number(share.score, language()), share.n) for share in shares)
    return Columns(title=_("How the scores fall"), series=(Series(_("Answers"), points),))


def parts_of(survey: Survey, shares: list[Share]) -> Distribution | None:
    """Draw promoters, passives and detractors in one bar; other metrics have no such names."""
    if survey.metric not in RECOMMENDING:
        return None
    names = ((_("Promoters"), 9, 10, "good"), (_("Passives"), 7, 8, "plain"), (_("Detractors"), 0, 6, "bad"))
    parts = (
        Part(name, sum(share.n for share in shares if low <= share.score <= high), tone)
        for name, low, high, tone in names
    )
    return Distribution(title=_("Promoters, passives and detractors"), parts=tuple(parts))


@require_safe
@needs(Permission.SEE_SURVEYS)
def sharing(request: Request, survey_id: str) -> HttpResponse:
    found = find(Survey, request, id=survey_id)
    link = address(request, found)
    code = segno.make(f"{link}?channel=qr", error="m").svg_inline(
        border=2, omitsize=True, dark="#10302b", light="#ffffff"
    )
    return show(request, "surveys/sharing.html", survey=found, address=link, code=code)


@require_POST
@needs(Permission.CHANGE_SURVEYS)
def publication(request: Request, survey_id: str) -> HttpResponse:
    """Publish, or close with `close`. What cannot be published is shown where it is mended."""
    found = find(Survey, request, id=survey_id)
    if "close" in request.POST:
        close_survey(found, by=request.member, at=now())
    else:
        try:
            publish_survey(found, by=request.member, at=now())
        except NotReady:
            return HttpResponseRedirect(editor_address(found))
    return HttpResponseRedirect(reverse("surveys:survey", args=[found.id]))


def address(request: Request, survey: Survey) -> str:
    """Return the open link, whole."""
    path = reverse("answering:open", args=[survey.open_path])
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)
