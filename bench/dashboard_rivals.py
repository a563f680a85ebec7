"""The same questions for PostgreSQL: its tables, its indexes, and for each question two statements of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hamdel.ground.calendar.periods import buckets, named_days

YEAR = named_days(date(2025, 3, 21), date(2026, 3, 20), "jalali", "Asia/Tehran")
MONTHS = tuple(int(bucket.start.timestamp()) for bucket in buckets(YEAR, "month", "jalali", "Asia/Tehran"))
END = int(YEAR.end.timestamp())

EVENTS = [
    """
    CREATE UNLOGGED TABLE events (
        workspace_id uuid NOT NULL, event_id uuid NOT NULL, customer_id uuid NOT NULL, source_id uuid NOT NULL,
        type text NOT NULL, name text NOT NULL, occurred_at timestamptz NOT NULL, received_at timestamptz NOT NULL,
        touchpoint text NOT NULL, channel text NOT NULL, properties jsonb NOT NULL, context text NOT NULL
    )
    """,
]
DERIVED = [
    """
    CREATE UNLOGGED TABLE scores AS
    SELECT workspace_id, properties->>'metric' AS metric, occurred_at, (properties->>'score')::real AS score,
        CASE name WHEN 'Score Given' THEN 1 ELSE -1 END::smallint AS sign, touchpoint, channel,
        properties->>'survey_id' AS survey_id, (properties->>'scale_min')::real AS scale_min,
        (properties->>'scale_max')::real AS scale_max, customer_id,
        properties - '{metric,score,scale_min,scale_max,survey_id,response_id}'::text[] AS properties
    FROM events WHERE name IN ('Score Given', 'Score Withdrawn')
    """,
    """
    CREATE UNLOGGED TABLE orders AS
    SELECT workspace_id, customer_id, occurred_at, properties->>'order_id' AS order_id
    FROM events WHERE name = 'Order Completed'
    """,
    """
    CREATE UNLOGGED TABLE survey_steps AS
    SELECT workspace_id, occurred_at, CASE name WHEN 'Survey Invited' THEN 1 WHEN 'Survey Delivered' THEN 2
        WHEN 'Survey Started' THEN 3 ELSE 4 END::smallint AS step, properties->>'invitation_id' AS invitation_id
    FROM events WHERE name LIKE 'Survey %'
    """,
    """
    CREATE UNLOGGED TABLE conversations_log AS
    SELECT workspace_id, occurred_at, CASE name WHEN 'Conversation Started' THEN 1 WHEN 'Reply Sent' THEN 2
        ELSE 3 END::smallint AS step, properties->>'by' AS author, properties->>'conversation_id' AS conversation_id
    FROM events WHERE name IN ('Conversation Started', 'Reply Sent', 'Conversation Resolved')
    """,
]
INDEXES = [
    "CREATE INDEX ON events (workspace_id, name, occurred_at)",
    """
    CREATE INDEX ON scores (workspace_id, metric, occurred_at)
        INCLUDE (score, sign, touchpoint, channel, scale_min, scale_max)
    """,
    "CREATE INDEX ON orders (workspace_id, occurred_at) INCLUDE (customer_id, order_id)",
    "CREATE INDEX ON survey_steps (workspace_id, occurred_at) INCLUDE (step, invitation_id)",
    "CREATE INDEX ON conversations_log (workspace_id, occurred_at) INCLUDE (step, author, conversation_id)",
]

EDGE = "extract(epoch FROM (%(edges)s::timestamptz[])[width_bucket({}, %(edges)s::timestamptz[])])::bigint"
SPAN = "workspace_id = %(workspace)s AND occurred_at >= %(start)s AND occurred_at < %(end)s"
# An asking or a conversation is waited for thirty days, beyond the end of the period.
LONGER = SPAN.replace("< %(end)s", "< %(end)s::timestamptz + interval '30 days'")
GIVEN = "name IN ('Score Given', 'Score Withdrawn')"
SCORE, SIGN = "(properties->>'score')::real", "CASE name WHEN 'Score Given' THEN 1 ELSE -1 END"


@dataclass(frozen=True)
class Question:
    """One question: what the registry calls it, which columns are compared, and PostgreSQL's two ways."""

    title: str
    metric: str
    columns: tuple[str, ...]
    on_events: str
    on_tables: str
    by: str = ""
    edges: tuple[int, ...] = MONTHS
    end: int = END


def nps(edge: str, key: str, source: str, score: str = "score", sign: str = "sign") -> str:
    return f"""
    SELECT {edge} AS edge, {key} AS key,
        coalesce(sum({sign}) FILTER (WHERE {score} >= 9), 0),
        coalesce(sum({sign}) FILTER (WHERE {score} > 6 AND {score} < 9), 0),
        coalesce(sum({sign}) FILTER (WHERE {score} <= 6), 0)
    FROM {source} GROUP BY 1, 2
    """


def mean(edge: str, key: str, source: str, score: str = "score", sign: str = "sign") -> str:
    return f"""
    SELECT {edge} AS edge, {key} AS key, sum({sign}), sum({sign} * {score})::float8, sum({sign} * {score} * {score})::float8
    FROM {source} GROUP BY 1, 2
    """


