"""What this slice announces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hamdel.ground.facts import Fact


@dataclass(frozen=True, kw_only=True)
class AboutCase(Fact):
    """What every fact of a case carries."""

    name: ClassVar[str] = "Case"
    number: int


@dataclass(frozen=True, kw_only=True)
class CaseOpened(AboutCase):
    """Somebody was let down."""

    name: ClassVar[str] = "Case Opened"
    metric: str
    score: float
    owner: str = ""
    due_at: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseAssigned(AboutCase):
    """The case has another owner."""

    name: ClassVar[str] = "Case Assigned"
    owner: str
    by: str


@dataclass(frozen=True, kw_only=True)
class CaseNoted(AboutCase):
    """Something was said or done. `is_contact` when the customer was spoken to."""

    name: ClassVar[str] = "Case Noted"
    text: str
    by: str
    is_contact: bool


@dataclass(frozen=True, kw_only=True)
class CaseClosed(AboutCase):
    """The loop was closed."""

    name: ClassVar[str] = "Case Closed"
    outcome: str
    by: str
    note: str = ""
    seconds_open: int
    was_late: bool


@dataclass(frozen=True, kw_only=True)
class CaseReopened(AboutCase):
    """It was not over after all."""

    name: ClassVar[str] = "Case Reopened"
    by: str
