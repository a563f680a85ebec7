"""Days that are over are summed up once, and every score stays what it would be without that."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4
from zlib import crc32

import pytest
from django.db import connection

from hamdel.ground import analytics
from hamdel.ground.calendar.periods import Period
from hamdel.measure.metrics import answering, asking, settling
from hamdel.measure.metrics.answering import answer
from hamdel.measure.metrics.days import DAYS
from hamdel.measure.metrics.jobs import settle_days
from hamdel.measure.metrics.question import ask_for
from hamdel.measure.metrics.registry import METRICS
from hamdel.measure.metrics.settling import SETTLERS_LOCK, settle, settled_until
from hamdel.measure.metrics.tests.happenings import Place, bring, event, moment, score

pytestmark = pytest.mark.usefixtures("analytics_store")

HERE, ELSEWHERE = Place(), Place()
AUTUMN = Period(moment("2024-09-21 20:30"), moment("2024-12-20 20:30"))
MONTHS = {"bucket": "month"}


@pytest.fixture(autouse=True)
def _rows_are_read_at_once(monkeypatch):
    """Settle what came in a moment ago; nothing else writes meanwhile."""
    monkeypatch.setattr(settling, "QUIET", timedelta(milliseconds=-1))


def some_months(place, seed, stories=120):
    """Bring scores, invitations and conversations of four months, some taken back, some never answered."""
    dice = Random(seed)
    events = []
    for _story in range(stories):
        at = datetime(2024, 9, 1, tzinfo=UTC) + timedelta(seconds=dice.randrange(120 * 86400))
        spot = {
            "touchpoint": dice.choice(["تحویل", "support", ""]),
            "channel": dice.choice(["sms", "web"]),
        }

        def when(hours, at=at):
            return (at + timedelta(hours=hours)).isoformat(sep=" ")[:19]

        kind, scale = dice.choice([("nps", (0, 10)), ("csat", (1, 5)), ("csat", None), ("ces2", (1, 7))])
        value = dice.randint(1, 7)
        given = dict(scale=scale, survey_id=dice.choice("ab"), **spot)
        events.append(score(place, kind, value, when(0), **given))
        if dice.random() < 0.2:
            events.append(score(place, kind, value, when(0), withdrawn=True, **given))
        asking = {"properties": {"invitation_id": uuid4(), "survey_id": dice.choice("ab")}, **spot}
        events.append(event(place, "Survey Delivered", when(1), **asking))
        if dice.random() < 0.5:
            events.append(
                event(place, "Survey Completed", when(dice.choice([2, 30, 1000, 0.5, -6])), **asking)
            )
        talk = {"conversation_id": uuid4(), "topic": dice.choice(["پول", ""])}
        events.append(event(place, "Conversation Started", when(1), properties=talk, **spot))
        if dice.random() < 0.8:
            reply = talk | {"by": dice.choice(["human", "human", "bot"])}
            events.append(event(place, "Reply Sent", when(dice.choice([1.5, 9, 70, 900])), properties=reply))
        if dice.random() < 0.3:
            events.append(event(place, "Conversation Reopened", when(100), properties=talk, **spot))
            events.append(event(place, "Reply Sent", when(120), properties=talk | {"by": "human"}))
    bring(*events)


def questions():
    for metric in METRICS:
        yield ask_for(metric, AUTUMN, **MONTHS)
        yield ask_for(metric, AUTUMN, bucket="day", by="channel")
        yield ask_for(metric, AUTUMN, by="touchpoint", filters={"channel": "sms"})
        yield ask_for(metric, AUTUMN, by="property:metric")
        yield ask_for(metric, Period(AUTUMN.start + timedelta(hours=5), AUTUMN.end - timedelta(hours=5)))


def answers(place=HERE):
    return [answer(question, workspace=place) for question in questions()]


@pytest.mark.parametrize("seed", range(2))
def test_settled_days_change_no_answer(seed):
    some_months(HERE, seed, stories=240)
    some_months(ELSEWHERE, seed + 100)
    counted_from_rows = answers()

    settled = settle(HERE)

    assert settled > 100
    assert answers() == counted_from_rows


@pytest.mark.parametrize("is_settled", [False, True])
def test_asked_together_each_question_is_answered_as_alone(is_settled):
    some_months(HERE, 4, stories=240)
    if is_settled:
        settle(HERE)
        # The last day is counted from its rows again, and added to the days before it.
        bring(score(HERE, "csat", 5, "2024-12-18 10:00"), score(HERE, "nps", 0, "2024-12-18 11:00"))

    assert answering.answers(list(questions()), workspace=HERE) == answers()


def test_settled_days_are_what_is_read(monkeypatch):
    some_months(HERE, 1)
    settle(HERE)
    asked = []
    original = asking.analytics.ask_rendered
    monkeypatch.setattr(
        asking.analytics,
        "ask_rendered",
        lambda name, sql, *rest, **more: asked.append(sql) or original(name, sql, *rest, **more),
    )

    for metric in ("nps", "response_rate", "first_response_median"):
        answer(ask_for(metric, AUTUMN), workspace=HERE)

    assert all(any(f"FROM {by_day.table}\n" in sql for sql in asked) for by_day in DAYS.values())
    # Where every day is settled, no row of a source is gone through.
    assert not any(f"FROM {source}\n" in sql for sql in asked for source in DAYS)


def test_late_event_counts_at_once_and_its_day_is_settled_again():
    some_months(HERE, 2)
    settle(HERE)
    before = answer(ask_for("nps", AUTUMN), workspace=HERE)

    bring(score(HERE, "nps", 10, "2024-10-10 10:00"))

    after = answer(ask_for("nps", AUTUMN), workspace=HERE)
    assert after.n == before.n + 1
    assert settled_until("scores", HERE, AUTUMN.start, AUTUMN.end) == moment("2024-10-09 20:30")
    assert settle(HERE) > 0
    assert settled_until("scores", HERE, AUTUMN.start, AUTUMN.end) == AUTUMN.end
    assert answer(ask_for("nps", AUTUMN), workspace=HERE) == after


def test_day_that_was_touched_a_moment_ago_is_left_alone(monkeypatch):
    monkeypatch.setattr(settling, "QUIET", timedelta(seconds=60))
    some_months(HERE, 3)

    assert settle(HERE) == 0
    assert settled_until("scores", HERE, AUTUMN.start, AUTUMN.end) < AUTUMN.end


def test_settling_twice_settles_nothing_more():
    some_months(HERE, 4)

    assert settle(HERE) > 0
    assert settle(HERE) == 0


def test_rows_of_a_settling_that_was_cut_short_are_not_counted():
    some_months(HERE, 5)
    expected = answers()
    by_day, edge = DAYS["scores"], AUTUMN.start
    row = {
        "workspace_id": HERE.id,
        "day": edge,
        "settling": datetime.now(UTC),
        "metric": "nps",
        "scale_high": 10.0,
        "n": 99,
        "promoters": 99,
    }
    empty = {
        name: "" if name in {"touchpoint", "channel", "survey_id", "question"} else 0
        for name in by_day.columns
    }
    values = tuple((empty | row)[name] for name in by_day.columns)
    analytics.append(by_day.table, [values], columns=by_day.columns, token=str(uuid4()))

    settle(HERE)

    assert answers() == expected


def test_other_time_zone_has_days_of_its_own():
    some_months(HERE, 6)
    settle(HERE)
    moved = Place(HERE.id, "Asia/Kathmandu")
    year = Period(moment("2024-09-21 18:15"), moment("2024-12-20 18:15"))

    counted = answer(ask_for("nps", year, **MONTHS), workspace=moved)

    assert settle(moved) > 0
    assert answer(ask_for("nps", year, **MONTHS), workspace=moved) == counted


def test_other_working_hours_have_figures_of_their_own():
    some_months(HERE, 8)
    settle(HERE)
    always = Place(
        HERE.id, hours={"week": {str(day): [["00:00", "00:00"]] for day in range(7)}, "official": False}
    )
    counted = answer(ask_for("frt", AUTUMN), workspace=always)

    assert counted != answer(ask_for("frt", AUTUMN), workspace=HERE)
    assert settle(always) > 0
    assert answer(ask_for("frt", AUTUMN), workspace=always) == counted


def test_erasing_a_customer_lets_the_days_be_settled_anew():
    gone = uuid4()
    some_months(HERE, 7)
    bring(
        event(
            HERE, "Score Given", "2024-10-10 10:00", customer=gone, properties={"metric": "nps", "score": 0}
        )
    )
    settle(HERE)
    before = answer(ask_for("nps", AUTUMN), workspace=HERE)

    analytics.erase_customer(HERE, [gone])

    assert answer(ask_for("nps", AUTUMN), workspace=HERE).n == before.n - 1
    settle(HERE)
    assert answer(ask_for("nps", AUTUMN), workspace=HERE).n == before.n - 1


def test_nobody_settles_while_rows_of_the_workspace_are_removed(cast):
    bring(score(cast.cafe, "nps", 10, "2024-10-10 10:00"))
    remover = connection.copy()
    with remover.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [SETTLERS_LOCK, crc32(cast.cafe.id.bytes) - 2**31])

    settle_days(0)
    while_removing = settled_until("scores", cast.cafe, AUTUMN.start, AUTUMN.end)
    remover.close()
    settling._remembered.clear()
    settle_days(0)

    assert while_removing == moment("2024-10-09 20:30")
    assert settled_until("scores", cast.cafe, AUTUMN.start, AUTUMN.end) == AUTUMN.end
