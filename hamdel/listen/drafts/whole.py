"""Pages about the survey as a whole: settings and looks, translations, publishing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hamdel.ground.access.doors import Request, find, needs
from hamdel.ground.access.permissions import Permission
from hamdel.ground.files.actions import FileRefused, keep_file
from hamdel.ground.files.models import Purpose
from hamdel.listen.drafts import editing
from hamdel.listen.drafts.actions import form_of
from hamdel.listen.drafts.editing import completeness, questions, texts_of
from hamdel.listen.drafts.forms import RIGHT_TO_LEFT, language_name
from hamdel.listen.drafts.placing import address_of, place_of
from hamdel.listen.drafts.selecting import title_of
from hamdel.listen.drafts.views import changed
from hamdel.listen.drafts.whole_forms import SettingsForm, ThemeForm, other_languages
from hamdel.listen.surveys.actions import NotReady, publish_survey
from hamdel.listen.surveys.definition import Kind, Metric, check_definition, upgraded
from hamdel.listen.surveys.models import Survey, SurveyVersion
from hamdel.ui.formats import number
from hamdel.ui.labels import metric_label
from hamdel.ui.pages import show


@require_http_methods(["GET", "POST"])
@needs(Permission.CHANGE_SURVEYS)
def settings(request: Request, survey_id: str) -> HttpResponse:
    """When and how the survey is asked, and how it looks."""
    survey = find(Survey, request, id=survey_id)
    is_theme = request.POST.get("form") == "theme"
    form = SettingsForm(survey, request.POST if request.method == "POST" and not is_theme else None)
    theme = ThemeForm(survey, *((request.POST, request.FILES) if is_theme else ()))
    if is_theme and theme.is_valid() and _save_theme(request, survey, theme):
        return HttpResponseRedirect(f"{request.path}?said=saved#looks")
    if form.is_bound and form.is_valid() and form.save(at=now()):
        return HttpResponseRedirect(f"{request.path}?said=saved")
    status = 422 if form.errors or theme.errors else 200
    return show(
        request, "drafts/settings.html", survey=survey, form=form, theme=theme, status=status,
        said=_("Saved.") if request.GET.get("said") else "",
    )  # fmt: skip


def _save_theme(request: Request, survey: Survey, form: ThemeForm) -> bool:
    theme, upload = form.theme(), form.cleaned_data.get("logo")
    if upload:
        try:
            file = keep_file(
                request.workspace, name=upload.name, content=upload.read(), purpose=Purpose.LOGO,
                by=request.member, at=now(),
            )  # fmt: skip
        except FileRefused as refusal:
            form.add_error("logo", str(refusal))
            return False
        theme["logo"] = file.public_id
    survey.settings = {**survey.settings, "theme": theme}
    survey.save(update_fields=["settings"])
    return True


@dataclass(frozen=True)
class Bar:
    """How far a language is translated."""

    code: str
    name: str
    written: int
    everything: int

    @property
    def percent(self) -> int:
        return round(100 * self.written / self.everything) if self.everything else 100


@require_http_methods(["GET", "POST"])
@needs(Permission.CHANGE_SURVEYS)
def translations(request: Request, survey_id: str) -> HttpResponse:
    """Every text in all languages, side by side."""
    survey = find(Survey, request, id=survey_id)
    if request.method == "POST":
        changed(request, survey, lambda form: _translate(form, request))
        return HttpResponseRedirect(f"{request.path}?said=saved")
    form = form_of(survey)
    bars = [Bar(code, language_name(code), *counts) for code, counts in completeness(form).items()]
    rows = [
        [
            {
                "name": f"{text.name}|{code}", "text": text.texts.get(code, ""), "language": code,
                "label": language_name(code), "dir": "rtl" if code in RIGHT_TO_LEFT else "ltr",
            }
            for code in form["languages"]
        ]
        for text in texts_of(form)
    ]  # fmt: skip
    return show(
        request, "drafts/translations.html", survey=survey, bars=bars, rows=rows,
        others=other_languages(form["languages"]), said=_("Saved.") if request.GET.get("said") else "",
    )  # fmt: skip


def _translate(form: dict[str, Any], request: Request) -> None:
    deed, code = request.POST.get("deed", ""), request.POST.get("language", "")
    if deed == "add" and code in dict(other_languages(form["languages"])):
        editing.add_language(form, code)
    elif deed == "remove":
        editing.remove_language(form, request.POST.get("code", ""))
    elif deed == "first" and request.POST.get("code") in form["languages"]:
        form["languages"].sort(key=lambda other: other != request.POST["code"])
    for text in texts_of(form):
        for language in form["languages"]:
            typed = request.POST.get(f"{text.name}|{language}")
            if typed is not None and typed.strip():
                text.texts[language] = typed.strip()
            elif typed is not None:
                text.texts.pop(language, None)


@require_http_methods(["GET", "POST"])
@needs(Permission.CHANGE_SURVEYS)
def publication(request: Request, survey_id: str) -> HttpResponse:
    """Say what keeps the draft from being published and what would change; publish it."""
    survey = find(Survey, request, id=survey_id)
    if request.method == "POST":
        try:
            publish_survey(survey, by=request.member, at=now())
        except NotReady:
            return _ready(request, survey, status=422)
        return HttpResponseRedirect(reverse("surveys:sharing", args=[survey.id]))
    return _ready(request, survey)


def _ready(request: Request, survey: Survey, *, status: int = 200) -> HttpResponse:
    form = form_of(survey)
    versions = list(survey.versions.order_by("-number"))
    return show(
        request,
        "drafts/publication.html",
        survey=survey,
        problems=[
            (problem, address_of(form, problem), place_of(form, problem))
            for problem in check_definition(form)
        ],
        gaps=[
            bar
            for bar in (Bar(c, language_name(c), *n) for c, n in completeness(form).items())
            if bar.percent < 100
        ],
        changes=changes(versions[0].definition, form) if versions else [],
        rescaled=rescaled(versions, form),
        versions=versions,
        status=status,
    )


@dataclass(frozen=True)
class Rescaled:
    """A score that counts towards something else than it did: its title, its key, what it measured and measures."""

    title: str
    key: str
    before: str
    after: str


def rescaled(versions: Sequence[SurveyVersion], form: dict[str, Any]) -> list[Rescaled]:
    """Return the scores whose earlier answers, newest version first, are on another scale than the draft's."""
    asked = [
        (question, question.get("metric"))
        for question in questions(form)
        if question.get("kind") == Kind.SCORE
    ]
    before: dict[str, str] = {}
    for version in versions:
        for question in version.asks.questions:
            if question.metric:
                before.setdefault(question.key, question.metric.value)
    return [
        Rescaled(title_of(question, form), question["key"], scale_named(old), scale_named(metric))
        for question, metric in asked
        if (old := before.get(question["key"])) and metric in list(Metric) and old != metric
    ]


