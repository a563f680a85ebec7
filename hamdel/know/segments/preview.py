"""What the pages show of a rule: how many, out of how many, and a few of them by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hamdel.ground.analytics import AnalyticsError
from hamdel.ground.rules import NotARule, sentence
from hamdel.ground.rules.reading import parse
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Customer
from hamdel.know.segments.models import Segment
from hamdel.know.segments.queries import count_holding, customers_holding, fields_for

SAMPLE = 8
EVERYBODY: dict[str, Any] = {"all": []}


@dataclass(frozen=True)
class Preview:
    """How many customers a rule is true of. `problem` says why that cannot be told just now."""

    count: int | None = None
    of: int | None = None
    sample: list[Customer] = field(default_factory=list)
    problem: str = ""

    @property
    def share(self) -> float | None:
        """Return the share of all customers in percent."""
        return 100 * self.count / self.of if self.count is not None and self.of else None


def preview(workspace: Workspace, rule: Mapping[str, Any], *, at: datetime) -> Preview:
    """Return count and sample; never raises for what a reader can do nothing about."""
    try:
        count, of = count_holding(workspace, rule, at=at), count_holding(workspace, EVERYBODY, at=at)
        ids = customers_holding(workspace, rule, at=at, limit=SAMPLE)
    except NotARule as wrong:
        return Preview(problem=str(wrong))
    except AnalyticsError:
        return Preview(problem="away")
    return Preview(count, of, list(Customer.objects.in_workspace(workspace).filter(id__in=ids)))


def in_words(segment: Segment) -> str:
    """Return the rule of a segment as a sentence; empty for everybody and for what cannot be read any more."""
    if not any(segment.rule.get(word) for word in segment.rule):
        return ""
    try:
        return sentence(parse(segment.rule), fields_for(segment.rule))
    except NotARule:
        return ""
