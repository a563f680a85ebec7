"""Questions: their file, their guards, their answer."""

import re
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from types import SimpleNamespace

import pytest

from hamdel.ground.analytics import AnalyticsUnavailable, QuestionFailed, questions
from hamdel.ground.analytics.store import EMBEDDED_QUESTIONS_AT_ONCE, REMOTE_QUESTIONS_AT_ONCE, store
from hamdel.ground.analytics.tests.rows import CAFE, CLINIC, COLUMNS, NOON, Tally, event, score

BOUND = "WHERE workspace_id = {workspace_id:UUID}"


def rendered(door, sql, row=None, workspace=CAFE, **params):
    return door.ask_rendered("test/question", sql, row, workspace=workspace, params=params)


@dataclass(frozen=True)
class Day:
    day: date
    promoters: int
    detractors: int
    answers: int
    nps: float


NPS_BY_DAY = """\
-- NPS per local day: share of promoters less share of detractors.
SELECT
    toDate(occurred_at, {timezone:String})             AS day,
    sumIf(sign, score >= 9)                            AS promoters,
    sumIf(sign, score <= 6)                            AS detractors,
    sum(sign)                                          AS answers,
    round(100 * (promoters - detractors) / answers, 1) AS nps
FROM scores
WHERE workspace_id = {workspace_id:UUID}
  AND occurred_at >= {start:DateTime64(3, 'UTC')} AND occurred_at < {end:DateTime64(3, 'UTC')}
GROUP BY day
ORDER BY day
"""


@pytest.fixture
def nps_file(tmp_path, monkeypatch):
    folder = tmp_path / "hamdel" / "measure" / "metrics" / "sql"
    folder.mkdir(parents=True)
    (folder / "nps_by_day.sql").write_text(NPS_BY_DAY)
    monkeypatch.setattr(questions, "PACKAGE", tmp_path / "hamdel")
    questions._read.cache_clear()
    yield "measure/metrics/nps_by_day"
    questions._read.cache_clear()


def test_question_in_a_file_answers_in_frozen_rows_of_one_workspace(door, nps_file):
    late = datetime(2026, 11, 1, 21, 0, tzinfo=UTC)  # already the 2nd in Tehran
    door.append(
        "events",
        [*(score(value, at=NOON) for value in (10, 9, 7, 3)), score(2, at=late), score(0, of=CLINIC)],
        columns=COLUMNS,
        token="four",
    )
    november = SimpleNamespace(start=NOON - timedelta(days=1), end=NOON + timedelta(days=9))

    days = door.ask(nps_file, Day, workspace=CAFE, period=november)

    assert days == [Day(date(2026, 11, 1), 2, 1, 4, 25.0), Day(date(2026, 11, 2), 0, 1, 1, -100.0)]


def test_question_without_answers_is_an_empty_list(door, nps_file):
    assert door.ask(nps_file, Day, workspace=CAFE, start=NOON, end=NOON + timedelta(days=1)) == []


def test_question_without_its_file_says_which(door):
    with pytest.raises(QuestionFailed, match=r"no file hamdel/measure/metrics/sql/absent\.sql"):
        door.ask("measure/metrics/absent", Day, workspace=CAFE)


