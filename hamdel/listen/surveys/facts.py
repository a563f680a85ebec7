"""What this slice announces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from hamdel.ground.facts import Fact


@dataclass(frozen=True, kw_only=True)
class SurveyStarted(Fact):
    """Somebody gave a first answer. Of an anonymous survey no `response_id` is told."""

    name: ClassVar[str] = "Survey Started"
    survey_id: UUID
    response_id: UUID | None
    invitation_id: UUID | None = None
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class SurveyCompleted(Fact):
    """Somebody came to the end; `quota` is the full one that led them there early."""

    name: ClassVar[str] = "Survey Completed"
    survey_id: UUID
    response_id: UUID | None
    invitation_id: UUID | None = None
    place: str = ""
    quota: str = ""


@dataclass(frozen=True, kw_only=True)
class ScoreGiven(Fact):
    """A score: what every metric of feeling is made of. `caused_by` is the event that led to the question."""

    name: ClassVar[str] = "Score Given"
    metric: str
    score: int
    scale_min: int
    scale_max: int
    survey_id: UUID
    response_id: UUID
    question: str
    comment: str = ""
    caused_by: UUID | None = None
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class ScoreWithdrawn(ScoreGiven):
    """A score was changed or taken back: it carries the same values, which then no longer count."""

    name: ClassVar[str] = "Score Withdrawn"


@dataclass(frozen=True, kw_only=True)
class CommentGiven(Fact):
    """Somebody wrote in their own words why."""

    name: ClassVar[str] = "Comment Given"
    survey_id: UUID
    response_id: UUID
    question: str
    text: str
    score: int | None = None
    place: str = ""
