"""Counting and listing segments, mirrored customers and events in ClickHouse, beside plain PostgreSQL, in one run.

    .venv/bin/python -m bench.segments [--customers 1000000] [--events 10000000] [--rounds 10]

The same customers and events go into both. PostgreSQL has what anybody would give it: customers with traits in jsonb,
one table of events with an index on (workspace, name, time) including customer and total, and another on the customer.
Both count each segment, and the counts are compared before anything is timed. Ours is the whole way of the product:
the look for changed customers, reading the rule, and the question.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.grounds import found, make_schemas, own_home, own_postgres, stage

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CHUNK = 1_000_000
TARGET_MS, TARGET_RATIO = 400, 10
CITIES = "ARRAY['تهران', 'اصفهان', 'شیراز', 'مشهد', 'رشت', 'یزد']"
NAMES = ["Product Viewed"] * 12 + ["Order Completed"] * 3 + ["Conversation Started"] + ["Survey Invited"] * 4
ORDERED = {"did": "Order Completed", "within": {"days": 90}}
TEHRAN = {"field": "trait.city", "operator": "=", "value": "تهران"}
OLD = {"field": "trait.age", "operator": "≥", "value": 60}
LARGE = {"did": "Order Completed", "where": {"field": "total", "operator": ">", "value": 8_000_000}}
QUIET = {"did not": "Conversation Started", "within": {"days": 30}}
OFTEN = {"did": "Order Completed", "times": {"at least": 2}, "within": {"days": 90}}
SOON = "e.occurred_at > %(now)s - interval '{} days' AND e.occurred_at <= %(now)s"
DONE = "EXISTS (SELECT 1 FROM bench_events e WHERE e.workspace_id = c.workspace_id AND e.customer_id = c.id AND e.name = '{}' AND {})"
SEGMENTS = {
    "in Tehran": (TEHRAN, "c.traits->>'city' = 'تهران'"),
    "ordered in 90 days": (ORDERED, DONE.format("Order Completed", SOON.format(90))),
    "in Tehran, ordered in 90 days, silent for 30": (
        {"all": [TEHRAN, ORDERED, QUIET]},
        "c.traits->>'city' = 'تهران' AND "
        + DONE.format("Order Completed", SOON.format(90))
        + " AND NOT "
        + DONE.format("Conversation Started", SOON.format(30)),
    ),
    "ordered twice in 90 days, or once for much": (
        {"any": [OFTEN, LARGE]},
        "c.id IN (SELECT customer_id FROM bench_events e WHERE workspace_id = %(workspace)s AND name = 'Order Completed'"
        f" AND {SOON.format(90)} GROUP BY customer_id HAVING count(*) >= 2) OR "
        + DONE.format("Order Completed", "e.total > 8000000"),
    ),
    "60 or older and never ordered": (
        {"all": [OLD, {"did not": "Order Completed"}]},
        "(c.traits->>'age')::int >= 60 AND NOT " + DONE.format("Order Completed", "true"),
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.segments", description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    with own_home() as folder:
        run(folder, options)


def run(folder: Path, options: argparse.Namespace) -> None:
    with own_postgres(folder) as urls:
        with stage("schemas"):
            make_schemas()
        import psycopg

        from hamdel.ground import analytics
        from hamdel.ground.workspaces.tenancy import inside
        from hamdel.know.segments.mirror import refresh

        workspace = found()
        with psycopg.connect(urls.owner, autocommit=True) as rival:
            rival.execute("SELECT set_config('app.workspace', %s, false)", [str(workspace.id)])
            with stage(f"{options.customers:,} customers and {options.events:,} events in PostgreSQL"):
                fill(rival, workspace, options)
            with stage("the same events in ClickHouse"):
                fill_clickhouse(workspace, options)
            with stage("customers mirrored, the first time"), inside(workspace):
                refresh(workspace)
            compare(workspace, rival, options.rounds)
        analytics.close()


# Both sides make a row from its number by md5 and arithmetic alone, so that they agree.
CUSTOMERS = f"""
INSERT INTO customers_customer (id, workspace_id, name, name_sort_key, email, phone, language, is_anonymous, has_user_id,
    traits, first_seen_at, last_seen_at)
