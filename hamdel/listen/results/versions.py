"""The questions of all versions of a survey, each with the versions whose answers count together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from hamdel.listen.surveys.definition import Definition, Kind, Metric, Question, values_of
from hamdel.listen.surveys.models import Survey, SurveyVersion


@dataclass(frozen=True)
class Asked:
    """A question as its newest version words it, and where it was asked in a way that can be counted together."""

    question: Question
    page: int
    version: SurveyVersion
    together: frozenset[UUID]
    # Of a score: its own metric, or what the survey counts towards.
    metric: Metric | None
    # Numbers of the versions that ask something else under the same key.
    apart: tuple[int, ...]

    @property
    def key(self) -> str:
        return self.question.key

    @property
    def definition(self) -> Definition:
        return self.version.asks


def versions_of(survey: Survey) -> list[SurveyVersion]:
    """Return the versions, newest first."""
    return list(survey.versions.order_by("-number"))


def combined(versions: Iterable[SurveyVersion], survey: Survey) -> list[Asked]:
    """Return every question, in the order of the newest version that has it; those no longer asked come last."""
    newest_first = list(versions)
    found: dict[str, Asked] = {}
    for version in newest_first:
        for number, page in enumerate(version.asks.pages):
            for question in page:
                if question.kind != Kind.STATEMENT and question.key not in found:
                    found[question.key] = _asked(question, number, version, newest_first, survey)
    return list(found.values())


def _asked(
    question: Question, page: int, version: SurveyVersion, versions: Iterable[SurveyVersion], survey: Survey
) -> Asked:
    together, apart = set(), []
    for other in versions:
        its = other.asks.by_key.get(question.key)
        if its is None:
            continue
        if shape(its, survey) == shape(question, survey):
            together.add(other.id)
        else:
            apart.append(other.number)
    metric = (question.metric or survey.scores_by) if question.kind == Kind.SCORE else None
    return Asked(question, page, version, frozenset(together), metric, tuple(sorted(apart)))


def shape(question: Question, survey: Survey) -> tuple[object, ...]:
    """Return what must be alike for answers to be counted together. Wording may be improved, choices may not."""
    scale = question.scale(survey.scores_by) if question.kind == Kind.SCORE else None
    metric = question.metric or survey.scores_by if question.kind == Kind.SCORE else None
    ends = (question.low, question.high) if question.kind == Kind.SLIDER else None
    return (
        question.kind,
        frozenset(values_of(question)),
        frozenset(row.value for row in question.rows),
        question.several,
        scale,
        metric,
        ends,
        question.total if question.kind == Kind.CONSTANT_SUM else None,
        question.kind == Kind.SINGLE and question.other is not None,
    )
