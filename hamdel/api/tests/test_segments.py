"""Segments through the API."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.segments.actions import create_segment

PHONE = {"field": "phone", "operator": "is set"}


@pytest.fixture
def segment(cast):
    with inside(cast.cafe):
        return create_segment(cast.cafe, name="با تلفن", rule=PHONE, by=cast.owner, at=now())


def test_segments_are_listed_with_their_rule_in_words(program, stranger, segment):
    [item] = program.get("/segments").json()["items"]

    assert (item["name"], item["rule"], item["sentence"]) == ("با تلفن", PHONE, "Phone is known")
    assert stranger.get("/segments").json()["items"] == []
    assert stranger.get(f"/segments/{segment.id}").status_code == 404


def test_a_segment_is_counted_and_its_customers_are_listed(program, cast, segment):
    assert program.get(f"/segments/{segment.id}").json()["count"] == 1
    listed = program.get(f"/segments/{segment.id}/customers").json()
    assert listed == {"items": [{"id": str(cast.customer.id)}], "next": None}


def test_customers_come_page_by_page(program, cast, segment):
    with inside(cast.cafe):
        everybody = create_segment(cast.cafe, name="همه", rule={"all": []}, by=cast.owner, at=now())
    first = program.get(f"/segments/{everybody.id}/customers", limit=1).json()
    second = program.get(f"/segments/{everybody.id}/customers", limit=1, cursor=first["next"]).json()

    ids = {page["items"][0]["id"] for page in (first, second)}
    assert ids == {str(cast.customer.id), str(cast.phoneless.id)}
    assert second["next"] is None


def test_a_rule_can_be_tried_out(program, cast):
    tried = program.post("/segments/preview", {"rule": {"all": [PHONE, {"did not": "Order Completed"}]}})

    assert tried.json() == {"count": 1, "of": 2, "sample": [str(cast.customer.id)]}


def test_a_bad_rule_is_said(program):
    wrong = program.post("/segments/preview", {"rule": {"field": "shoe", "operator": "=", "value": 1}})

    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad_rule")
    assert "shoe" in wrong.json()["message"]
