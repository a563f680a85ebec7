"""The overview's questions over millions of events: ClickHouse behind our door beside plain PostgreSQL, in one run.

    .venv/bin/python -m bench.dashboard [--events 10000000] [--rounds 20]

One tenth of the events are scores. The same rows go into both. PostgreSQL is tried twice: as one table of
events with its properties in jsonb and an index on (workspace, name, time), and, the strongest rival we can think of,
with tables of typed columns derived from it as ours are, each with a covering index. ClickHouse is asked the
very SQL that the metric registry composes; answers are compared, number by number, before anything is timed.
"""

from __future__ import annotations

import argparse
import statistics
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from bench.grounds import own_home, own_postgres, stage

CHUNK = 1_000_000
# A rival is asked until this is spent, twice at least, five times at most.
RIVAL_SECONDS = 3


@dataclass(frozen=True)
class Company:
    id: UUID = field(default_factory=lambda: UUID("0198a000-0000-7000-8000-00000000cafe"))
    timezone: str = "Asia/Tehran"
    calendar: str = "jalali"
    hours: dict = field(default_factory=dict)


COMPANY = Company()


def main():
    parser = argparse.ArgumentParser(prog="python -m bench.dashboard", description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=20, help="how often ClickHouse is asked each question")
    options = parser.parse_args()
    with own_home() as folder:
        run(folder, options)


def run(folder, options):
    import django
    import psycopg

    from bench.dashboard_rivals import QUESTIONS
    from hamdel.ground import analytics

    django.setup()
    with own_postgres(folder) as urls, psycopg.connect(urls.owner, autocommit=True) as postgres:
        with stage(f"{options.events:,} events into ClickHouse, all views on"):
            analytics.migrate()
            fill_clickhouse(options.events)
        with stage("the same rows into PostgreSQL, with indexes and derived tables"):
            fill_postgres(postgres)
        with stage("days that are over and orders settled, as the job does each minute"):
            settle_days()
        print_sizes(postgres)
        print(
            f"\n{'question':34}{'ClickHouse p50 / p95':>22}{'PostgreSQL, events':>24}{'PostgreSQL, tables':>24}"
        )
        for question in QUESTIONS:
            print(measured(question, postgres, options.rounds), flush=True)
        analytics.close()


# A year of a shop, made by hashing the number of the row: the same every time, at the engine's own speed. Twenty
# events make a story: two scores, three orders, an asking in three steps, a conversation in four, eight pages seen.
GENERATOR = """
INSERT INTO events
WITH
    cityHash64(number, 1) AS dice,
    number % 20 AS kind,
    intDiv(number, 20) AS story,
    toDateTime64('2025-03-21 00:00:00', 3, 'UTC')
        + toIntervalMillisecond(cityHash64(story, 2) % 31500000000 + kind * 600000 + dice % 3600000) AS at,
    toUUID(concat('0198a000-0000-7000-9000-',
        leftPad(toString(cityHash64(story, 5) % {customers:UInt64}), 12, '0'))) AS owner,
    ['تهران', 'اصفهان', 'فارس', 'خراسان رضوی', 'گیلان', 'یزد'][1 + cityHash64(story, 7) % 6] AS province,
    map('metric', if(kind = 0, 'nps', 'csat'),
        'score', toString(if(kind = 0, dice % 11, 1 + dice % 5)),
        'scale_min', if(kind = 0, '0', '1'), 'scale_max', if(kind = 0, '10', '5'),
        'survey_id', concat('s', toString(story % 7)), 'response_id', toString(story), 'province', province) AS score,
    map('order_id', toString(number), 'total', toString(100000 + dice % 9000000), 'province', province) AS purchase,
    map('survey_id', concat('s', toString(story % 7)), 'response_id', toString(story),
        'invitation_id', if(kind = 7 AND dice % 3 > 0, '', toString(story))) AS asking,
    map('conversation_id', toString(story), 'by', if(kind = 9, 'bot', 'human'), 'topic', province) AS talk
SELECT
    {workspace:UUID},
    toUUID(concat('0198a000-0000-7000-a000-', leftPad(toString(number), 12, '0'))),
    owner,
    {workspace:UUID},
    'track',
    ['Score Given', 'Score Given', 'Order Completed', 'Order Completed', 'Order Completed', 'Survey Invited',
     'Survey Delivered', 'Survey Completed', 'Conversation Started', 'Reply Sent', 'Reply Sent',
     'Conversation Resolved', 'Page Viewed'][1 + least(kind, 12)],
    at,
    at + toIntervalMillisecond(900),
    ['checkout', 'delivery', 'support', 'return', 'store'][1 + cityHash64(story, 4) % 5],
    ['web', 'app', 'sms', 'phone'][1 + cityHash64(story, 3) % 4],
    multiIf(kind < 2, score, kind < 5, purchase, kind < 8, asking, kind < 12, talk,
        map('path', concat('/product/', toString(dice % 5000)), 'province', province)),
    '{}'
FROM numbers({first:UInt64}, {size:UInt64})
"""


def fill_clickhouse(events):
    from hamdel.ground.analytics.migrating import changing

    for first in range(0, events, CHUNK):
        values = {
            "workspace": COMPANY.id,
            "customers": events // 25,
            "first": first,
            "size": min(CHUNK, events - first),
        }
        with changing() as client:
            client.command(GENERATOR, parameters=values)


