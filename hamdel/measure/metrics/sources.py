"""Where scores are read from: four tables, each with its question and the dimensions it can be cut by.

A question is put together from fragments written in this file, in `days.py` and in `registry.py`, nothing else. What
a person chose (a touchpoint, a property and its value) is always bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hamdel.measure.metrics.open_time import open_seconds

PROPERTY = "property:"
# How long an answer is waited for, in seconds: an invitation or a conversation counts as unanswered after it.
PATIENCE = 30 * 24 * 3600
# Whoever was asked only a moment ago has not refused: an invitation counts, answered or not, from this age on. To
# count the answered ones sooner would make every fresh week look better than it is.
FRESH = 7 * 24 * 3600

# A score outside of its own scale is a mistake of whoever sent it and counts for nothing.
_SCORES = """\
SELECT
    metric AS kind,
    roundDown(toUnixTimestamp(occurred_at), {{edges:Array(UInt32)}}) AS edge,
    {key} AS key,
    toFloat64(if(scale_max > scale_min, scale_min,
        transform(metric, {{kinds:Array(String)}}, {{lows:Array(Float32)}}, toFloat32(0)))) AS scale_low,
    toFloat64(if(scale_max > scale_min, scale_max,
        transform(metric, {{kinds:Array(String)}}, {{highs:Array(Float32)}}, toFloat32(0)))) AS scale_high,
    {columns}
FROM scores
WHERE workspace_id = {{workspace_id:UUID}}
  AND metric IN {{kinds:Array(String)}}
  AND occurred_at >= {{start:DateTime64(3, 'UTC')}}
  AND occurred_at < {{end:DateTime64(3, 'UTC')}}
  AND score BETWEEN scale_low AND scale_high
  {conditions}
GROUP BY kind, edge, key, scale_low, scale_high
"""

# Events keep the customer they came with; who was merged since counts as the customer they are now. A customer is told
# from others by one number of 64 bits, with the bucket too: two of a million share one once in 37 million workspaces.
MERGED = """\
(
    SELECT (groupArray(whose), groupArray(owner))
    FROM
    (
        SELECT sipHash64(customer_id) AS whose, sipHash64(argMax(into_id, version)) AS owner
        FROM merges
        WHERE workspace_id = {{workspace_id:UUID}}
        GROUP BY customer_id
    )
) AS merged"""
OWNER = "transform(whose, merged.1, merged.2, whose)"
OF_CUSTOMERS = "customer_id != toUUID('00000000-0000-0000-0000-000000000000') AND NOT is_guest"

# Two different order ids are a second purchase, two events about one order are not.
_ORDERS = f"""\
WITH
{MERGED}
SELECT
    '' AS kind, edge, place AS key, toFloat64(0) AS scale_low, toFloat64(0) AS scale_high,
    {{columns}}
FROM
(
    SELECT
        any(bucket) AS edge, {{each_key}} AS place, min(order_key) < max(order_key) AS again
    FROM
    (
        SELECT
            roundDown(toUnixTimestamp(occurred_at), {{{{edges:Array(UInt32)}}}}) AS bucket,
            {{key}} AS cut,
            {OWNER} AS owner,
            order_key
        FROM orders
        WHERE workspace_id = {{{{workspace_id:UUID}}}}
          AND occurred_at >= {{{{start:DateTime64(3, 'UTC')}}}}
          AND occurred_at < {{{{end:DateTime64(3, 'UTC')}}}}
          AND {OF_CUSTOMERS}
          {{conditions}}
    )
    GROUP BY bitXor(owner, intHash64(bucket)){{also_by_key}}
)
GROUP BY edge, key
"""

# Started and reopened each open a round; the first human reply before the next round ends the wait. The rows
# after the period are read as well, because a conversation begun on its last day is answered later.
ROUNDS = f"""\
SELECT
    {{carried}}
    opened_at,
    arrayFirst(reply -> reply >= opened_at AND reply < next_opening, replies) AS answered_at,
    if(answered_at >= opened_at AND answered_at < opened_at + {{{{patience:UInt32}}}},
        (toUnixTimestamp64Milli(answered_at) - toUnixTimestamp64Milli(opened_at)) / 1000, NULL) AS wait,
    if(isNull(wait), NULL, toFloat64({open_seconds("answered_at")} - ({open_seconds("opened_at")}))) AS open_wait
