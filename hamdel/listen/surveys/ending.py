"""What is said at the end: thanks by rule, marks of a quiz, its certificate, or why there is nothing to answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from hamdel.ground.calendar.days import Calendar
from hamdel.ground.calendar.digits import format_number, format_percent
from hamdel.ground.calendar.words import format_day, format_moment
from hamdel.listen.surveys.definition import Question, is_marked, is_right, piped, points_of
from hamdel.listen.surveys.links import Place
from hamdel.listen.surveys.standing import Standing

OURS = {"fa", "en"}
NAME_KEYS = ("name", "full_name")


def ended(
    place: Place, query: Mapping[str, str], language: str, *, at: datetime
) -> tuple[str, int, dict[str, Any]]:
    """Return the template, the status and the context of a last page."""
    standing = place.standing
    if standing is None or standing.completed_at is None:
        return "answering/finished.html", 410, closed(place, language, at=at)
    if "certificate" in query and has_certificate(standing):
        return "answering/certificate.html", 200, certificate(standing, language, place.survey.timezone)
    end = standing.the_end
    context: dict[str, Any] = {
        "state": "thanks",
        "title": piped(standing.asks, end.title, standing.answers, language),
        "thanks": piped(standing.asks, end.text, standing.answers, language),
        "may_change": standing.may_change(at=at),
    }
    if end.link and end.link.url.startswith(("https://", "http://")):
        context["link"] = {"url": end.link.url, "text": standing.asks.local(end.link.text, language)}
    if standing.asks.quiz and not standing.quota:
        context |= quiz_context(standing, language)
    return "answering/finished.html", 200, context


def closed(place: Place, language: str, *, at: datetime) -> dict[str, Any]:
    """Return why there is nothing to answer."""
    why, opens = place.closed_because(at=at), place.survey.how.opens_at
    own = spoken(language)
    shown = format_moment(opens, own, calendar_in(own), place.survey.timezone) if opens else ""
    return {"state": why or "closed", "opens": shown}


def spoken(language: str) -> str:
    return language if language in OURS else "en"


def calendar_in(language: str) -> Calendar:
    """Return the calendar in which days are told in a language."""
    return Calendar.JALALI if language == "fa" else Calendar.GREGORIAN


def quiz_context(standing: Standing, language: str) -> dict[str, Any]:
    """Return what a quiz says at its end; one without any feedback says no points either."""
    quiz, reached = standing.asks.quiz, standing.reached
    if quiz is None or quiz.feedback == "none":
        return {"certificate": "?certificate=1" if has_certificate(standing) else ""}
    own = spoken(language)
    return {
        "result": reached,
        "points": format_number(reached.points, own),
        "most": format_number(reached.most, own),
        "percent": format_percent(reached.percent, own),
        "has_pass_mark": quiz.pass_percent > 0,
        "certificate": "?certificate=1" if has_certificate(standing) else "",
        "feedback": marks(standing, standing.asks.by_key, language),
    }


def has_certificate(standing: Standing) -> bool:
    quiz = standing.asks.quiz
    return bool(quiz and quiz.has_certificate and standing.reached.passed)


def certificate(standing: Standing, language: str, timezone: str) -> dict[str, Any]:
    """Return who passed with how much and when; the name is the answer to a question called `name`."""
    own, day = spoken(language), standing.completed_at
    return {
        "who": next((str(standing.answers[key]) for key in NAME_KEYS if standing.answers.get(key)), ""),
        "percent": format_percent(standing.reached.percent, own),
        "day": format_day(day, own, calendar_in(own), timezone) if day else "",
    }


def marks(standing: Standing, keys: Collection[str], language: str) -> list[dict[str, Any]]:
    """Return how the answers to these questions were marked, with what is said about it."""
    questions = standing.asks.as_offered(standing.facts)
    answered = [q for q in questions if q.key in keys and q.key in standing.given and is_marked(q)]
    return [_mark(standing, question, language) for question in answered]


def _mark(standing: Standing, question: Question, language: str) -> dict[str, Any]:
    right = is_right(question, standing.answers.get(question.key))
    if any(choice.points for choice in question.choices) and not any(c.is_right for c in question.choices):
        right = points_of(question, standing.answers.get(question.key)) > 0
    texts = question.right_feedback if right else question.wrong_feedback
    return {
        "question": piped(standing.asks, question.text, standing.answers, language),
        "is_right": right,
        "said": standing.asks.local(texts, language) if texts else "",
    }
