"""The respondent's pages as bytes: for Django's views and for the short way past them.

A page without anything of one visitor's own is rendered once and kept; only the secret and the query are filled in.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from hamdel.ground.access.models import new_secret
from hamdel.ground.calendar.digits import to_latin
from hamdel.listen.surveys.appearance import style_of
from hamdel.listen.surveys.asked import Asked, as_typed
from hamdel.listen.surveys.definition import Definition, Kind, Question
from hamdel.listen.surveys.definition.words import NAMES
from hamdel.listen.surveys.ending import ended, marks
from hamdel.listen.surveys.links import Link, Place, Visit, language_in
from hamdel.listen.surveys.messages import message
from hamdel.listen.surveys.standing import Standing
from hamdel.ui.formats import clock, duration

RTL = {"fa", "ar", "ckb", "ur", "he", "ps"}
OURS = {"fa", "en"}
MOST_KEPT = 1_000
ONCE, QUERY = new_secret(), new_secret()
INLINE = re.compile(rb"<(style|script)>(.*?)</\1>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page and the policy its inline style and script need."""

    status: int
    html: bytes
    policy: str

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Content-Security-Policy": self.policy,
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }


@dataclass(frozen=True)
class Look:
    """What a request asks to see: a visit with its query, and whether the page stands inside another's."""

    visit: Visit
    query: Mapping[str, str] = field(default_factory=dict)
    embedded: bool = False

    @property
    def page(self) -> str:
        return self.query.get("page", "")

    @property
    def kept_query(self) -> str:
        """Return the query without its language, ready to be written into a link."""
        kept = urlencode([(key, value) for key, value in self.query.items() if key != "lang"])
        return f"{kept}&".replace("&", "&amp;") if kept else ""


def show_link(look: Look, place: Place | None) -> Shown:
    """Show where a link leads: the page asked for, the one that comes next, or the end."""
    if place is None:
        return missing(is_limited=False)
    standing, visit = place.standing, look.visit
    if standing is None or not place.may_answer(at=visit.at):
        return finished(look, place)
    if standing.is_new:
        standing.hear(look.query, at=visit.at)
    if standing.is_new and standing.seconds is not None:
        return begin(look, place, standing)
    if standing.completed_at and not look.page.isdigit():
        return finished(look, place)
    if standing.is_late(at=visit.at):
        return page_of(look, place, standing, standing.first_open_page())
    return page_of(look, place, standing, page_asked(look.page, standing))


def page_asked(asked: str, standing: Standing) -> int:
    """Return the page asked for if these answers lead there, else where the response goes on."""
    pages = len(standing.asks.pages)
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else None
    if number is None or number >= pages or not standing.asks.is_shown(number, standing.facts):
        return standing.first_open_page()
    return number