FROM
(
    SELECT
        {{inner}}
        arraySort(arrayConcat(
            arraySlice(arraySort(groupArrayIf(occurred_at, step = 'started')), 1, 1),
            groupArrayIf(occurred_at, step = 'reopened'))) AS openings,
        arrayPushBack(arrayPopFront(openings), toDateTime64('2100-01-01 00:00:00', 3, 'UTC')) AS nexts,
        arraySort(groupArrayIf(occurred_at, step = 'replied' AND author = 'human')) AS replies
    FROM conversations_log
    WHERE workspace_id = {{{{workspace_id:UUID}}}}
      AND occurred_at >= {{{{start:DateTime64(3, 'UTC')}}}}
      AND occurred_at < {{{{end:DateTime64(3, 'UTC')}}}} + toIntervalSecond({{{{patience:UInt32}}}})
      AND conversation_id != ''
    GROUP BY sipHash64(conversation_id)
    HAVING notEmpty(openings)
)
ARRAY JOIN openings AS opened_at, nexts AS next_opening
WHERE opened_at < {{{{end:DateTime64(3, 'UTC')}}}}"""

_WAITS = f"""\
    SELECT {{carried}} opened_at, wait, open_wait FROM
    (
        {ROUNDS}
    )"""

# A quantile and the ends of its interval are places in the same sorted waits: they are put in order once.
_CONVERSATIONS = """\
SELECT
    '' AS kind, edge, key, toFloat64(0) AS scale_low, toFloat64(0) AS scale_high,
    {columns}
FROM
(
    SELECT
        roundDown(toUnixTimestamp(opened_at), {{edges:Array(UInt32)}}) AS edge, {key} AS key,
        arraySort(groupArray(wait)) AS waits, arraySort(groupArray(open_wait)) AS open_waits, toInt64(count()) AS rounds
    FROM
    (
        {waits}
    )
    WHERE 1
      {conditions}
    GROUP BY edge, key
)
"""

# An invitation belongs to the bucket in which it was delivered, whenever it was answered. The report of a gateway may
# come after the answer, so the day before is read as well.
ASKINGS = """\
SELECT
    {inner}
    minIf(occurred_at, step = 'delivered') AS delivered_at,
    arrayExists(
        moment -> moment >= delivered_at - toIntervalDay(1) AND moment < delivered_at + {{patience:UInt32}},
        groupArrayIf(occurred_at, step = 'completed')) AS completed
FROM survey_steps
WHERE workspace_id = {{workspace_id:UUID}}
  AND occurred_at >= {{start:DateTime64(3, 'UTC')}} - toIntervalDay(1)
  AND occurred_at < {{end:DateTime64(3, 'UTC')}} + toIntervalSecond({{patience:UInt32}})
  AND invitation_id != ''
  AND step IN ('delivered', 'completed')
GROUP BY sipHash64(invitation_id)
HAVING countIf(step = 'delivered') > 0
   AND delivered_at >= {{start:DateTime64(3, 'UTC')}}
   AND delivered_at < least({{end:DateTime64(3, 'UTC')}}, now64(3, 'UTC') - toIntervalSecond({{fresh:UInt32}}))"""

_INVITATIONS = f"""\
SELECT
    '' AS kind, roundDown(toUnixTimestamp(delivered_at), {{{{edges:Array(UInt32)}}}}) AS edge,
    {{key}} AS key, toFloat64(0) AS scale_low, toFloat64(0) AS scale_high,
    {{columns}}
