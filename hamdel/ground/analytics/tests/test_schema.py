"""The schema: what follows from events, how it is applied, and that schema.sql tells the truth."""

import re

import pytest

from hamdel.ground.analytics import SchemaConflict, migrating
from hamdel.ground.analytics.migrating import FOLDER, WHOLE, described, migrate, migrations
from hamdel.ground.analytics.tests.rows import CAFE, CLINIC, COLUMNS, NOON, count, event, score


def stored(door, sql):
    return door.ask_rendered("test/stored", sql, None, workspace=CAFE, params={})


def test_score_is_read_out_of_its_event(door):
    door.append(
        "events",
        [
            score(
                2, metric="csat", touchpoint="تحویل", channel="sms", customer=CLINIC.id, scale_min=1, scale_max=5,
                survey_id="s1", response_id="r1", question="q1", comment="دیر رسید", caused_by=CAFE.id, شهر="تهران",
            )
        ],
        columns=COLUMNS,
        token="a",
    )  # fmt: skip

    rows = stored(door, "SELECT * EXCEPT event_id FROM scores WHERE workspace_id = {workspace_id:UUID}")

    assert rows == [
        {
            "workspace_id": CAFE.id, "metric": "csat", "occurred_at": NOON, "score": 2.0, "sign": 1,
            "touchpoint": "تحویل", "channel": "sms", "survey_id": "s1", "question": "q1", "scale_min": 1.0,
            "scale_max": 5.0, "customer_id": CLINIC.id, "response_id": "r1", "caused_by": CAFE.id,
            "comment": "دیر رسید", "properties": {"شهر": "تهران"},
        }
    ]  # fmt: skip


def test_withdrawn_score_counts_back_to_nothing(door):
    door.append("events", [score(9), score(3), score(3, withdrawn=True)], columns=COLUMNS, token="a")

    rows = stored(
        door,
        "SELECT sum(sign) AS n, sumIf(sign, score <= 6) AS detractors FROM scores"
        " WHERE workspace_id = {workspace_id:UUID}",
    )

    assert rows == [{"n": 1, "detractors": 0}]


@pytest.mark.parametrize("nonsense", ["", "ده", "nan", "inf", "1e400", "9,5", "0x9"])
def test_score_that_is_no_number_is_an_event_but_no_score(door, nonsense):
    door.append("events", [score(nonsense), score(8)], columns=COLUMNS, token="a")

    assert (count(door, "events"), count(door, "scores")) == (2, 1)


def test_order_is_read_out_of_its_event(door):
    batch = [
        event(
            "Order Completed", order_id="۱۲", total="1250000", currency="IRR", products="[]", city="Shiraz"
        ),
        event("Order Completed", order_id="13", total="a lot"),
        event("Order Completed", order_id="14", total="1e400"),
    ]
    door.append("events", batch, columns=COLUMNS, token="a")

    rows = stored(
        door,
        "SELECT order_id, total, currency, properties FROM orders WHERE workspace_id = {workspace_id:UUID} ORDER BY order_id",
    )

    assert rows == [
        {"order_id": "13", "total": 0.0, "currency": "", "properties": {}},
        {"order_id": "14", "total": 0.0, "currency": "", "properties": {}},
        {"order_id": "۱۲", "total": 1_250_000.0, "currency": "IRR", "properties": {"city": "Shiraz"}},
    ]


def test_conversation_is_read_out_of_its_events(door):
    names = ["Conversation Started", "Reply Sent", "Conversation Resolved", "Conversation Reopened"]
    batch = [event(name, conversation_id="c1", by="human" if name == "Reply Sent" else "") for name in names]
    door.append("events", [*batch, event("Message Read", conversation_id="c1")], columns=COLUMNS, token="a")

    rows = stored(
        door,
        "SELECT toString(step) AS step, author, conversation_id FROM conversations_log"
        " WHERE workspace_id = {workspace_id:UUID} ORDER BY conversations_log.step",
    )

    assert [tuple(row.values()) for row in rows] == [
        ("started", "", "c1"),
        ("replied", "human", "c1"),
        ("resolved", "", "c1"),
        ("reopened", "", "c1"),
    ]


def test_survey_step_is_read_out_of_its_event(door):
    names = ["Survey Invited", "Survey Delivered", "Survey Started", "Survey Completed", "Survey Closed"]
    batch = [event(name, survey_id="s", invitation_id="i", response_id="r", channel="sms") for name in names]
    door.append("events", batch, columns=COLUMNS, token="a")

    rows = stored(
        door,
        "SELECT toString(step) AS step, survey_id, invitation_id, response_id, channel FROM survey_steps"
        " WHERE workspace_id = {workspace_id:UUID} ORDER BY survey_steps.step",
    )

    assert [row.pop("step") for row in rows] == ["invited", "delivered", "started", "completed"]
    assert all(
        row == {"survey_id": "s", "invitation_id": "i", "response_id": "r", "channel": "sms"} for row in rows
    )


def test_moment_beyond_32_bits_stays_late_instead_of_turning_round(door):
    door.append("events", [score(9, at=NOON.replace(year=2199))], columns=COLUMNS, token="a")

    rows = stored(
        door, "SELECT toYear(occurred_at) AS year FROM scores WHERE workspace_id = {workspace_id:UUID}"
    )

    assert rows == [{"year": 2105}]


def test_migrating_again_changes_nothing(door):
    assert migrate() == []


def test_migrations_may_be_run_again_after_a_crash_between_two_steps(door):
    with migrating.changing() as client:
        client.command("TRUNCATE TABLE schema_migrations")

    assert migrate() == [migration.name for migration in migrations()]
    assert migrate() == []


@pytest.fixture
def folder(tmp_path):
    for file in FOLDER.glob("*.sql"):
        (tmp_path / file.name).write_text(file.read_text())
    return tmp_path


def test_edited_migration_is_a_conflict(door, folder):
    file = folder / "0001_events.sql"
    file.write_text(file.read_text() + "-- a later thought\n")

    with pytest.raises(SchemaConflict, match=r"0001_events\.sql was changed"):
        migrate(folder)


def test_older_hamdel_than_its_data_is_a_conflict(door, folder):
    (folder / "0012_merges.sql").unlink()

    with pytest.raises(SchemaConflict, match="older than the data"):
        migrate(folder)


def test_wrong_statement_is_a_conflict_and_is_not_kept(door, folder):
    (folder / "9999_wrong.sql").write_text(
        "-- It cannot be.\nCREATE TABLE wrong (n Nonsense) ENGINE = Memory"
    )

    with pytest.raises(SchemaConflict, match="refused a change"):
        migrate(folder)

    assert migrate() == []


def test_schema_sql_is_the_present_schema(door):
    assert described() == WHOLE.read_text("utf-8"), "stale: run python -m hamdel.ground.analytics"


def test_every_migration_is_numbered_and_begins_with_a_sentence():
    names = [migration.name for migration in migrations()]

    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    for migration in migrations():
        assert re.match(r"-- [A-Z].*[.:,;\w]\n", migration.statement), migration.name
        assert len(re.findall(r"^(?:CREATE|ALTER|INSERT INTO) ", migration.statement, re.MULTILINE)) == 1, (
            migration.name
        )
        repeatable = " IF NOT EXISTS " in migration.statement or migration.name.endswith("_so_far")
        assert repeatable, f"{migration.name} cannot be run again after a crash"