def test_question_cannot_be_turned_to_another_workspace(door):
    door.append("events", [event(), event(of=CLINIC), event(of=CLINIC)], columns=COLUMNS, token="three")

    answer = rendered(door, f"SELECT count() AS n FROM events {BOUND}", Tally, workspace_id=CLINIC.id)

    assert answer == [Tally(1)]


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("SELECT count() AS n FROM events", "not bound to a workspace"),
        ("SELECT 1 AS n -- {workspace_id:UUID}", "not bound to a workspace"),
        ("SELECT '{workspace_id:UUID}' AS n", "not bound to a workspace"),
        (f"INSERT INTO events SELECT * FROM events {BOUND}", "only SELECT"),
        ("ALTER TABLE events DELETE WHERE workspace_id = {workspace_id:UUID}", "only SELECT"),
        ("/* SELECT */ DROP TABLE events", "only SELECT"),
        (f"SELECT 1 AS n FROM events {BOUND}; DROP TABLE events", "second statement"),
        (f"SELECT 1 AS n FROM events {BOUND} INTO OUTFILE '/tmp/stolen'", "INTO OUTFILE"),
        (f"SELECT 1 AS n FROM events {BOUND} SETTINGS readonly = 0", "SETTINGS"),
        (f"SELECT 1 AS n FROM events {BOUND} FORMAT CSV", "FORMAT"),
        (f"SELECT file('/etc/hostname') AS n FROM events {BOUND}", "reading a file"),
        (f"SELECT 1 AS n FROM events {BOUND} AND name = {{name:String}}", "no value for name"),
        (f"SELECT 1 AS n FROM events {BOUND} AND received_at > {{since:DateTime}}", "declare 'since'"),
    ],
)
def test_question_that_breaks_a_rule_is_refused(door, sql, why):
    with pytest.raises(QuestionFailed, match=re.escape(why)):
        rendered(door, sql)


def test_words_in_quotes_and_comments_break_no_rule(door):
    sql = """SELECT 'a; INTO OUTFILE ''x''' AS text, 1 AS `SETTINGS a = 1` -- FORMAT CSV;
    FROM system.one WHERE {workspace_id:UUID} != generateUUIDv4() /* ; */"""

    assert rendered(door, sql) == [{"text": "a; INTO OUTFILE 'x'", "SETTINGS a = 1": 1}]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO merges SELECT generateUUIDv4(), generateUUIDv4(), generateUUIDv4(), 1",
        "CREATE TABLE stray (n Int8) ENGINE = MergeTree ORDER BY n",
        "DROP TABLE events",
        "TRUNCATE TABLE events",
        "SELECT * FROM url('http://127.0.0.1:9/', 'LineAsString')",
        "SELECT * FROM file('stolen', 'LineAsString')",
        "SELECT * FROM remote('127.0.0.1', 'default', 'events')",
        "SELECT * FROM (SELECT * FROM url('http://127.0.0.1:9/', 'LineAsString') SETTINGS readonly = 0)",
    ],
)
def test_wall_behind_the_guards_stands_by_itself(door, statement):
    """ClickHouse refuses each of these under readonly=1, whatever our guards may overlook."""
    from clickhouse_connect.driver.exceptions import ClickHouseError

    # A client of its own: for a statement without an answer the driver leaves the setting on the connection.
    client = store()._client()
    try:
        with pytest.raises(ClickHouseError) as refused:
            client.query(statement, settings={"readonly": 1})
    finally:
        client.close()

    assert refused.value.code == 164


def test_row_must_have_the_columns_of_the_question(door):
    sql = f"SELECT count() AS n, 1 AS extra FROM events {BOUND}"

    with pytest.raises(QuestionFailed, match=r"unknown to Tally: \['extra'\]; columns it lacks: \[\]"):
        rendered(door, sql, Tally)


def test_columns_may_come_in_another_order(door):
    sql = f"SELECT -100.0 AS nps, 4 AS answers, 3 AS detractors, 2 AS promoters, today() AS day FROM system.one {BOUND}"
    sql = sql.replace(BOUND, "WHERE {workspace_id:UUID} != generateUUIDv4()")

    assert rendered(door, sql, Day)[0].promoters == 2