FROM
(
    {ASKINGS}
)
WHERE 1
  {{conditions}}
GROUP BY edge, key
"""


@dataclass(frozen=True)
class Source:
    """A table, the question asked of it, and the columns it can be cut by.

    `wrap` picks a dimension's value where many rows make one thing counted (a conversation has many events);
    empty where each row counts by itself.
    """

    table: str
    template: str
    dimensions: Mapping[str, str]
    wrap: str = ""

    def column(self, dimension: str, parameter: str) -> str | None:
        """Return the SQL of a dimension, None when the table has none of that name.

        An event property is looked up by a bound name, `parameter`; properties that the table keeps in a
        column of their own are read from there.
        """
        if not dimension.startswith(PROPERTY):
            return self.dimensions.get(dimension)
        name = dimension.removeprefix(PROPERTY)
        own = {column: column for column in self.dimensions.values()}
        return own.get(name, f"properties[{{{parameter}:String}}]")

    def has(self, dimension: str) -> bool:
        return self.column(dimension, "name") is not None


_EVERYWHERE = {"touchpoint": "touchpoint", "channel": "channel"}
SCORES = Source("scores", _SCORES, _EVERYWHERE | {"survey": "survey_id", "question": "question"})
ORDERS = Source("orders", _ORDERS, _EVERYWHERE | {"currency": "currency"})
CONVERSATIONS = Source(
    "conversations_log",
    _CONVERSATIONS,
    _EVERYWHERE | {"topic": "topic"},
    wrap="argMinIf({}, occurred_at, step IN ('started', 'reopened'))",
)
INVITATIONS = Source(
    "survey_steps",
    _INVITATIONS,
    _EVERYWHERE | {"survey": "survey_id"},
    wrap="argMinIf({}, occurred_at, step = 'delivered')",
)


@dataclass(frozen=True)
class Cut:
    """A dimension to group by, or one with the values to keep."""

    dimension: str
    values: tuple[str, ...] = ()


def composed(
    source: Source,
    columns: str,
    *,
    by: Cut | None,
    filters: tuple[Cut, ...],
    settled: str = "",
    is_all_settled: bool = False,
    only: str = "",
) -> tuple[str, dict[str, object]]:
    """Return the SQL that cuts a source and the parameters it binds. Dimensions must be the source's own.

    `settled` is SQL of further waits, for a source whose figures do not add up; they may be all there is. `only` is a
    condition of ours besides those of the filters.
    """
    cuts = [*filters, by] if by else list(filters)
    raw = [f"toString({source.column(cut.dimension, f'name_{place}')})" for place, cut in enumerate(cuts)]
    shown = [f"cut_{place}" for place in range(len(cuts))] if source.wrap else raw
    own = {
        "inner": "".join(f"{source.wrap.format(column)} AS cut_{i}, " for i, column in enumerate(raw)),
        "carried": "".join(f"{name}, " for name in shown),
    }
    waits = [settled] if settled else []
    if not is_all_settled:
        waits.append(_WAITS.format(**own))
    sql = source.template.format(
        key=shown[-1] if by else "''",
        each_key="cut" if by else "''",
        also_by_key=", cut" if by else "",
        columns=columns,
        conditions=kept(shown, filters) + only,
        waits="\n    UNION ALL\n".join(waits),
        **own,
    )
    return sql, bindings(cuts)


def kept(columns: Sequence[str], filters: Sequence[Cut]) -> str:
    """Return the conditions by which the rows of these filters are kept; the first columns are theirs."""
    return " ".join(
        f"AND {columns[place]} IN {{values_{place}:Array(String)}}" for place in range(len(filters))
    )


def bindings(cuts: Sequence[Cut]) -> dict[str, object]:
    """Return the parameters that carry what a person chose."""
    names = {f"name_{place}": cut.dimension.removeprefix(PROPERTY) for place, cut in enumerate(cuts)}
    return names | {f"values_{place}": list(cut.values) for place, cut in enumerate(cuts)}
