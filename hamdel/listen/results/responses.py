"""Responses one by one: the newest of a selection, and one in words."""

from __future__ import annotations

from dataclasses import dataclass

from hamdel.listen.results.choosing import Selection
from hamdel.listen.results.counting import rows_of
from hamdel.listen.surveys.definition import Kind, in_words
from hamdel.listen.surveys.models import Response
from hamdel.ui.lists import Place

ORDER = ("-started_at", "-id")
TAKE = """
SELECT r.id FROM surveys_response r WHERE {where} ORDER BY r.started_at {way}, r.id {way} LIMIT %s OFFSET %s
"""
COUNT = "SELECT count(*) FROM (SELECT 1 FROM surveys_response r WHERE {where} LIMIT %s) AS found"


@dataclass(frozen=True)
class NewestFirst:
    """The responses of a selection as `ui.lists` takes them; PostgreSQL has them in this order."""

    selection: Selection

    def take(
        self, most: int, *, beyond: Place | None = None, backwards: bool = False, skip: int = 0
    ) -> list[Response]:
        where, values = self.selection.sql()
        way, sign = ("ASC", ">") if backwards else ("DESC", "<")
        if beyond is not None:
            where = f"({where}) AND (r.started_at, r.id) {sign} (%s, %s)"
            values += beyond
        ids = [row[0] for row in rows_of(TAKE.format(where=where, way=way), [*values, most, skip])]
        found = Response.objects.select_related("customer", "version", "late_arrival").in_bulk(ids)
        return [found[one] for one in ids if one in found]

    def count(self, most: int) -> int:
        where, values = self.selection.sql()
        [(n,)] = rows_of(COUNT.format(where=where), [*values, most])
        return int(n)


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
