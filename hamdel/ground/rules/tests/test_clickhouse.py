"""The two back ends must agree: whoever the predicate is true of, ClickHouse finds, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hamdel.ground import analytics
from hamdel.ground.rules import Is, NotARule, Operator, fragment, holds, parse
from hamdel.ground.rules.tests.making import FIELDS, NOW, people, rules
from hamdel.ground.rules.values import text_of


@dataclass(frozen=True)
class Place:
    """A workspace, as the door needs it."""

    id: UUID
    timezone: str = "Asia/Tehran"


@dataclass(frozen=True)
class Found:
    number: int


# Customers and their events come as parameters, so that thousands of examples need no table.
CUSTOMERS = """
SELECT c.1 AS number, toUUID(c.2) AS customer_id, mapFromArrays(c.3, c.4) AS traits
FROM (SELECT arrayJoin(arrayZip({numbers:Array(UInt32)}, {ids:Array(String)}, {keys:Array(Array(String))},
    {values:Array(Array(String))})) AS c)"""
EVENTS = """(
SELECT {workspace_id:UUID} AS workspace_id, toUUID(e.1) AS customer_id, e.2 AS name,
    fromUnixTimestamp64Milli(e.3, 'UTC') AS occurred_at, e.4 AS touchpoint, e.5 AS channel,
    mapFromArrays(e.6, e.7) AS properties
FROM (SELECT arrayJoin(arrayZip({e_ids:Array(String)}, {e_names:Array(String)}, {e_at:Array(Int64)},
    {e_touchpoints:Array(String)}, {e_channels:Array(String)}, {e_keys:Array(Array(String))},
    {e_values:Array(Array(String))})) AS e))"""


def found_by_clickhouse(rule, crowd):
    part = fragment(rule, FIELDS, now=NOW, events=EVENTS)
    sql = f"SELECT toInt64(number) AS number FROM ({CUSTOMERS}) WHERE {part.sql} AND {{workspace_id:UUID}} = {{workspace_id:UUID}} ORDER BY number"
    ids = [str(uuid4()) for _ in crowd]
    rows = [(ids[n], event) for n, (_values, events) in enumerate(crowd) for event in events]
    params = {
        **part.params,
        "numbers": list(range(len(crowd))),
        "ids": ids,
        "keys": [list(values) for values, _events in crowd],
        "values": [[text_of(value) for value in values.values()] for values, _events in crowd],
        "e_ids": [owner for owner, _event in rows],
        "e_names": [event.name for _owner, event in rows],
        "e_at": [round(event.occurred_at.timestamp() * 1000) for _owner, event in rows],
        "e_touchpoints": [event.touchpoint for _owner, event in rows],
        "e_channels": [event.channel for _owner, event in rows],
        "e_keys": [list(event.properties) for _owner, event in rows],
        "e_values": [[text_of(value) for value in event.properties.values()] for _owner, event in rows],
    }
    return [
        row.number
        for row in analytics.ask_rendered("rules/test", sql, Found, workspace=Place(uuid4()), params=params)
    ]


@pytest.mark.usefixtures("_analytics")
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rule=rules, crowd=st.lists(people, min_size=1, max_size=4))
def test_python_and_clickhouse_agree(rule, crowd):
    expected = [
        n
        for n, (values, events) in enumerate(crowd)
        if holds(rule, values, events=events, now=NOW, fields=FIELDS)
    ]

    assert found_by_clickhouse(rule, crowd) == expected


def test_a_field_nobody_registered_never_reaches_clickhouse():
    with pytest.raises(NotARule, match="no field"):
        fragment(Is("1) OR (1", Operator.IS, "x"), FIELDS)


@pytest.mark.usefixtures("_analytics")
def test_values_and_names_of_properties_are_bound():
    evil = "x'] = '') or (1=1) --"
    rule = parse({"did": evil, "where": {"field": evil, "operator": "=", "value": evil}})

    part = fragment(rule, FIELDS)

    assert evil not in part.sql
    assert sorted(value for value in part.params.values() if isinstance(value, str)) == [evil] * 3
    assert found_by_clickhouse(rule, [({}, [])]) == []