class Colour(Enum):
    TEAL = "فیروزه‌ای"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("String", "ک'تاب\n\\ \t`\"{x:String} ی‌", "ک'تاب\n\\ \t`\"{x:String} ی‌"),
        ("Array(String)", ["a'b", "\\", "ی\t"], ["a'b", "\\", "ی\t"]),
        ("Map(String, String)", {"شهر": "تهران's \\"}, {"شهر": "تهران's \\"}),
        ("UUID", CLINIC.id, CLINIC.id),
        ("Array(UUID)", {CAFE.id}, [CAFE.id]),
        ("String", Colour.TEAL, "فیروزه‌ای"),
        ("Date", date(2026, 3, 21), date(2026, 3, 21)),
        ("UInt8", True, 1),
        ("Nullable(Float64)", None, None),
        (
            "DateTime64(3, 'UTC')",
            datetime(2026, 3, 22, 1, 2, 3, 456789, tzinfo=timezone(timedelta(hours=3, minutes=30))),
            datetime(2026, 3, 21, 21, 32, 3, 456000, tzinfo=UTC),
        ),
        ("DateTime('UTC')", NOON, NOON),
    ],
)
def test_parameter_arrives_as_it_was_given(door, kind, value, expected):
    sql = f"SELECT {{x:{kind}}} AS x, {{workspace_id:UUID}} AS workspace"

    assert rendered(door, sql, x=value) == [{"x": expected, "workspace": CAFE.id}]


def test_moments_in_arrays_keep_their_instant(door):
    sql = "SELECT arrayMap(moment -> toUnixTimestamp64Milli(moment), {x:Array(DateTime64(3, 'UTC'))}) AS x, {workspace_id:UUID} AS w"

    assert rendered(door, sql, x=[NOON])[0]["x"] == [int(NOON.timestamp() * 1000)]


def test_moment_without_a_zone_is_refused(door):
    with pytest.raises(QuestionFailed, match="has no time zone"):
        rendered(
            door,
            "SELECT {x:DateTime64(3, 'UTC')} AS x, {workspace_id:UUID} AS w",
            x=NOON.replace(tzinfo=None),
        )


def test_moments_come_back_aware(door):
    door.append("events", [event()], columns=COLUMNS, token="one")
    sql = f"SELECT occurred_at, toDateTime(occurred_at) AS second, {{timezone:String}} AS zone FROM events {BOUND}"

    assert rendered(door, sql) == [{"occurred_at": NOON, "second": NOON, "zone": "Asia/Tehran"}]


def test_question_without_end_is_stopped(door, monkeypatch):
    monkeypatch.setattr(questions, "SECONDS", 1)
    sql = "SELECT sum(cityHash64(number)) AS n FROM numbers(1000000000000) WHERE {workspace_id:UUID} != generateUUIDv4()"

    with pytest.raises(QuestionFailed, match="longer than it may"):
        rendered(door, sql, Tally)


def test_answer_without_end_is_stopped(door, monkeypatch):
    monkeypatch.setattr(questions, "MOST_ROWS", 10)
    sql = "SELECT number AS n FROM numbers(1000000) WHERE {workspace_id:UUID} != generateUUIDv4()"

    with pytest.raises(QuestionFailed, match="more rows than it may"):
        rendered(door, sql, Tally)


def test_question_carries_its_name_and_limits(door):
    sql = "SELECT getSetting('log_comment') AS name, getSetting('readonly') AS readonly, {workspace_id:UUID} AS w"

    assert rendered(door, sql) == [{"name": "test/question", "readonly": 1, "w": CAFE.id}]


def test_wrong_sql_is_a_failed_question_in_one_line(door):
    with pytest.raises(QuestionFailed, match="absent_column") as failed:
        rendered(door, f"SELECT absent_column FROM events {BOUND}")

    assert "\n" not in str(failed.value)


def test_door_works_after_a_failed_question(door):
    for _ in range(20):
        with pytest.raises(QuestionFailed):
            rendered(door, f"SELECT absent_column FROM events {BOUND}")

    assert rendered(door, f"SELECT count() AS n FROM events {BOUND}", Tally) == [Tally(0)]


def test_busy_store_is_unavailable_not_broken(door):
    with ExitStack() as taken:
        for _ in range(EMBEDDED_QUESTIONS_AT_ONCE if door.is_embedded() else REMOTE_QUESTIONS_AT_ONCE):
            taken.enter_context(store().asking.lend())
        with pytest.raises(AnalyticsUnavailable, match="busy"):
            taken.enter_context(store().asking.lend(0.01))
        assert not door.health()

    assert door.health()