def scale_named(metric: str) -> str:
    """Return a metric with its scale: CSAT (1 to 5)."""
    low, high = (number(end) for end in Metric(metric).scale)
    return _("%(metric)s (%(low)s to %(high)s)") % {"metric": metric_label(metric), "low": low, "high": high}


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Say what a new version changes: questions that come, go, or are worded or asked differently."""
    before = before if before.get("format") == 2 else upgraded(before)
    old, new = ({q["key"]: q for q in questions(form)} for form in (before, after))
    said = []
    for key, question in new.items():
        if key not in old:
            said.append(_("New: %(title)s") % {"title": title_of(question, after)})
        elif question.get("kind") != old[key].get("kind") or _values(question) != _values(old[key]):
            said.append(
                _("Asked differently, so its earlier answers are counted apart: %(title)s")
                % {"title": title_of(question, after)}
            )
        elif question != old[key]:
            said.append(_("Changed: %(title)s") % {"title": title_of(question, after)})
    said += [_("Gone: %(title)s") % {"title": title_of(old[key], before)} for key in old if key not in new]
    moved = [key for key in old if key in new] != [key for key in new if key in old]
    if moved:
        said.append(_("The order of the questions"))
    pages = abs(len(after["pages"]) - len(before["pages"]))
    if pages:
        said.append(ngettext("%(n)s page more or fewer", "%(n)s pages more or fewer", pages) % {"n": pages})
    for part, words in (("ends", _("The ends")), ("quotas", _("The quotas")), ("quiz", _("The quiz"))):
        if before.get(part) != after.get(part):
            said.append(words)
    return said


def _values(question: dict[str, Any]) -> tuple[Any, ...]:
    """Return what answers of a question may be; with others they cannot be counted together."""
    lists = ([item["value"] for item in question.get(name, [])] for name in ("choices", "rows"))
    return (question.get("metric"), *(tuple(sorted(values)) for values in lists))
