"""Feedback handed in over the API."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.models import Identifier
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
    "known", [("user", "u-7"), ("external", "crm:12"), ("phone", "+989121234567"), ("anonymous", "b-1")]
)
def test_feedback_of_a_customer_who_is_known_here_lands_with_them(program, cast, known):
    kind, value = known
    with inside(cast.cafe):
        Identifier.objects.create(
            workspace=cast.cafe, customer=cast.customer, kind=kind, value=value, first_seen_at=now()
        )
    item = {"id": "c-1", "kind": "interview", "text": "بسته‌بندی عالی", "customer": str(cast.customer.id)}

    taken = program.post("/feedback", {"feedback": [item]})
    ship_everything()

    assert (taken.status_code, taken.json()) == (201, {"added": 1})
    [event] = program.get(f"/customers/{cast.customer.id}/events").json()["items"]
    assert event["properties"]["text"] == "بسته‌بندی عالی"


def test_feedback_of_somebody_nobody_knows_is_said(program):
    said = program.post("/feedback", {"feedback": [{"text": "x", "customer": "nobody"}]})

    assert (said.status_code, said.json()["code"]) == (404, "unknown_customer")


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
