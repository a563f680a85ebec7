"""Settled orders: each with what its customer had ordered before, so that who came back is counted without grouping.

An order is the first of its customer in a span if the one before it lies before the span; it is the one by which they
came back if all before it in the span have one and the same other id. Two moments kept beside each order tell both,
for a span of any length. Customers of whom anything was heard since the settling are counted from their rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import uuid4

from hamdel.ground import analytics
from hamdel.measure.metrics.cells import DistinctShareCell
from hamdel.measure.metrics.question import Asker
from hamdel.measure.metrics.settling import QUIET, clock
from hamdel.measure.metrics.sources import MERGED, OF_CUSTOMERS, ORDERS, OWNER, composed

# Settled anew when one in so many customers was touched since, or after a day. Beyond the second share counting
# everybody from rows is not slower.
OUTDATED_SHARE, USELESS_SHARE = 50, 4
LONGEST = timedelta(days=1)
# So many orders are settled by one statement, to bound what it needs in memory.
AT_ONCE = 1_000_000
COLUMNS = (
    "workspace_id", "settling", "customer_id", "whose", "owner", "occurred_at", "previous_at", "other_at",
)  # fmt: skip


@dataclass(frozen=True)
class Settling:
    """The last settling: when it was, of how many customers, and of how many anything was heard since."""

    settling: datetime
    customers: int
    touched: int

    @property
    def helps(self) -> bool:
        return self.touched * USELESS_SHARE <= self.customers

    def is_outdated(self, *, now: datetime) -> bool:
        is_old = self.touched > 0 and now - self.settling > LONGEST
        return is_old or self.touched * OUTDATED_SHARE > self.customers


@dataclass(frozen=True)
class Counted:
    orders: int
    customers: int


def last_settling(workspace: Asker) -> Settling | None:
    """Return the settling that counts, None before the first."""
    found = analytics.ask(
        "measure/metrics/settling_of_orders",
        Settling,
        workspace=workspace,
        quiet=int(QUIET.total_seconds() * 1000),
    )
    return found[0] if found else None


def settle_orders(workspace: Asker) -> int:
    """Settle all orders of a workspace where too many customers were touched since; return how many orders.

    Orders that come meanwhile are counted from their rows, as everything of the last minute. Safe to run twice at once.
    """
    now, last = clock(workspace), last_settling(workspace)
    if last and not last.is_outdated(now=now):
        return 0
    [there] = analytics.ask("measure/metrics/orders_there", Counted, workspace=workspace)
    if not there.orders:
        return 0
    portions = ceil(there.orders / AT_ONCE)
    for portion in range(portions):
        params = {"settling": now, "portions": portions, "portion": portion}
        analytics.derive("settled_orders", COLUMNS, _SETTLE, workspace=workspace, params=params)
    analytics.append(
        "settlings_of_orders",
        [(workspace.id, now, there.customers)],
        columns=("workspace_id", "settling", "customers"),
        token=str(uuid4()),
    )
    if last:
        # Who asked a moment ago may still be reading the settling before this one.
        analytics.drop_settlings("settled_orders", workspace, before=last.settling)
    return there.orders


def cells_of_orders(
    name: str, workspace: Asker, settling: Settling, *, start: datetime, end: datetime, edges: Sequence[int]
) -> list[DistinctShareCell]:
    """Return how many customers bought in each bucket and how many of them came back."""
    changing = ""
    bound: dict[str, object] = {}
    if settling.touched:
        columns = "toInt64(countIf(again)) AS part, toInt64(count()) AS n"
        rows, bound = composed(ORDERS, columns, by=None, filters=(), only=_ONLY_UNSETTLED)
        changing = f"UNION ALL SELECT edge, part, n FROM ({rows})"
    sql = f"""{_HEARD_OF if settling.touched else ""}
SELECT
    edge, '' AS key, toFloat64(0) AS scale_low, toFloat64(0) AS scale_high,
    toInt64(sum(part)) AS part, toInt64(sum(n)) AS n