def settle_days():
    """Settle once the last insert is long enough ago, as it always is but for the first minute."""
    from hamdel.measure.metrics.orders import settle_orders
    from hamdel.measure.metrics.settling import QUIET, settle

    time.sleep(QUIET.total_seconds())
    settle(COMPANY)
    settle_orders(COMPANY)


def fill_postgres(postgres):
    from bench.dashboard_rivals import DERIVED, EVENTS, INDEXES
    from hamdel.ground.analytics.store import store

    for statement in EVENTS:
        postgres.execute(statement)
    columns = (
        "workspace_id, event_id, customer_id, source_id, type, name, occurred_at, received_at, touchpoint, channel,"
        " toJSONString(properties) AS properties, context"
    )
    with (
        store().changing.lend() as client,
        postgres.cursor() as cursor,
        closing(client.raw_stream(f"SELECT {columns} FROM events", fmt="CSV")) as rows,
        cursor.copy("COPY events FROM STDIN (FORMAT csv)") as copy,
    ):
        while block := rows.read(1 << 20):
            copy.write(block)
    in_parallel(postgres, DERIVED)
    in_parallel(postgres, INDEXES)
    postgres.execute("VACUUM (ANALYZE)")


def in_parallel(postgres, statements):
    """Run statements two at a time, each on a connection of its own."""
    import psycopg

    waiting = list(statements)

    def work():
        with psycopg.connect(postgres.info.dsn, password=postgres.info.password, autocommit=True) as mine:
            mine.execute("SET maintenance_work_mem = '512MB'")
            mine.execute("SET work_mem = '256MB'")
            while waiting:
                mine.execute(waiting.pop(0))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def print_sizes(postgres):
    from hamdel.ground.analytics.store import store

    with store().asking.lend() as client:
        sql = "SELECT table, sum(rows), sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'default' GROUP BY table ORDER BY 2 DESC"
        for table, rows, size in client.query(sql).result_rows:
            print(f"          {table:20}{rows:>12,} rows{size / 1e6:>9,.0f} MB in ClickHouse", end="")
            found = postgres.execute("SELECT pg_total_relation_size(to_regclass(%s))", [table]).fetchone()[0]
            print(f"{found / 1e6:>9,.0f} MB in PostgreSQL" if found else "")


def measured(question, postgres, rounds):
    """Ask one question of all three, check that they agree, and return the line of the report."""
    ask = asking(question)
    postgres.execute("SET work_mem = '256MB'")
    ours, plain, derived = ask(), rows_of(postgres, question.on_events), rows_of(postgres, question.on_tables)
    check(question.title, ours, plain)
    check(question.title, ours, derived)
    times = [clocked(ask) for _ in range(rounds)]
    on_events = repeated(lambda: rows_of(postgres, question.on_events))
    on_tables = repeated(lambda: rows_of(postgres, question.on_tables))
    p50, p95 = statistics.median(times), sorted(times)[int(len(times) * 0.95) - 1 if len(times) > 1 else 0]
    rivals = "".join(
        f"{statistics.median(found):>11,.0f} ms {statistics.median(found) / p50:>6.1f} ×  "
        for found in (on_events, on_tables)
    )
    return f"{question.title:34}{p50:>9.0f} /{p95:>6.0f} ms {rivals:>44}"


def asking(question):
    """Return a call that asks ClickHouse through the door what the registry composes for this question."""
    from hamdel.ground.calendar.periods import Period
    from hamdel.measure.metrics.asking import cells_of
    from hamdel.measure.metrics.question import ask_for

    period = Period(moment(question.edges[0]), moment(question.end))
    asked = ask_for(question.metric, period, by=question.by or None)
    edges = [moment(edge) for edge in question.edges]

    def ask():
        [cells] = cells_of([asked], COMPANY, (period.start, period.end), edges, question.by or None)
        return sorted(
            (cell.edge, cell.key, *(getattr(cell, name) for name in question.columns)) for cell in cells
        )

    return ask


def moment(second):
    return datetime.fromtimestamp(second, UTC)


def rows_of(postgres, sql):
    from bench.dashboard_rivals import END, MONTHS

    values = {
        "workspace": COMPANY.id,
        "edges": [moment(edge) for edge in MONTHS],
        "start": moment(MONTHS[0]),
        "end": moment(END),
    }
    return sorted(postgres.execute(sql, values).fetchall())


def check(title, ours, theirs):
    """Stop when two engines disagree: a fast wrong answer is no answer."""
    same = len(ours) == len(theirs) and all(
        len(a) == len(b)
        and all(
            x == y or (isinstance(x, float) and abs(x - float(y)) < 1e-3) for x, y in zip(a, b, strict=True)
        )
        for a, b in zip(ours, theirs, strict=True)
    )
    if not same:
        raise SystemExit(
            f"{title}: ClickHouse says {ours[:3]}… ({len(ours)}), PostgreSQL {theirs[:3]}… ({len(theirs)})"
        )


def repeated(call):
    times = [clocked(call), clocked(call)]
    while len(times) < 5 and sum(times) < RIVAL_SECONDS * 1000:
        times.append(clocked(call))
    return times


def clocked(call):
    """Return how long a call took, in milliseconds."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
