"""A response as it stands, and what becomes of it when a page is saved. Pure: no database, no request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from hamdel.ground.facts import Fact
from hamdel.listen.surveys.definition import Definition, Kind, Metric, Question, WrongAnswer, read_answer
from hamdel.listen.surveys.facts import (
    CommentGiven,
    ScoreGiven,
    ScoreWithdrawn,
    SurveyCompleted,
    SurveyStarted,
)

MAY_CHANGE_FOR = timedelta(hours=1)


class SurveyClosed(Exception):
    """The survey takes no answers now."""


class AlreadyAnswered(Exception):
    """The link has been answered to the end, and the hour for changes is over."""


@dataclass
class WrongPage(Exception):
    """Some answers of a page do not fit; nothing of the page was saved. `errors` maps question key to code."""

    errors: dict[str, str] = field(default_factory=dict)


class Given(NamedTuple):
    """An answer: a score, a text or a choice's value, and when it was given."""

    value: Any
    at: datetime


@dataclass(slots=True)
class Standing:
    """One response with what it has so far. Saving pages changes it; `storing.store` then writes what changed.

    `is_new` says that it is not in the database yet. `changed` are the questions whose answers are to be written,
    `news` the facts to be announced with them.
    """

    id: UUID
    workspace_id: UUID
    survey_id: UUID
    version_id: UUID
    metric: Metric
    asks: Definition
    resume_digest: str
    started_at: datetime
    channel: str = "link"
    touchpoint: str = ""
    language: str = "fa"
    customer_id: UUID | None = None
    invitation_id: UUID | None = None
    caused_by: UUID | None = None
    completed_at: datetime | None = None
    score: int | None = None
    is_new: bool = True
    given: dict[str, Given] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    news: list[Fact] = field(default_factory=list)
    is_touched: bool = False

    @property
    def answers(self) -> dict[str, Any]:
        return {key: given.value for key, given in self.given.items()}

    def may_change(self, *, at: datetime) -> bool:
        """Tell whether its answers may still be given or changed."""
        return self.completed_at is None or at - self.completed_at <= MAY_CHANGE_FOR

    def save_page(self, page: int, typed: Mapping[str, str], *, at: datetime) -> int | None:
        """Take the answers of one page; return the next page, None when the survey is complete.

        Saving a page again changes its answers. Raises WrongPage and AlreadyAnswered, and then nothing has changed.
        """
        if not self.may_change(at=at):
            raise AlreadyAnswered
        before = dict(self.given)
        self._keep(read_answers(self.asks, page, typed, self.answers, self.metric), at)
        self.news += self._news(before, at)
        following = self.asks.next_page(page, self.answers)
        if following is None and self.completed_at is None:
            self.completed_at = at
            self.news.append(SurveyCompleted(**self._of(at), invitation_id=self.invitation_id))
        self.score = next(self._scores(), None)
        self.is_touched = True
        return following

    def beginning(self) -> Fact:
        """Return the fact that belongs to the row of a new response."""
        return SurveyStarted(**self._of(self.started_at), invitation_id=self.invitation_id)

    def first_open_page(self) -> int:
        """Return where a half-finished response goes on."""
        pages = self.asks.pages
        answered = [n for n, page in enumerate(pages) if any(question.key in self.given for question in page)]
        following = self.asks.next_page(answered[-1], self.answers) if answered else 0
        return 0 if following is None else following

    def _keep(self, answers: Mapping[str, Any], at: datetime) -> None:
        for key, value in answers.items():
            if (key in self.given and self.given[key].value == value) or (
                key not in self.given and value is None
            ):
                continue
            self.changed.add(key)
            if value is None:
                del self.given[key]
            else:
                self.given[key] = Given(value, at)

    def _news(self, before: Mapping[str, Given], at: datetime) -> list[Fact]:
        """Return what changed as facts: a changed score is withdrawn and given anew."""
        facts: list[Fact] = []
        if self.is_new and not self.is_touched:
            facts.append(self.beginning())
        for question in self.asks.questions:
            old, new = before.get(question.key), self.given.get(question.key)
            if (old and old.value) == (new and new.value):
                continue
            if question.kind == Kind.SCORE:
                facts += self._score_facts(question, old, new)
            elif question.kind == Kind.LONG_TEXT and new:
                score = next(self._scores(), None)
                facts.append(CommentGiven(**self._of(at), question=question.key, text=new.value, score=score))
        return facts

    def _score_facts(self, question: Question, old: Given | None, new: Given | None) -> Iterator[Fact]:
        low, high = self.metric.scale
        shared: dict[str, Any] = {
            "metric": self.metric.value,
            "scale_min": low,
            "scale_max": high,
            "question": question.key,
            "caused_by": self.caused_by,
        }
        if old:
            # Dated as the score it takes back, so that both fall into the same day of every chart.
            yield ScoreWithdrawn(**self._of(old.at), **shared, score=old.value)
        if new:
            yield ScoreGiven(**self._of(new.at), **shared, score=new.value)

    def _scores(self) -> Iterator[int]:
        keys = (question.key for question in self.asks.questions if question.kind == Kind.SCORE)
        return (self.given[key].value for key in keys if key in self.given)

    def _of(self, at: datetime) -> dict[str, Any]:
        return {
            "workspace_id": self.workspace_id,
            "customer_id": self.customer_id,
            "at": at,
            "touchpoint": self.touchpoint,
            "channel": self.channel,
            "survey_id": self.survey_id,
            "response_id": self.id,
        }


def read_answers(
    definition: Definition, page: int, typed: Mapping[str, str], before: Mapping[str, Any], metric: Metric
) -> dict[str, Any]:
    """Return the page's answers by question, None for an emptied one. Raises WrongPage.

    Later questions see the earlier ones. A question that these answers no longer call for loses its answer.
    """
    found: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for question in definition.pages[page]:
        if question not in definition.shown(page, definition.facts({**before, **found})):
            found |= dict.fromkeys(question.keys)
            continue
        try:
            found |= read_answer(question, typed, metric, before=before.get(question.key))
        except WrongAnswer as wrong:
            errors[question.key] = wrong.code
    if errors:
        raise WrongPage(errors)
    return found