FROM
(
{_SETTLED.format(but="AND owner NOT IN (SELECT arrayJoin(unsettled))" if settling.touched else "")}
{changing}
)
GROUP BY edge
HAVING n > 0
"""
    params = {
        "start": start,
        "end": end,
        "edges": list(edges),
        "first": ceil(start.timestamp()),
        "settling": settling.settling,
        "heard_since": settling.settling - QUIET,
    }
    return analytics.ask_rendered(name, sql, DistinctShareCell, workspace=workspace, params=params | bound)


_MERGED = MERGED.format()
# Later than the end of any span.
_NEVER = "toInt64(1000000000000)"
_SETTLE = f"""\
WITH
{_MERGED}
SELECT
    {{workspace_id:UUID}} AS workspace, {{settling:DateTime64(3, 'UTC')}} AS settled_at,
    entry.3 AS customer, entry.4 AS named, owner, toDateTime(entry.1, 'UTC') AS at, previous_at, other_at
FROM
(
    SELECT
        owner,
        arraySort(groupArray((seconds, order_key, customer_id, whose))) AS entries,
        arrayMap(entry -> entry.1, entries) AS moments,
        arrayMap(entry -> entry.2, entries) AS ids,
        arrayPushFront(arrayPopBack(moments), toInt64(-1)) AS previous,
        arrayMap((id, before, place) -> place = 1 OR id != before,
            ids, arrayPushFront(arrayPopBack(ids), toUInt64(0)), arrayEnumerate(ids)) AS differs,
        arrayFill((_, begins) -> begins, previous, differs) AS before_run,
        arrayMap((differing, before) -> if(differing, before, {_NEVER}),
            differs, arrayPushFront(arrayPopBack(before_run), {_NEVER})) AS others
    FROM
    (
        SELECT toInt64(toUnixTimestamp(occurred_at)) AS seconds, order_key, customer_id, whose, {OWNER} AS owner
        FROM orders
        WHERE workspace_id = {{workspace_id:UUID}}
          AND {OF_CUSTOMERS}
          AND owner % {{portions:UInt64}} = {{portion:UInt64}}
    )
    GROUP BY owner
)
ARRAY JOIN entries AS entry, previous AS previous_at, others AS other_at
"""

# Whoever was touched, by every name they have; whose settled orders therefore do not count; whose rows count instead.
# From whom a customer was separated is told by the settled orders alone, so the last two are closed over both.
_HEARD_OF = f"""\
WITH
{_MERGED},
(
    SELECT groupUniqArrayArray([named, transform(named, merged.1, merged.2, named)])
    FROM
    (
        SELECT sipHash64(customer_id) AS named
        FROM touched_customers
        WHERE workspace_id = {{workspace_id:UUID}}
          AND touched_at > {{heard_since:DateTime64(3, 'UTC')}}
    )
) AS heard_of,
(
    SELECT groupUniqArray(owner)
    FROM settled_orders
    WHERE workspace_id = {{workspace_id:UUID}}
      AND settling = {{settling:DateTime64(3, 'UTC')}}
      AND (whose IN (SELECT arrayJoin(heard_of)) OR owner IN (SELECT arrayJoin(heard_of)))
) AS unsettled,
arrayMap(named -> transform(named, merged.1, merged.2, named), arrayConcat(heard_of, unsettled)) AS counted_anew
"""
_ONLY_UNSETTLED = " AND owner IN (SELECT arrayJoin(counted_anew))"
_SETTLED = """\
    SELECT
        roundDown(toUnixTimestamp(occurred_at), {{edges:Array(UInt32)}}) AS edge,
        toInt64(countIf(previous_at >= greatest(toInt64(edge), {{first:Int64}})
            AND other_at < greatest(toInt64(edge), {{first:Int64}}))) AS part,
        toInt64(countIf(previous_at < greatest(toInt64(edge), {{first:Int64}}))) AS n
    FROM settled_orders
    WHERE workspace_id = {{workspace_id:UUID}}
      AND settling = {{settling:DateTime64(3, 'UTC')}}
      AND occurred_at >= {{start:DateTime64(3, 'UTC')}}
      AND occurred_at < {{end:DateTime64(3, 'UTC')}}
      {but}
    GROUP BY edge"""
