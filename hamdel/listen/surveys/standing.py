"""A response as it stands, and what becomes of it when a page is saved. Pure: no database, no request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from hamdel.ground.facts import Fact
from hamdel.ground.rules import holds
from hamdel.listen.surveys.definition import (
    Definition,
    End,
    Kind,
    Metric,
    Page,
    Question,
    Result,
    WrongAnswer,
    offered,
    offers_something,
    read_answer,
    still_fitting,
)
from hamdel.listen.surveys.facts import (
    CommentGiven,
    ScoreGiven,
    ScoreWithdrawn,
    SurveyCompleted,
    SurveyStarted,
)

MAY_CHANGE_FOR = timedelta(hours=1)
# A page on its way when the time of a quiz ends is still in time.
GRACE = timedelta(seconds=10)


class SurveyClosed(Exception):
    """The survey takes no answers now."""


class SurveyFull(Exception):
    """As many have answered as were wanted."""


class AlreadyAnswered(Exception):
    """The link has been answered to the end, and the hour for changes is over."""


@dataclass
class WrongPage(Exception):
    """Some answers of a page do not fit; nothing of the page was saved. `errors` maps question key to code."""

    errors: dict[str, str] = field(default_factory=dict)
    page: int = 0


class Given(NamedTuple):
    """An answer as `definition.Kind` says it is kept, and when it was given."""

    value: Any
    at: datetime


class Limits(Protocol):
    """What other responses leave room for."""

    def is_full(self, quota: str) -> bool: ...
    def count(self, quotas: Sequence[str]) -> None: ...


class NoLimits:
    """The limits of most surveys."""

    def is_full(self, quota: str) -> bool:  # noqa: ARG002 - as the protocol has it
        return False

    def count(self, quotas: Sequence[str]) -> None:
        pass


NO_LIMITS = NoLimits()


@dataclass(slots=True)
class Standing:
    """One response with what it has so far. Saving pages changes it; `storing.store` then writes what changed.

    `is_new` says that it is not in the database yet. `changed` are the questions whose answers are to be written,
    `news` the facts to be announced with them. Of an anonymous one every moment is the beginning of its day, its facts
    say no more than that somebody began and finished, and `burns` is the digest of the link that is used up by it.
    """

    id: UUID
    workspace_id: UUID
    survey_id: UUID
    version_id: UUID
    metric: Metric | None
    asks: Definition
    resume_digest: str
    started_at: datetime
    channel: str = "link"
    touchpoint: str = ""
    place: str = ""
    language: str = "fa"
    customer_id: UUID | None = None
    invitation_id: UUID | None = None
    caused_by: UUID | None = None
    completed_at: datetime | None = None
    score: int | None = None
    quota: str = ""
    is_new: bool = True
    is_anonymous: bool = False
    burns: str = ""
    given: dict[str, Given] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    news: list[Fact] = field(default_factory=list)
    is_touched: bool = False

    @property
    def answers(self) -> dict[str, Any]:
        return {key: given.value for key, given in self.given.items()}

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return what the survey's rules see."""
        return self.asks.facts(self.answers, self.about)

    @property
    def about(self) -> dict[str, str]:
        """Return what rules may ask besides the answers."""
        return {"language": self.language, "channel": self.channel, "touchpoint": self.touchpoint}

    @property
    def reached(self) -> Result:
        """Return the points of a quiz so far."""
        return self.asks.result(self.answers, self.about)

    @property
    def the_end(self) -> End:
        """Return what is said when it is completed."""
        full = next((quota.to for quota in self.asks.quotas if self.quota and quota.key == self.quota), None)
        key = self.asks.way(self.facts).end if full is None else full.partition(":")[2]
        return self.asks.end(self.facts, key)

    @property
    def seconds(self) -> int | None:
        """Return the time its quiz allows; none of an anonymous one, whose beginning is not known."""
        return self.asks.quiz.seconds if self.asks.quiz and not self.is_anonymous else None

    def is_late(self, *, at: datetime) -> bool:
        """Tell whether the time of a quiz is over."""
        return self.seconds is not None and at > self.started_at + timedelta(seconds=self.seconds) + GRACE

    def may_change(self, *, at: datetime) -> bool:
        """Tell whether its answers may still be given or changed."""
        if self.completed_at is None:
            return True
        is_final = self.is_anonymous or self.asks.quiz is not None or self.quota
        return not is_final and at - self.completed_at <= MAY_CHANGE_FOR

    def begin(self) -> int | None:
        """Start the clock of a quiz; return its first page."""
        self.news.append(self.beginning())
        self.is_touched = True
        return self.asks.next_page(-1, self.facts)

    def save_page(
        self,
        page: int,
        typed: Mapping[str, str],
        *,
        at: datetime,
        limits: Limits = NO_LIMITS,
        files: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
        query: Mapping[str, str] | None = None,
        may_lack: bool = False,
    ) -> int | None:
        """Take the answers of one page; return the next page, None when the survey is complete.

        Saving a page again changes its answers. With `may_lack` nothing has to be answered. Raises WrongPage, AlreadyAnswered and SurveyFull, and then nothing
        has changed.
        """
        if not self.may_change(at=at):
            raise AlreadyAnswered
        before, changed, quota = dict(self.given), set(self.changed), self.quota
        try:
            if not self.is_late(at=at):
                self.hear({**(query or {}), **typed}, at=at)
                self._keep(self._read(page, typed, files or {}, may_lack=may_lack), at)
            return self._go_on(page, before, at, limits)
        except (SurveyFull, WrongPage):
            self.given, self.changed, self.quota = before, changed, quota
            raise

    def hear(self, sent: Mapping[str, str], *, at: datetime) -> None:
        """Take what the link says: rules may ask for it on the very first page."""
        if self.asks.hidden:
            self._keep(self._read_hidden(sent), at)

    def _go_on(self, page: int, before: Mapping[str, Given], at: datetime, limits: Limits) -> int | None:
        following = self._following(page, at, limits)
        if following is None:
            self._forget_what_was_not_asked()
        is_completed = following is None and self.completed_at is None
        if is_completed and not self.quota:
            limits.count([quota.key for quota in self.asks.quotas_met(self.facts)])
        self.news += self._news(before, at)
        if is_completed:
            self.completed_at = at
            quota = "" if self.is_anonymous else self.quota
            about: dict[str, Any] = {"invitation_id": self.invitation_id, "quota": quota}
            self.news.append(SurveyCompleted(**self._of(at), **about))
        self.score = next(self._scores(), None)
        self.is_touched = True
        return following

    def _read(
        self,
        page: int,
        typed: Mapping[str, str],
        files: Mapping[str, Sequence[Mapping[str, Any]]],
        *,
        may_lack: bool,
    ) -> dict[str, Any]:
        """Return the answers of a page; none where a quiz has told how they were marked."""
        quiz, asked = self.asks.quiz, self.asks.pages[page]
        if quiz and quiz.feedback == "each" and self._has_answered(asked):
            return {}
        return read_answers(self, page, typed, files, may_lack=may_lack)

    def _read_hidden(self, sent: Mapping[str, str]) -> dict[str, Any]:
        """Return what the link answers. Somebody who can be told from an order number is not anonymous."""
        found: dict[str, Any] = {}
        for question in () if self.is_anonymous else self.asks.hidden:
            if question.key in sent and question.key not in self.given:
                found |= read_answer(question, sent)
        return found

    def _following(self, page: int, at: datetime, limits: Limits) -> int | None:
        """Return the next page; none when a quota that this response falls under is full, or the time is over."""
        if self.is_late(at=at):
            return None
        facts = self.facts
        met = self.asks.quotas_met(facts) if self.completed_at is None else []
        self.quota = next((quota.key for quota in met if limits.is_full(quota.key)), self.quota)
        return None if self.quota else self.asks.next_page(page, facts)

    def _forget_what_was_not_asked(self) -> None:
        """Drop answers to pages and questions that the final answers do not lead through."""
        if self.asks.is_straight or self.quota:
            return
        facts = self.facts
        shown = [q for page in self.asks.way(facts).pages for q in self.asks.shown(page, facts)]
        asked = {key for question in shown for key in question.keys}
        asked |= {question.key for question in self.asks.hidden}
        for key in self.given.keys() - asked:
            del self.given[key]
            self.changed.add(key)
        for question in shown:
            if question.key in self.asks.narrowed and question.key in self.given:
                given = self.given[question.key]
                self._keep({question.key: still_fitting(question, given.value)}, given.at)

    def beginning(self) -> Fact:
        """Return the fact that belongs to the row of a new response."""
        return SurveyStarted(**self._of(self.started_at), invitation_id=self.invitation_id)

    def first_open_page(self) -> int:
        """Return where a half-finished response goes on."""
        answered = [n for n, page in enumerate(self.asks.pages) if self._has_answered(page)]
        first = self.asks.next_page(-1, self.facts) or 0
        following = self.asks.next_page(answered[-1], self.facts) if answered else first
        return first if following is None else following

    def _has_answered(self, page: Page) -> bool:
        """Tell whether something of a page was answered by hand: what the link said is no sign of having been there."""
        return any(q.key in self.given and q.kind != Kind.HIDDEN for q in page)

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
        # Facts are news at once, one by one: on dashboards, in cases, at webhooks. Anonymous answers are of groups.
        for question in () if self.is_anonymous else self.asks.questions:
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
        low, high = question.scale(self.metric)
        shared: dict[str, Any] = {
            "metric": (question.metric or self.metric or Metric.NPS).value,
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
            "place": "" if self.is_anonymous else self.place,
            "survey_id": self.survey_id,
            # The log knows to the moment when a fact came, which the answers of an anonymous survey are not to know.
            "response_id": None if self.is_anonymous else self.id,
        }


def read_answers(
    standing: Standing,
    page: int,
    typed: Mapping[str, str],
    files: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    may_lack: bool = False,
) -> dict[str, Any]:
    """Return the page's answers by question, None for an emptied one. Raises WrongPage.

    Later questions see the earlier ones. A question that these answers no longer call for loses its answer.
    """
    asks, found, errors = standing.asks, standing.answers, {}
    about = standing.about
    read: dict[str, Any] = {}
    for question in asks.pages[page]:
        if question.kind == Kind.HIDDEN:
            continue
        if question.shown_if is not None and not holds(
            question.shown_if, asks.facts({**found, **read}, about)
        ):
            read |= dict.fromkeys(question.keys)
            continue
        if question.key in asks.narrowed:
            question = offered(question, standing.facts)  # noqa: PLW2901 - the same question, as this person sees it
            if not offers_something(question):
                read |= dict.fromkeys(question.keys)
                continue
        if may_lack:
            question = replace(question, required=False)  # noqa: PLW2901
        before = found.get(question.key)
        try:
            read |= read_answer(question, typed, standing.metric, files.get(question.key, ()), before)
        except WrongAnswer as wrong:
            errors[question.key] = wrong.code
    if errors:
        raise WrongPage(errors, page)
    return read