def page_of(
    look: Look,
    place: Place,
    standing: Standing,
    page: int,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Shown:
    """Show a page of questions, with what was typed and what is wrong with it."""
    language = language_of(look, place)
    questions = visible(standing.asks, page, standing.facts)
    own = {
        key: value for question in questions for key in question.keys for value in [standing.answers.get(key)]
    }
    earlier = as_typed(
        standing.asks, {key: value for key, value in own.items() if value is not None}, language
    )
    prefilled = typed or preselected(standing, look.query)
    is_beginning = look.visit.link == Link.OPEN and standing.is_new
    once = (look.visit.once or new_secret()) if is_beginning else ""
    way = standing.asks.way(standing.facts).pages
    back = back_link(look, standing, way, page) if place.survey.how.back else ""
    if errors or prefilled or earlier or not is_same_for_all(standing.asks, page, questions):
        context = page_context(look, place, standing, page, language, {**earlier, **prefilled}, errors or {})
        context |= {"once": once, "back": back, "feedback": marks_before(standing, way, page, language)}
        return render("answering/page.html", context, language, status=422 if errors else 200)
    # By their keys and what they offer, because rules may show others something else.
    keys = tuple(
        (q.key, *(c.value for c in (*q.choices, *q.rows))) if q.key in standing.asks.narrowed else q.key
        for q in questions
    )
    key = (standing.version_id, page, language, keys, place.survey[3:9], look.embedded, bool(once), back)
    kept = _kept.get(key)
    if kept is None:
        context = page_context(look, place, standing, page, language, {}, {})
        context |= {"once": ONCE if once else "", "back": back, "kept_query": QUERY}
        kept = _keep_page(key, render("answering/page.html", context, language))
    html = kept.html.replace(ONCE.encode(), once.encode()).replace(QUERY.encode(), look.kept_query.encode())
    return Shown(kept.status, html, kept.policy)


_kept: OrderedDict[Any, Shown] = OrderedDict()


def _keep_page(key: Any, shown: Shown) -> Shown:
    _kept[key] = shown
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
    return shown


def visible(asks: Definition, page: int, facts: Mapping[str, Any]) -> list[Question]:
    """Return the questions of a page that are seen."""
    return [question for question in asks.shown(page, facts) if question.kind != Kind.HIDDEN]


def is_same_for_all(asks: Definition, page: int, questions: list[Question]) -> bool:
    """Tell whether a page looks the same for everybody who has not answered it yet."""
    its = asks.pages[page]
    texts = [
        its.title,
        its.text,
        *(t for q in questions for t in (q.text, q.help, q.low_label, q.high_label)),
    ]
    texts += [choice.text for question in questions for choice in (*question.choices, *question.rows)]
    is_own = its.random_order or any(q.random_order for q in questions) or asks.quiz
    return not is_own and not any("{{" in words for one in texts for words in one.values())


def preselected(standing: Standing, query: Mapping[str, str]) -> dict[str, str]:
    """Return what a link in a mail pre-selects. Nothing of it counts until it is sent."""
    score, first = to_latin(query.get("score", "")), standing.asks.first_score
    fits = first is not None and score.isascii() and score.isdigit() and len(score) <= 2
    return {first.key: score} if first and fits else {}


def page_context(
    look: Look,
    place: Place,
    standing: Standing,
    page: int,
    language: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> dict[str, Any]:
    """Return what a page of questions needs."""
    how, asks = place.survey.how, standing.asks
    asked = asked_on(asks, standing, page, language, typed, errors)
    return {
        **shared(look, place, language),
        "questions": asked,
        "has_errors": bool(errors),
        "has_track": any(one.track for one in asked),
        "has_files": any(one.question.kind == Kind.FILE for one in asked),
        "has_file": any(one.question.kind == Kind.FILE for one in asked),
        "title": asks.local(asks.pages[page].title, language),
        "text": asks.local(asks.pages[page].text, language),
        "page": page,
        "step": page + 1,
        "steps": len(asks.pages),
        "progress": how.progress,
        "last": page == len(asks.pages) - 1,
        "until": clock(standing.started_at + timedelta(seconds=standing.seconds)) if standing.seconds else "",
    }


def asked_on(
    asks: Definition,
    standing: Standing,
    page: int,
    language: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> list[Asked]:
    """Return the questions of a page as they are shown."""
    seed = str(standing.invitation_id or standing.resume_digest)
    found = [
        Asked(
            asks, question, language, standing.metric, typed, standing.answers,
            message(errors[question.key], question, asks, language) if question.key in errors else "", seed,
        )
        for question in visible(asks, page, standing.facts)
    ]  # fmt: skip
    if asks.pages[page].random_order:
        found.sort(key=lambda one: hashlib.blake2b(f"{seed}{one.key}".encode()).digest())
    return found


def back_link(look: Look, standing: Standing, way: tuple[int, ...], page: int) -> str:
    """Return the address of the page before; nowhere for the first, nor where answers have been marked."""
    before = [number for number in way if number < page]
    is_marked = standing.asks.quiz is not None and standing.asks.quiz.feedback == "each"
    if not before or standing.is_new or is_marked:
        return ""
    language = f"&lang={look.visit.language}" if look.visit.language in standing.asks.languages else ""
    return f"?page={before[-1]}{language}"


def marks_before(standing: Standing, way: tuple[int, ...], page: int, language: str) -> list[dict[str, Any]]:
    """Return how the answers of the page before were marked, where a quiz tells it after each."""
    before = [number for number in way if number < page]
    if standing.asks.quiz is None or standing.asks.quiz.feedback != "each" or not before:
        return []
    return marks(standing, {q.key for q in standing.asks.pages[before[-1]]}, language)


def shared(look: Look, place: Place, language: str) -> dict[str, Any]:
    """Return what every page needs."""
    how = place.survey.how
    return {
        "survey": place.survey,
        "workspace": {"name": place.survey.workspace_name},
        "languages": [(code, NAMES.get(code, code)) for code in place.languages],
        "spoken": language,
        "direction": "rtl" if language in RTL else "ltr",
        "logo": how.theme.logo if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", how.theme.logo) else "",
        # Only colours and fonts that fit a pattern are in it.
        "theme_style": mark_safe(style_of(how.theme)),  # noqa: S308
        "kept_query": mark_safe(look.kept_query),  # noqa: S308 - urlencoded
        "embedded": look.embedded,
        "lang": look.visit.language if look.visit.language in place.languages else "",
    }


def begin(look: Look, place: Place, standing: Standing) -> Shown:
    """Show what a quiz with a time limit says before its clock starts; a GET starts none."""
    language = language_of(look, place)
    once = (look.visit.once or new_secret()) if look.visit.link == Link.OPEN else ""
    with translation.override(ui_language(language)):
        context = {**shared(look, place, language), "once": once, "time": duration(standing.seconds)}
    return render("answering/begin.html", context, language)


def finished(look: Look, place: Place) -> Shown:
    """Say thank you, or why there is nothing to answer."""
    language = language_of(look, place)
    with translation.override(ui_language(language)):
        template, status, context = ended(place, look.query, language, at=look.visit.at)
    return render(
        template, {**shared(look, place, language), **context, "is_over": True}, language, status=status
    )


@lru_cache
def missing(*, is_limited: bool, language: str = "fa") -> Shown:
    """Say that there is no such link, or that enough have been tried."""
    state, status = ("too_often", 429) if is_limited else ("unknown", 404)
    return render(
        "answering/finished.html", {"state": state, "workspace": {"name": ""}}, language, status=status
    )


def render(template: str, context: dict[str, Any], language: str, *, status: int = 200) -> Shown:
    """Return a page in a language; of those we do not speak, our own words are English."""
    with translation.override(ui_language(language)):
        html = re.sub(r">\s*\n\s*<", "><", render_to_string(template, context)).encode()
    return Shown(status, html, policy_for(html))


def ui_language(language: str) -> str:
    return language if language in OURS else "en"


def policy_for(html: bytes) -> str:
    """Return the Content-Security-Policy of a page: its own inline style and script, by their digests, and no other.

    Any site may frame it: there is no cookie and no session here that a click could be stolen from.
    """
    digests: dict[bytes, list[str]] = {b"style": ["'self'"], b"script": ["'self'"]}
    for kind, content in INLINE.findall(html):
        found = base64.b64encode(hashlib.sha256(content).digest()).decode()
        digests[kind].append(f"'sha256-{found}'")
    styles, scripts = (" ".join(digests[kind]) for kind in (b"style", b"script"))
    return (
        f"default-src 'none'; style-src {styles}; style-src-attr 'unsafe-inline'; script-src {scripts}; "
        "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors *"
    )


def language_of(look: Look, place: Place) -> str:
    """Return the asked language if the survey speaks it, else the response's, else the workspace's."""
    if place.standing is None:
        asked = look.visit.language
        return asked if asked in place.languages else place.survey.workspace_language
    standing = place.standing
    return language_in(standing.asks, look.visit.language, standing.language, place.survey.workspace_language)
