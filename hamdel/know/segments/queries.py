"""Who belongs to a segment: one question to ClickHouse, where events and the mirrored customers are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from hamdel.ground.analytics import ask_rendered
from hamdel.ground.rules import All, AnyOf, Field, Fields, Fragment, Is, Not, Rule, fragment, parse
from hamdel.ground.rules.rule import ORDERING
from hamdel.ground.rules.values import kind_of
from hamdel.ground.workspaces.models import Workspace
from hamdel.know.segments.fields import (
    ABOUT_FIELDS,
    CONSENT_FIELDS,
    SCORE_FIELDS,
    unknown_trait,
)
from hamdel.know.segments.mirror import refresh
from hamdel.know.segments.models import Segment

# Events keep the customer they came with; who was merged since counts as the customer they are now. Customers are
# told apart by 64 bits of a hash: sets of these are half as large and half as slow as sets of ids.
MERGED = """
WITH (SELECT (groupArray(whose), groupArray(owner)) FROM (
    SELECT sipHash64(customer_id) AS whose, sipHash64(argMax(into_id, version)) AS owner FROM merges
    WHERE workspace_id = {workspace_id:UUID} GROUP BY customer_id)) AS merged"""
OWNER = "transform(sipHash64(customer_id), merged.1, merged.2, sipHash64(customer_id))"
EVENTS = f"""(SELECT workspace_id, {OWNER} AS customer_id, name, occurred_at, touchpoint, channel, properties
    FROM events WHERE workspace_id = {{workspace_id:UUID}})"""
CONSENTS = f""",
consents AS (SELECT {OWNER} AS owner, properties['purpose'] AS purpose, properties['channel'] AS channel,
    if(name = 'Consent Given', 'given', 'withdrawn') AS state, occurred_at AS at FROM events
    WHERE workspace_id = {{workspace_id:UUID}} AND name IN ('Consent Given', 'Consent Withdrawn'))"""
# A score that was taken back does not count. The last one of each metric, as a map.
SCORES = f"""LEFT JOIN (
    SELECT owner, mapFromArrays(groupArray(metric), groupArray(last)) AS scores FROM (
        SELECT owner, metric, argMax(score, at) AS last FROM (
            SELECT {OWNER} AS owner, toString(metric) AS metric, response_id, question, argMax(score, occurred_at) AS score,
                max(occurred_at) AS at
            FROM scores WHERE workspace_id = {{workspace_id:UUID}}
            GROUP BY owner, metric, response_id, question, if(response_id = '', event_id, toUUID('00000000-0000-0000-0000-000000000000'))
            HAVING sum(sign) > 0)
        GROUP BY owner, metric)
    GROUP BY owner) AS told USING (owner)"""
CUSTOMERS = """
FROM (SELECT sipHash64(customer_id) AS owner, customer_id, is_anonymous, has_user_id, name, email, phone, language,
    first_seen_at, last_seen_at, traits
    FROM customers FINAL WHERE workspace_id = {workspace_id:UUID} AND is_whole) AS people"""


@dataclass(frozen=True)
class Member:
    """One customer of a segment."""

    customer_id: UUID


@dataclass(frozen=True)
class Counted:
    n: int


def segment_members(segment: Segment, *, at: datetime) -> list[UUID]:
    """Return the customers of a segment at this moment, in a fixed order; of merged ones the one they are today.

    `at` is what "in the last 90 days" counts back from; attributes are those of now. Raises NotARule when the rule
    names what is no longer there, AnalyticsUnavailable when ClickHouse is away.
    """
    return customers_holding(segment.workspace, segment.rule, at=at)


def segment_count(segment: Segment, *, at: datetime) -> int:
    """Return how many belong to a segment."""
    return count_holding(segment.workspace, segment.rule, at=at)


def customers_holding(
    workspace: Workspace,
    rule: Mapping[str, Any],
    *,
    at: datetime,
    limit: int = 1_000_000,
    after: UUID | None = None,
) -> list[UUID]:
    """Return the customers of whom a rule (its JSON form) is true, in a fixed order; `after` goes on behind one."""
    question, params = _question(workspace, rule, at)
    sql = f"""{question} AND customer_id > {{after:UUID}} ORDER BY customer_id LIMIT {{limit:UInt32}}"""
    params |= {"after": after or UUID(int=0), "limit": limit}
    sql = sql.replace("SELECT count() AS n", "SELECT customer_id", 1)
    rows = ask_rendered("know/segments/members", sql, Member, workspace=workspace, params=params)
    return [row.customer_id for row in rows]


def count_holding(workspace: Workspace, rule: Mapping[str, Any], *, at: datetime) -> int:
    """Return of how many customers a rule is true."""
    question, params = _question(workspace, rule, at)
    [row] = ask_rendered("know/segments/count", question, Counted, workspace=workspace, params=params)
    return row.n


def _question(workspace: Workspace, rule: Mapping[str, Any], at: datetime) -> tuple[str, dict[str, Any]]:
    """Return the SELECT that counts, and its parameters."""
    refresh(workspace)
    fields = fields_for(rule)
    part = fragment(parse(rule, fields=fields), fields, now=at, customer="owner", events=EVENTS)
    return _rendered(part), dict(part.params)


def _rendered(part: Fragment) -> str:
    consents = CONSENTS if "FROM consents" in part.sql else ""
    scores = SCORES if "mapContains(scores" in part.sql else ""
    return f"{MERGED}{consents}\nSELECT count() AS n{CUSTOMERS} {scores} WHERE ({part.sql})"


def fields_for(rule: Mapping[str, Any]) -> Fields:
    """Return the fields a rule needs.

    A trait is read as the kind it is compared with, whatever its values look like today: a saved segment does not
    break because of one odd value, and no question about the traits comes before the question itself.
    """
    named = [one for one in comparisons(parse(rule)) if one.field.startswith("trait.")]
    # Who only asks whether it is known says nothing about its kind: the others come later and decide.
    named.sort(key=lambda one: one.value is not None)
    traits = {one.field: _trait_of(one) for one in named}
    known = {name: field for name, field in traits.items() if field}
    return {**ABOUT_FIELDS, **SCORE_FIELDS, **CONSENT_FIELDS, **known}


def _trait_of(rule: Is) -> Field | None:
    field = unknown_trait(rule.field.removeprefix("trait."))
    if field is None or rule.value is None:
        return field
    return replace(field, kind=kind_of(rule.value, is_ordered=rule.operator in ORDERING))


def comparisons(rule: Rule) -> Iterator[Is]:
    """Return each comparison over the customer in a rule; those over events are not among them."""
    match rule:
        case Is():
            yield rule
        case Not(part):
            yield from comparisons(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from comparisons(part)
