"""Feedback handed in over the API."""

from __future__ import annotations

import pytest

from hamdel.listen.events.shipping import ship_everything

REVIEW = {
    "id": "r-1",
    "source": "bazaar",
    "kind": "review",
    "text": "کند است",
    "rating": 2,
    "email": "zahra@example.ir",
    "at": "2026-11-20T10:00:00Z",
}


def test_a_review_is_on_the_customers_story_once(program):
    first, second = (program.post("/feedback", {"feedback": [REVIEW]}) for _turn in range(2))
    ship_everything()

    assert (first.status_code, first.json(), second.json()) == (201, {"added": 2}, {"added": 0})
    [customer] = program.get("/customers", email="zahra@example.ir").json()["items"]
    events = {
        event["name"]: event for event in program.get(f"/customers/{customer['id']}/events").json()["items"]
    }
    assert events["Feedback Given"]["properties"]["text"] == "کند است"
    assert events["Score Given"]["properties"]["metric"] == "stars"
    assert events["Score Given"]["channel"] == "review"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"text": " ", "rating": None}, "empty_feedback"),
        ({"rating": 9}, "rating_off_scale"),
        ({"kind": "gossip"}, None),
        ({"id": "a\0"}, None),
    ],
)
def test_an_item_that_says_nothing_stops_all(program, change, code):
    response = program.post("/feedback", {"feedback": [REVIEW, {**REVIEW, **change}]})

    assert response.status_code == 400
    assert code is None or response.json()["code"] == code
    ship_everything()
    assert program.get("/customers", email="zahra@example.ir").json()["items"] == []
