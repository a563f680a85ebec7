"""One response in words."""

from __future__ import annotations

from dataclasses import dataclass

from hamdel.listen.surveys.definition import Kind, in_words
from hamdel.listen.surveys.models import Response


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