SELECT ('0198a000-0000-7000-9000-' || lpad(n::text, 12, '0'))::uuid, %(workspace)s, 'n' || n, '', '', '', 'fa', false, true,
    jsonb_build_object('city', ({CITIES})[1 + n %% 6], 'age', 18 + n * 7 %% 60), %(now)s, %(now)s
FROM generate_series(0, %(customers)s - 1) AS n"""
EVENTS = """
INSERT INTO bench_events
SELECT %(workspace)s, ('0198a000-0000-7000-9000-' || lpad((n::bigint * 7919 %% %(customers)s)::text, 12, '0'))::uuid,
    (%(names)s::text[])[1 + n %% 20], %(now)s - make_interval(secs => n::bigint * 104729 %% 31536000),
    100000 + n::bigint * 31 %% 9000000
FROM generate_series(%(first)s, %(last)s - 1) AS n"""
IN_CLICKHOUSE = """
INSERT INTO events
SELECT {workspace:UUID}, generateUUIDv4(),
    toUUID(concat('0198a000-0000-7000-9000-', leftPad(toString(number * 7919 % {customers:UInt64}), 12, '0'))),
    {workspace:UUID}, 'track', {names:Array(String)}[1 + number % 20] AS name,
    toDateTime64({now:DateTime64(3, 'UTC')}, 3, 'UTC') - toIntervalSecond(number * 104729 % 31536000), now64(3), '', '',
    map('total', toString(100000 + number * 31 % 9000000)), ''
FROM numbers({first:UInt64}, {size:UInt64})"""


def fill(rival, workspace, options) -> None:
    said = {"workspace": workspace.id, "customers": options.customers, "now": NOW, "names": NAMES}
    rival.execute(CUSTOMERS, said)
    rival.execute(
        "CREATE TABLE bench_events (workspace_id uuid, customer_id uuid, name text, occurred_at timestamptz, total bigint)"
    )
    for first in range(0, options.events, CHUNK):
        rival.execute(EVENTS, {**said, "first": first, "last": min(first + CHUNK, options.events)})
    rival.execute(
        "CREATE INDEX ON bench_events (workspace_id, name, occurred_at) INCLUDE (customer_id, total)"
    )
    rival.execute(
        "CREATE INDEX ON bench_events (customer_id, name, occurred_at) INCLUDE (workspace_id, total)"
    )
    rival.execute("VACUUM ANALYZE bench_events")
    rival.execute("VACUUM ANALYZE customers_customer")


def fill_clickhouse(workspace, options) -> None:
    from hamdel.ground.analytics.migrating import changing

    for first in range(0, options.events, CHUNK):
        size = min(CHUNK, options.events - first)
        values = {"workspace": workspace.id, "customers": options.customers, "first": first, "size": size}
        with changing() as client:
            client.command(IN_CLICKHOUSE, parameters={**values, "names": NAMES, "now": NOW})


def compare(workspace, rival, rounds: int) -> None:
    from hamdel.ground.workspaces.tenancy import inside
    from hamdel.know.segments.queries import count_holding

    worst = 0.0
    print(f"{'':46}{'customers':>10}{'ours':>10}{'slowest':>10}{'PostgreSQL':>12}{'ratio':>8}")
    for name, (rule, where) in SEGMENTS.items():
        question = (
            f"SELECT count(*) FROM customers_customer c WHERE c.workspace_id = %(workspace)s AND ({where})"
        )
        theirs, expected = [], None
        for _ in range(3):
            began = time.perf_counter()
            [(expected,)] = rival.execute(question, {"workspace": workspace.id, "now": NOW}).fetchall()
            theirs.append(time.perf_counter() - began)
        ours = []
        for _ in range(rounds):
            began = time.perf_counter()
            with inside(workspace):
                count = count_holding(workspace, rule, at=NOW)
            ours.append(time.perf_counter() - began)
        if count != expected:
            raise SystemExit(f"{name}: we count {count:,}, PostgreSQL {expected:,}.")
        middle, slow, rival_ms = 1000 * statistics.median(ours), 1000 * max(ours), 1000 * min(theirs)
        worst = max(worst, slow)
        print(
            f"{name:46}{count:>10,}{middle:>7.0f} ms{slow:>7.0f} ms{rival_ms:>9.0f} ms{rival_ms / middle:>7.1f}×"
        )
    print(f"slowest {worst:.0f} ms (wanted: under {TARGET_MS} ms, and {TARGET_RATIO}× at 1M × 10M)")


if __name__ == "__main__":
    main()
