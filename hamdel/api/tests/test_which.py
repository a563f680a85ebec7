"""Lists by what their rows are: responses by day, channel, end and customer; customers by when they were last seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from hamdel.api.tests.test_surveys import answer, make
from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.models import Customer
from hamdel.listen.surveys.actions import Way, start_response
from hamdel.listen.surveys.models import Response, Survey


@pytest.fixture
def survey(program, cast):
    """Three responses: yesterday by the customer, today by nobody, today by somebody who is under way in a kiosk."""
    made = make(program)
    first = answer(cast.cafe, made["id"], 9, cast.customer)
    answer(cast.cafe, made["id"], 2)
    with inside(cast.cafe):
        Response.objects.update(completed_at=now())
        Response.objects.filter(id=first.id).update(started_at=now() - timedelta(days=1))
        found = Survey.objects.get(id=made["id"])
        start_response(found, found.current, Way(channel="kiosk", language="fa"), at=now())
    return made["id"]


def scores(program, survey, **query):
    answered = program.get(f"/surveys/{survey}/responses", **query)
    assert answered.status_code == 200, answered.json()
    return [row["score"] for row in answered.json()["items"]]


def day(cast, *, ago=0):
    return (now().astimezone(cast.cafe.zone) - timedelta(days=ago)).date().isoformat()


def test_responses_are_found_by_day_channel_end_and_customer(program, survey, cast):
    assert scores(program, survey) == [None, 2, 9]
    assert scores(program, survey, **{"from": day(cast)}) == [None, 2]
    assert scores(program, survey, to=day(cast, ago=1)) == [9]
    assert scores(program, survey, **{"from": day(cast, ago=1), "to": day(cast, ago=1)}) == [9]
    assert scores(program, survey, channel="kiosk") == [None]
    assert scores(program, survey, channel="pigeon") == []
    assert scores(program, survey, completed="false") == [None]
    assert scores(program, survey, completed="true", limit=5) == [2, 9]
    assert scores(program, survey, customer=str(cast.customer.id)) == [9]


def test_answers_of_merged_customers_count_as_those_of_the_whole(program, survey, cast):
    with inside(cast.cafe):
        Customer.objects.filter(id=cast.customer.id).update(merged_into=cast.phoneless)

    assert scores(program, survey, customer=str(cast.phoneless.id)) == [9]
    assert scores(program, survey, customer=str(cast.customer.id)) == [9]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"from": "soon"}, 400, "unreadable_day"),
        ({"from": "1405/02/01", "to": "1405/01/01"}, 400, "empty_period"),
        ({"completed": "perhaps"}, 400, "bad_parameters"),
        ({"customer": "u-7"}, 400, "bad_parameters"),
        ({"customer": "018f0000-0000-7000-8000-000000000000"}, 404, "not_found"),
        ({"channel": "a\x00b"}, 400, "bad_parameters"),
        ({"score": "9"}, 400, "unknown_parameter"),
    ],
)
def test_what_cannot_be_asked_is_refused(program, survey, query, status, code):
    response = program.get(f"/surveys/{survey}/responses", **query)

    assert (response.status_code, response.json()["code"]) == (status, code)


def test_who_may_not_see_customers_cannot_ask_what_one_said(as_member, survey, cast):
    viewer = as_member(cast.viewer)

    response = viewer.get(f"/surveys/{survey}/responses", customer=str(cast.customer.id))

    assert (response.status_code, response.json()["code"]) == (403, "forbidden")
    assert viewer.get(f"/surveys/{survey}/responses", channel="kiosk").status_code == 200


def test_a_customer_of_another_workspace_is_nobody(program, survey, cast):
    response = program.get(f"/surveys/{survey}/responses", customer=str(cast.foreign_customer.id))

    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_customers_are_found_by_when_they_were_last_seen(program, stranger, cast):
    with inside(cast.cafe):
        Customer.objects.filter(id=cast.customer.id).update(last_seen_at=now() - timedelta(days=40))
        known = {str(one.id) for one in Customer.objects.filter(is_anonymous=False)}
        every = {str(one) for one in Customer.objects.values_list("id", flat=True)}

    def ids(**query):
        return {row["id"] for row in program.get("/customers", **query).json()["items"]}

    assert ids(seen_to=day(cast, ago=30)) == {str(cast.customer.id)}
    assert ids(seen_from=day(cast, ago=30)) == every - {str(cast.customer.id)}
    assert ids(anonymous="false") == known
    assert ids(anonymous="true") == every - known
    assert stranger.get("/customers", seen_to=day(cast, ago=30)).json()["items"] == []
    assert program.get("/customers", seen_from="x").json()["code"] == "unreadable_day"


def test_what_a_member_may_not_is_said_in_the_callers_language(as_member, client, cast):
    viewer = as_member(cast.viewer)

    told = client.get("/api/v1/customers", **viewer.headers, HTTP_ACCEPT_LANGUAGE="fa")

    assert told.status_code == 403
    assert told.json()["message"] == "عضو این توکن اجازهٔ این کار را ندارد: دیدن مشتریان و سرگذشتشان."
    assert viewer.get("/customers").json()["message"].endswith("may not: see customers and their timeline.")
