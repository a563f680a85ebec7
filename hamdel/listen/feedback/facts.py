"""What members write down, on the one stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hamdel.ground.facts import Fact


@dataclass(frozen=True, kw_only=True)
class FeedbackGiven(Fact):
    """Somebody told us something nobody had asked in a survey; `by` is the member who wrote it down."""

    name: ClassVar[str] = "Feedback Given"
    text: str
    kind: str
    source: str = "note"
    by: str = ""
