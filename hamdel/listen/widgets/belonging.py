"""Whom a widget is for. What we know of a customer is asked at once; what needs all events is remembered for minutes,
because a page view must not count a segment anew.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from hamdel.ground.analytics import AnalyticsUnavailable
from hamdel.ground.rules import NotARule, holds, parse
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.customers.models import Customer
from hamdel.know.segments.models import Segment
from hamdel.know.segments.queries import customers_holding

log = logging.getLogger(__name__)

FRESH_SECONDS = 300
MOST_REMEMBERED = 100
KNOWN_AT_ONCE = {
    "name",
    "email",
    "phone",
    "language",
    "first_seen_at",
    "last_seen_at",
    "is_anonymous",
    "has_user_id",
}
_remembered: dict[tuple[UUID, bytes], tuple[float, frozenset[UUID]]] = {}


def fits(workspace: Workspace, rule: Mapping[str, Any], customer: Customer, *, at: datetime) -> bool:
    """Tell whether a rule is true of a customer. One that can no longer be read, or not just now, is true of nobody."""
    try:
        if all(field in KNOWN_AT_ONCE or field.startswith("trait.") for field in asked_by(rule)):
            return holds(parse(rule), values_of(customer), now=at)
        return customer.id in _members(workspace, rule, at=at)
    except (NotARule, AnalyticsUnavailable) as error:
        log.warning("A rule of a widget cannot be asked: %s", error)
        return False


def belongs(workspace: Workspace, segment_id: UUID, customer: Customer, *, at: datetime) -> bool:
    """Tell whether a segment has this customer; one that is gone has nobody."""
    segment = Segment.objects.filter(workspace=workspace, id=segment_id).first()
    return segment is not None and fits(workspace, segment.rule, customer, at=at)


def asked_by(rule: Any) -> list[str]:
    """Return the fields of the customer a rule names; "did" for one that asks for events."""
    if isinstance(rule, list):
        return [field for part in rule for field in asked_by(part)]
    if not isinstance(rule, Mapping):
        return []
    if "did" in rule or "did not" in rule:
        return ["did"]
    if "field" in rule:
        return [str(rule["field"])]
    return [field for part in rule.values() for field in asked_by(part)]


def values_of(customer: Customer) -> Mapping[str, Any]:
    """Return what a rule over customers may speak of without looking at events."""
    own = {name: getattr(customer, name) for name in KNOWN_AT_ONCE}
    traits = {f"trait.{name}": value for name, value in customer.traits.items()}
    return {name: value for name, value in {**own, **traits}.items() if value not in ("", None)}


def _members(workspace: Workspace, rule: Mapping[str, Any], *, at: datetime) -> frozenset[UUID]:
    key = (workspace.id, orjson.dumps(rule, option=orjson.OPT_SORT_KEYS))
    until, found = _remembered.get(key, (0.0, frozenset()))
    if until < time.monotonic():
        found = frozenset(customers_holding(workspace, rule, at=at))
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[key] = (time.monotonic() + FRESH_SECONDS, found)
    return found
