"""Cases over the API: opened by a low score, noted on, closed."""

from __future__ import annotations

import pytest


@pytest.fixture
def case(program, cast, bring):
    """The number of a case that a low score has opened."""
    bring(
        cast.cafe,
        {
            "type": "track",
            "event": "Score Given",
            "userId": "u1",
            "properties": {
                "metric": "nps", "score": 2, "scale_min": 0, "scale_max": 10, "comment": "سرد بود", "touchpoint": "delivery",
            },
        },
    )  # fmt: skip
    [item] = program.get("/cases").json()["items"]
    return item["number"]


def test_a_low_score_is_a_case(program, case):
    found = program.get(f"/cases/{case}").json()

    assert (found["number"], found["metric"], found["score"], found["comment"]) == (1, "nps", 2.0, "سرد بود")
    assert (found["touchpoint"], found["owner"], found["closure"], found["notes"]) == (
        "delivery",
        "علی‌رضا",
        None,
        [],
    )


def test_a_case_is_noted_on_closed_and_opened_again(program, case):
    noted = program.post(f"/cases/{case}/notes", {"text": "زنگ زدم", "is_contact": True})
    closed = program.post(f"/cases/{case}/closure", {"outcome": "recovered", "note": "پول برگشت"})
    again = program.post(f"/cases/{case}/closure", {"outcome": "lost"})
    open_now, closed_now = (
        program.get("/cases", state=state).json()["items"] for state in ("open", "closed")
    )
    opened = program.delete(f"/cases/{case}/closure")

    assert (noted.status_code, noted.json()["text"], noted.json()["by"]) == (201, "زنگ زدم", "مریم")
    assert closed.json()["closure"]["outcome"] == again.json()["closure"]["outcome"] == "recovered"
    assert closed.json()["first_contact_at"] is not None
    assert ([item["number"] for item in open_now], [item["number"] for item in closed_now]) == ([], [case])
    assert opened.json()["closure"] is None


@pytest.mark.parametrize(
    "body", [{}, {"outcome": "magic"}, {"outcome": None}, [], {"outcome": "lost", "note": "a\u0000b"}]
)
def test_a_closure_that_makes_no_sense_is_refused(program, case, body):
    response = program.post(f"/cases/{case}/closure", body)

    assert (response.status_code, response.json()["code"]) == (400, "bad_parameters")
    assert program.get(f"/cases/{case}").json()["closure"] is None


def test_a_viewer_may_not_see_cases_and_an_analyst_may_work_them(as_member, cast, case):
    assert as_member(cast.viewer).get("/cases").status_code == 403
    assert as_member(cast.analyst).post(f"/cases/{case}/notes", {"text": "x"}).status_code == 201


def test_an_outsider_finds_no_case(stranger, case):
    assert stranger.get("/cases").json()["items"] == []
    assert stranger.get(f"/cases/{case}").status_code == 404
    assert stranger.post(f"/cases/{case}/notes", {"text": "x"}).status_code == 404
    assert stranger.post(f"/cases/{case}/closure", {"outcome": "lost"}).status_code == 404
    assert stranger.delete(f"/cases/{case}/closure").status_code == 404
    assert stranger.get("/cases/99999999999999999999").status_code == 404
