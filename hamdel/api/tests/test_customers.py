"""Customers and their events over the API."""

from __future__ import annotations

from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.actions import merge_customers
from hamdel.know.customers.models import Customer


def order(user, number, at="2026-11-01T08:00:00Z"):
    return {
        "type": "track",
        "event": "Order Completed",
        "userId": user,
        "timestamp": at,
        "messageId": f"{user}-{number}",
        "properties": {"order_id": str(number), "total": 1250000},
    }


def identify(user, **traits):
    return {"type": "identify", "userId": user, "traits": traits}


def test_a_customer_is_found_by_id_e_mail_phone_and_words(program, cast, bring):
    bring(
        cast.cafe,
        identify("u1", name="سارا مرادی", email="Sara@Example.ir", phone="۰۹۱۲ ۳۴۵ ۶۷۸۹"),
        identify("u2", name="Kaveh"),
    )

    found = [
        program.get("/customers", external_id="u1").json()["items"],
        program.get("/customers", email="sara@example.ir").json()["items"],
        program.get("/customers", phone="+98 912 345 6789").json()["items"],
        program.get("/customers", q="مراد").json()["items"],
    ]

    assert [[item["name"] for item in items] for items in found] == [["سارا مرادی"]] * 4
    assert program.get("/customers", external_id="u1", email="other@example.ir").json()["items"] == []
    assert program.get("/customers", external_id="nobody").json() == {"items": [], "next": None}


def test_customers_come_page_by_page_without_gaps(program, cast, bring):
    bring(cast.cafe, *(identify(f"u{number}", name=f"N{number}") for number in range(5)))

    names, cursor = [], None
    while True:
        page = program.get("/customers", limit=2, **({"cursor": cursor} if cursor else {})).json()
        names += [item["name"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert len(names) == len(set(names)) == 5 + 2  # the cast has two of its own


def test_a_customer_shows_traits_and_identifiers(program, cast, bring):
    bring(cast.cafe, identify("u1", name="Sara", email="sara@example.ir", city="Shiraz"))
    [item] = program.get("/customers", external_id="u1").json()["items"]

    found = program.get(f"/customers/{item['id']}").json()

    assert found["traits"]["city"] == "Shiraz"
    assert {"kind": "email", "value": "sara@example.ir"} in found["identifiers"]
    assert {"kind": "user", "value": "u1"} in found["identifiers"]


def test_events_come_newest_first_and_none_twice(program, cast, bring):
    bring(
        cast.cafe,
        *(order("u1", number) for number in range(5)),
        order("u1", 9, at="2026-11-02T08:00:00Z"),
        order("u2", 7),
    )
    [customer] = program.get("/customers", external_id="u1").json()["items"]
    path = f"/customers/{customer['id']}/events"

    first = program.get(path, limit=2).json()
    second = program.get(path, limit=2, cursor=first["next"]).json()
    third = program.get(path, limit=2, cursor=second["next"]).json()

    orders = [event["properties"]["order_id"] for page in (first, second, third) for event in page["items"]]
    assert orders[0] == "9"
    assert sorted(orders) == ["0", "1", "2", "3", "4", "9"]
    assert third["next"] is None
    assert first["items"][0]["occurred_at"] == "2026-11-02T08:00:00Z"
    assert program.get(path, name="Survey Invited").json()["items"] == []


def test_events_of_a_merged_customer_are_theirs(program, cast, bring):
    bring(cast.cafe, order("u1", 1), order("u2", 2))
    with inside(cast.cafe):
        one, other = Customer.objects.filter(has_user_id=True).order_by("id")
        merge_customers(one, other, by=cast.owner, at=now())
        absorbed = Customer.objects.get(merged_into__isnull=False)

    events = program.get(f"/customers/{absorbed.id}/events", name="Order Completed").json()["items"]

    assert {event["properties"]["order_id"] for event in events} == {"1", "2"}
    assert program.get(f"/customers/{absorbed.id}").json()["id"] != str(absorbed.id)


def test_an_outsider_finds_nobody(stranger, cast, bring):
    bring(cast.cafe, identify("u1", name="Sara", email="sara@example.ir"))

    assert stranger.get("/customers", external_id="u1").json()["items"] == []
    assert stranger.get("/customers", q="Sara").json()["items"] == []
    assert [item["id"] for item in stranger.get("/customers").json()["items"]] == [
        str(cast.foreign_customer.id)
    ]
    assert stranger.get(f"/customers/{cast.customer.id}").status_code == 404
    assert stranger.get(f"/customers/{cast.customer.id}/events").status_code == 404


def test_events_before_1970_do_not_stumble(program, cast):
    response = program.get(
        f"/customers/{cast.customer.id}/events",
        cursor="WyIxOTUwLTAxLTAxVDAwOjAwOjAwKzAwOjAwIiwgIjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMCJd",
    )

    assert response.json()["items"] == []
