"""What this slice announces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from hamdel.ground.facts import Fact


@dataclass(frozen=True, kw_only=True)
class SurveyInvited(Fact):
    """A customer was asked."""

    name: ClassVar[str] = "Survey Invited"
    survey_id: UUID
    invitation_id: UUID


@dataclass(frozen=True, kw_only=True)
class SurveyDelivered(Fact):
    """The invitation is known to have arrived; response rates divide by those that are named.

    None to an anonymous survey is: nobody may be told from an answer, so that none of them would ever count as answered.
    """

    name: ClassVar[str] = "Survey Delivered"
    survey_id: UUID
    invitation_id: UUID | None