def response_rate(rows: str) -> str:
    return f"""
    SELECT {EDGE.format("delivered_at")} AS edge, '' AS key,
        count(*) FILTER (WHERE completed_at < delivered_at + interval '30 days'), count(*)
    FROM (
        SELECT invitation_id, min(occurred_at) FILTER (WHERE step = 2) AS delivered_at,
            min(occurred_at) FILTER (WHERE step = 4) AS completed_at
        FROM ({rows}) AS steps WHERE invitation_id <> '' GROUP BY invitation_id
    ) AS askings
    WHERE delivered_at < %(end)s GROUP BY 1
    """


def repeat_purchase(rows: str) -> str:
    return f"""
    SELECT edge, '' AS key, count(*) FILTER (WHERE again), count(*)
    FROM (
        SELECT {EDGE.format("occurred_at")} AS edge, customer_id, min(order_id) < max(order_id) AS again
        FROM ({rows}) AS bought GROUP BY 1, 2
    ) AS buyers
    GROUP BY 1
    """


def first_response(rows: str, level: float) -> str:
    return f"""
    WITH steps AS ({rows}), opened AS (
        SELECT conversation_id, min(occurred_at) FILTER (WHERE step = 1) AS opened_at
        FROM steps GROUP BY 1
    ), answered AS (
        SELECT opened.conversation_id, opened_at, min(occurred_at) AS answered_at
        FROM opened LEFT JOIN steps ON steps.conversation_id = opened.conversation_id AND step = 2
            AND author = 'human' AND occurred_at >= opened_at AND occurred_at < opened_at + interval '30 days'
        WHERE opened_at < %(end)s GROUP BY 1, 2
    )
    SELECT {EDGE.format("opened_at")} AS edge, '' AS key, count(answered_at),
        percentile_cont({level}) WITHIN GROUP (ORDER BY extract(epoch FROM answered_at - opened_at)::float8),
        count(*) - count(answered_at)
    FROM answered GROUP BY 1
    """


def of_metric(kind: str, source: str) -> str:
    where = f"metric = '{kind}'" if source == "scores" else f"{GIVEN} AND properties->>'metric' = '{kind}'"
    return f"{source} WHERE {SPAN} AND {where}"


STEPS_OF_EVENTS = f"""
    SELECT occurred_at, CASE name WHEN 'Survey Delivered' THEN 2 ELSE 4 END AS step,
        properties->>'invitation_id' AS invitation_id
    FROM events WHERE {LONGER} AND name IN ('Survey Delivered', 'Survey Completed')
"""
STEPS = f"SELECT occurred_at, step, invitation_id FROM survey_steps WHERE {LONGER} AND step IN (2, 4)"
ORDERS_OF_EVENTS = f"""
    SELECT occurred_at, customer_id, properties->>'order_id' AS order_id FROM events WHERE {SPAN} AND name = 'Order Completed'
"""
ORDERS = f"SELECT occurred_at, customer_id, order_id FROM orders WHERE {SPAN}"
TALK_OF_EVENTS = f"""
    SELECT occurred_at, CASE name WHEN 'Conversation Started' THEN 1 ELSE 2 END AS step,
        properties->>'by' AS author, properties->>'conversation_id' AS conversation_id
    FROM events WHERE {LONGER} AND name IN ('Conversation Started', 'Reply Sent')
"""
TALK = f"SELECT occurred_at, step, author, conversation_id FROM conversations_log WHERE {LONGER} AND step IN (1, 2)"

BY_MONTH = EDGE.format("occurred_at")
WHOLE_YEAR = str(MONTHS[0])
PARTS = ("promoters", "passives", "detractors")
TOTALS = ("n", "total", "squares")
QUESTIONS = [
    Question(
        "NPS by month", "nps", PARTS,
        nps(BY_MONTH, "''", of_metric("nps", "events"), SCORE, SIGN),
        nps(BY_MONTH, "''", of_metric("nps", "scores")),
    ),
    Question(
        "NPS by month × channel", "nps", PARTS,
        nps(BY_MONTH, "channel", of_metric("nps", "events"), SCORE, SIGN),
        nps(BY_MONTH, "channel", of_metric("nps", "scores")),
        by="channel",
    ),
    Question(
        "NPS by a property (province)", "nps", PARTS,
        nps(WHOLE_YEAR, "properties->>'province'", of_metric("nps", "events"), SCORE, SIGN),
        nps(WHOLE_YEAR, "properties->>'province'", of_metric("nps", "scores")),
        by="property:province", edges=MONTHS[:1],
    ),
    Question(
        "CSAT mean by touchpoint", "csat_mean", TOTALS,
        mean(WHOLE_YEAR, "touchpoint", of_metric("csat", "events"), SCORE, SIGN),
        mean(WHOLE_YEAR, "touchpoint", of_metric("csat", "scores")),
        by="touchpoint", edges=MONTHS[:1],
    ),
    Question(
        "Response rate by month", "response_rate", ("part", "n"),
        response_rate(STEPS_OF_EVENTS), response_rate(STEPS),
    ),
    Question(
        "Repeat purchase by month", "repeat_purchase", ("part", "n"),
        repeat_purchase(ORDERS_OF_EVENTS), repeat_purchase(ORDERS),
    ),
    Question(
        "First response, median by month", "first_response_median", ("n", "value", "waiting"),
        first_response(TALK_OF_EVENTS, 0.5), first_response(TALK, 0.5),
    ),
    Question(
        "First response, p90 by month", "first_response_p90", ("n", "value", "waiting"),
        first_response(TALK_OF_EVENTS, 0.9), first_response(TALK, 0.9),
    ),
]  # fmt: skip
