"""A whole definition, and the way through it that given answers lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hamdel.ground.rules import holds
from hamdel.listen.surveys.definition.offering import asked_for, is_narrowed, offered, offers_something
from hamdel.listen.surveys.definition.parts import End, Kind, Page, Question, Quiz, Quota, Texts
from hamdel.listen.surveys.definition.quiz import Result, result

END = "end"
# What rules may ask about a response besides its answers.
ABOUT = ("language", "channel", "touchpoint")
THANKS = End("thanks", {"fa": "سپاس از وقتی که گذاشتید.", "en": "Thank you for your time."})


@dataclass(frozen=True)
class Way:
    """The pages these answers lead through, and the end they lead to: a key, "" where the ends' rules decide."""

    pages: tuple[int, ...]
    end: str


@dataclass(frozen=True)
class Definition:
    """What one version asks. The first of `languages` stands in where a text lacks another."""

    languages: list[str]
    pages: tuple[Page, ...]
    ends: tuple[End, ...] = (THANKS,)
    quotas: tuple[Quota, ...] = ()
    quiz: Quiz | None = None

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for page in self.pages for question in page)

    @cached_property
    def by_key(self) -> dict[str, Question]:
        return {question.key: question for question in self.questions}

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Return the place of each page by its key."""
        return {page.key: n for n, page in enumerate(self.pages)}

    @cached_property
    def hidden(self) -> tuple[Question, ...]:
        """Return the questions that links answer."""
        return tuple(question for question in self.questions if question.kind == Kind.HIDDEN)

    @cached_property
    def first_score(self) -> Question | None:
        return next((question for question in self.questions if question.kind == Kind.SCORE), None)

    @cached_property
    def narrowed(self) -> frozenset[str]:
        """Return the keys of questions that do not offer everybody the same."""
        return frozenset(question.key for question in self.questions if is_narrowed(question))

    @cached_property
    def narrowed_by(self) -> frozenset[str]:
        """Return the keys of the answers by which choices and rows are offered."""
        asked = {field for q in self.questions if q.key in self.narrowed for field in asked_for(q)}
        named = {field.partition(".")[0] for field in asked}
        return frozenset(key for q in self.questions if q.key in named for key in q.keys)

    @cached_property
    def is_straight(self) -> bool:
        """Tell whether everybody is led through the same questions to the same end."""
        rules = [page.shown_if or page.next or self.narrowed for page in self.pages]
        return not (any(rules) or any(q.shown_if for q in self.questions) or self.ends[0].rule or self.quotas)

    def facts(self, answers: Mapping[str, Any], about: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """Return what the rules see: answers, their parts (`key.CHOICE`, `key.ROW`), `about` and the quiz's points."""
        if self.is_straight:
            return answers
        found: dict[str, Any] = {**(about or {})}
        for key, value in answers.items():
            found |= parts_of(key, value)
        # Last, so that words of one's own stand where “other” is only known to be chosen.
        found |= answers
        if self.quiz:
            found |= _points(result(self.questions, answers, self.quiz))
            if self.narrowed:
                found |= _points(result(self.as_offered(found), answers, self.quiz))
        return found

    def as_offered(self, facts: Mapping[str, Any]) -> tuple[Question, ...]:
        """Return all questions with the choices that these facts call for, asked or not."""
        if not self.narrowed:
            return self.questions
        return tuple(offered(q, facts) if q.key in self.narrowed else q for q in self.questions)

    def result(self, answers: Mapping[str, Any], about: Mapping[str, str] | None = None) -> Result:
        """Return the points of a quiz; what was never offered could not be chosen and earns nobody anything."""
        questions = self.as_offered(self.facts(answers, about)) if self.narrowed else self.questions
        return result(questions, answers, self.quiz)

    @cached_property
    def most_points(self) -> float:
        """Return the points of somebody to whom everything is offered."""
        return result(self.questions, {}, self.quiz).most

    def shown(self, page: int, facts: Mapping[str, Any]) -> list[Question]:
        """Return the questions of a page that these facts call for, with what they offer; hidden ones among them."""
        found = [q for q in self.pages[page] if q.shown_if is None or holds(q.shown_if, facts)]
        if not self.narrowed:
            return found
        as_offered = (offered(q, facts) if q.key in self.narrowed else q for q in found)
        return [q for q in as_offered if q.key not in self.narrowed or offers_something(q)]

    def is_shown(self, page: int, facts: Mapping[str, Any]) -> bool:
        """Tell whether there is anything to see on a page."""
        its = self.pages[page]
        if its.shown_if is not None and not holds(its.shown_if, facts):
            return False
        if not its.questions:
            return bool(its.text or its.title)
        return any(question.kind != Kind.HIDDEN for question in self.shown(page, facts))

    def next_page(self, after: int, facts: Mapping[str, Any]) -> int | None:
        """Return the next page with something to see, -1 being before the first; None when the survey is done."""
        return self._after(after, facts)[0]

    def way(self, facts: Mapping[str, Any]) -> Way:
        """Return the whole way from the first page on."""
        pages: list[int] = []
        page, end = self._after(-1, facts)
        while page is not None:
            pages.append(page)
            page, end = self._after(page, facts)
        return Way(tuple(pages), end)

    def _after(self, page: int, facts: Mapping[str, Any]) -> tuple[int | None, str]:
        first = page + 1
        for branch in self.pages[page].next if page >= 0 else ():
            if holds(branch.rule, facts):
                if branch.to.partition(":")[0] == END:
                    return None, branch.to.partition(":")[2]
                # Only forward, whatever is written: nobody may be led in a circle.
                first = max(first, self.numbers.get(branch.to, first))
                break
        return next((n for n in range(first, len(self.pages)) if self.is_shown(n, facts)), None), ""

    def end(self, facts: Mapping[str, Any], key: str = "") -> End:
        """Return the end named by `key`, or the first whose rule holds."""
        named = [end for end in self.ends if key and end.key == key]
        fitting = (end for end in self.ends if end.rule is None or holds(end.rule, facts))
        return named[0] if named else next(fitting, self.ends[-1])

    def quotas_met(self, facts: Mapping[str, Any]) -> list[Quota]:
        """Return the quotas a response with these facts counts towards."""
        return [quota for quota in self.quotas if holds(quota.rule, facts)]

    def local(self, texts: Texts, language: str) -> str:
        """Return a text in a language, or in the first the survey has."""
        return texts.get(language) or texts.get(self.languages[0]) or next(iter(texts.values()), "")


def _points(reached: Result) -> dict[str, float]:
    return {"score.points": reached.points, "score.percent": reached.percent}


def parts_of(key: str, value: Any) -> dict[str, Any]:
    """Return the parts of an answer rules may name: `key.CHOICE` is true when chosen, `key.ROW` is that row's value."""
    if isinstance(value, Mapping):
        return {f"{key}.{row}": part for row, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return {f"{key}.{item}": True for item in value if isinstance(item, str)}
    return {}
