"""A token that calls too often waits, and nobody else does."""

from __future__ import annotations

from uuid import UUID

from hamdel.api.pace import MOST_KEPT, Pace

ONE, OTHER = UUID(int=1), UUID(int=2)


def test_a_bucket_gives_a_minutes_calls_at_once_and_fills_again_all_the_time():
    pace = Pace()

    waits = [pace.wait(ONE, per_minute=3, at=100.0) for _call in range(4)]

    assert waits == [0, 0, 0, 20]
    assert pace.wait(ONE, per_minute=3, at=119.0) == 1
    assert pace.wait(ONE, per_minute=3, at=121.0) == 0
    assert [pace.wait(ONE, per_minute=3, at=1000.0) for _call in range(4)] == [0, 0, 0, 20]


def test_each_token_has_its_own():
    pace = Pace()
    pace.wait(ONE, per_minute=1, at=0.0)

    assert (pace.wait(ONE, per_minute=1, at=0.0), pace.wait(OTHER, per_minute=1, at=0.0)) == (60, 0)


def test_without_a_limit_nobody_waits():
    pace = Pace()

    assert {pace.wait(ONE, per_minute=0, at=0.0) for _call in range(100)} == {0}


def test_what_is_kept_does_not_grow_for_ever():
    pace = Pace()

    for number in range(MOST_KEPT + 50):
        pace.wait(UUID(int=number), per_minute=10, at=float(number))

    assert len(pace._left) < MOST_KEPT


def test_a_program_that_calls_too_often_is_told_when_to_come_again(program, stranger, settings):
    settings.API_PER_MINUTE = 2

    answers = [program.get("/metrics") for _call in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json().keys() == {"code", "message"}
    assert answers[2].json()["code"] == "too_many_requests"
    assert 1 <= int(answers[2]["Retry-After"]) <= 30
    assert stranger.get("/metrics").status_code == 200


def test_the_pace_is_told_in_persian(program, client, settings):
    settings.API_PER_MINUTE = 1
    program.get("/metrics")

    told = client.get("/api/v1/metrics", **program.headers, HTTP_ACCEPT_LANGUAGE="fa").json()["message"]

    assert "ثانیه صبر کنید" in told
