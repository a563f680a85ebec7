"""Responses one by one: the newest of a selection, and one in words."""

from __future__ import annotations

from dataclasses import dataclass

from hamdel.listen.results.choosing import Selection
from hamdel.listen.results.counting import ask
from hamdel.listen.surveys.definition import Kind, in_words
from hamdel.listen.surveys.models import Response

NEWEST = """
SELECT r.id FROM surveys_response r WHERE {where} ORDER BY r.started_at DESC, r.id DESC LIMIT %s OFFSET %s
"""


def newest(selection: Selection, *, most: int, skip: int = 0) -> list[Response]:
    """Return the newest responses with customer, version and late arrival; PostgreSQL has them in this order."""
    where, values = selection.sql()
    ids = [row[0] for row in ask(NEWEST.format(where=where), [*values, most, skip])]
    found = Response.objects.select_related("customer", "version", "late_arrival").in_bulk(ids)
    return [found[one] for one in ids if one in found]


@dataclass(frozen=True)
class Said:
    """A question with its answer in words, "" for none."""

    question: str
    answer: str


def in_words_of(response: Response, language: str) -> list[Said]:
    """Return every question of the response's own version with what was answered."""
    asks = response.version.asks
    answers = {answer.question: answer.value for answer in response.answers.all()}
    return [
        Said(asks.local(question.text, language) or question.key, in_words(asks, question, answers, language))
        for question in asks.questions
        if question.kind != Kind.STATEMENT
    ]
