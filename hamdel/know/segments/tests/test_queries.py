"""Segments over customers that came in as customers do, compared with what Python says of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import connection
from django.utils import translation

from hamdel.act.contacts.actions import give_consent, withdraw_consent
from hamdel.ground.rules import Kind, NotARule, holds, parse
from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.actions import merge_customers, undo_merge
from hamdel.know.customers.models import Customer, Identifier
from hamdel.know.segments.fields import customer_fields, known_events
from hamdel.know.segments.mirror import refresh
from hamdel.know.segments.queries import count_holding, customers_holding
from hamdel.listen.events.intake import SourceKey, take
from hamdel.listen.events.log import append_to_log
from hamdel.listen.events.models import Source
from hamdel.listen.events.shipping import ship_everything
from tests.cast import make_customer

pytestmark = pytest.mark.usefixtures("analytics_store")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CITIES = ["تهران", "طهران", "كرج", "شیراز"]


def ago(**span):
    return (NOW - timedelta(**span)).isoformat()


def bring(workspace, *calls):
    with inside(workspace):
        source, _new = Source.objects.get_or_create(workspace=workspace, name="shop")
        append_to_log(
            connection, take(calls, source=SourceKey(source.id, workspace.id), received_at=NOW).rows
        )
    ship_everything()


def person(user, **traits):
    return {"type": "identify", "userId": user, "traits": traits, "timestamp": ago(days=100)}


def did(user, event, *, at, **properties):
    return {"type": "track", "userId": user, "event": event, "properties": properties, "timestamp": at}


def found(workspace, rule):
    """Return the user ids of whom a rule is true, and check that the count says the same."""
    with inside(workspace):
        ids = customers_holding(workspace, rule, at=NOW)
        assert count_holding(workspace, rule, at=NOW) == len(ids)
        owners = Identifier.objects.filter(kind="user", customer__in=ids)
        return sorted(owners.values_list("value", flat=True))


@pytest.fixture
def cafe(cast):
    """Three customers besides the cast's two: one buys much, one bought once and complained, one only looked."""
    bring(
        cast.cafe,
        person("ana", city="تهران", visits=12, plan="gold", joined="2026-01-05", vip=True),
        person("bijan", city="كرج", visits="۳", email="bijan@example.ir"),
        person("cyrus", city="Tehran"),
        *[did("ana", "Order Completed", at=ago(days=n), total=n * 1000) for n in (1, 40, 80)],
        did("bijan", "Order Completed", at=ago(days=10), total=9_000),
        did("bijan", "Conversation Started", at=ago(days=9), topic="late"),
        did("cyrus", "Product Viewed", at=ago(hours=3)),
    )
    bring(cast.clinic, person("ana", city="تهران"), did("ana", "Order Completed", at=ago(days=1), total=1))
    return cast.cafe


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"field": "trait.city", "operator": "=", "value": "تهران"}, ["ana"]),
        ({"field": "trait.city", "operator": "=", "value": "کرج"}, ["bijan"]),
        ({"field": "trait.visits", "operator": ">", "value": 2}, ["ana", "bijan"]),
        ({"field": "trait.joined", "operator": "<", "value": "2026-02-01"}, ["ana"]),
        ({"field": "email", "operator": "is set"}, ["bijan"]),
        ({"field": "has_user_id", "operator": "=", "value": True}, ["ana", "bijan", "cyrus"]),
        ({"field": "trait.nobody_has_it", "operator": "is not set"}, ["ana", "bijan", "cyrus"]),
        ({"did": "Order Completed", "times": {"at least": 2}}, ["ana"]),
        ({"did": "Order Completed", "within": {"days": 30}}, ["ana", "bijan"]),
        ({"did": "Order Completed", "where": {"field": "total", "operator": ">", "value": 50_000}}, ["ana"]),
        (
            {
                "all": [
                    {"did": "Order Completed", "within": {"days": 30}},
                    {"did not": "Conversation Started"},
                    {"field": "trait.plan", "operator": "=", "value": "gold"},
                ]
            },
            ["ana"],
        ),
        (
            {"any": [{"did": "Product Viewed"}, {"field": "trait.plan", "operator": "=", "value": "GOLD"}]},
            ["ana", "cyrus"],
        ),
    ],
)
def test_who_belongs(cafe, rule, expected):
    assert found(cafe, rule) == expected


def test_those_without_any_event_belong_to_who_did_not(cafe, cast):
    with inside(cafe):
        ids = customers_holding(cafe, {"did not": "Order Completed"}, at=NOW)

    assert {cast.customer.id, cast.phoneless.id} < set(ids)
    assert cast.foreign_customer.id not in ids


def test_merged_customers_are_one_and_are_two_again(cafe, cast):
    twice = {"did": "Order Completed", "times": {"at least": 4}}
    with inside(cafe):
        ana, bijan = (
            Customer.objects.get(identifiers__value=user, identifiers__kind="user")
            for user in ("ana", "bijan")
        )
        merge = merge_customers(ana, bijan, by=cast.owner, at=NOW)
    ship_everything()

    with inside(cafe):
        assert customers_holding(cafe, twice, at=NOW) == [ana.id]
        assert bijan.id not in customers_holding(cafe, {"all": []}, at=NOW)
        undo_merge(merge, by=cast.owner, at=NOW)
    ship_everything()
    with inside(cafe):
        assert customers_holding(cafe, twice, at=NOW) == []
        assert bijan.id in customers_holding(cafe, {"all": []}, at=NOW)


def test_what_changed_shows_at_once(cafe, cast):
    rule = {"field": "trait.plan", "operator": "=", "value": "gold"}
    assert found(cafe, rule) == ["ana"]

    bring(cafe, person("cyrus", plan="gold"), {**person("ana", plan="free"), "timestamp": ago(days=1)})

    assert found(cafe, rule) == ["cyrus"]
    with inside(cafe):
        # Nobody changed since: nothing is copied again.
        assert refresh(cafe) == 0


def test_the_last_score_and_the_last_word(cafe, cast):
    scale = {"scale_min": 0, "scale_max": 10, "metric": "nps"}
    bring(
        cafe,
        did("ana", "Score Given", at=ago(days=20), score=3, response_id="r1", question="q", **scale),
        did("ana", "Score Given", at=ago(days=2), score=9, response_id="r2", question="q", **scale),
        did("bijan", "Score Given", at=ago(days=2), score=2, response_id="r3", question="q", **scale),
    )
    low = {"field": "score.nps", "operator": "≤", "value": 6}
    assert found(cafe, low) == ["bijan"]
    assert found(cafe, {"field": "score.nps", "operator": "is set"}) == ["ana", "bijan"]

    bring(
        cafe, did("ana", "Score Withdrawn", at=ago(days=2), score=9, response_id="r2", question="q", **scale)
    )
    assert found(cafe, low) == ["ana", "bijan"]

    with inside(cafe):
        ana = Customer.objects.get(identifiers__value="ana", identifiers__kind="user")
        give_consent(
            ana, channel="sms", purpose="survey", source="test", proof="x", at=NOW - timedelta(days=3)
        )
    ship_everything()
    given = {"field": "consent.survey.sms", "operator": "=", "value": "given"}
    assert found(cafe, given) == ["ana"]
    assert found(cafe, {**given, "operator": "≠"}) == ["bijan", "cyrus"]
    with inside(cafe):
        withdraw_consent(ana, source="test", at=NOW - timedelta(days=1))
    ship_everything()
    assert found(cafe, given) == []
    assert found(cafe, {**given, "value": "withdrawn"}) == ["ana"]


def test_the_fields_and_events_of_a_workspace(cafe):
    with inside(cafe):
        refresh(cafe)
        fields, events = customer_fields(cafe), known_events(cafe)

    kinds = {name: fields[f"trait.{name}"].kind for name in ("city", "visits", "joined", "vip")}
    assert kinds == {"city": Kind.TEXT, "visits": Kind.NUMBER, "joined": Kind.MOMENT, "vip": Kind.BOOLEAN}
    with translation.override("fa"):
        assert [str(fields[f"trait.{name}"].label) for name in ("city", "visits")] == ["شهر", "visits"]
    # A name is asked for as the name, not a second time as a trait.
    assert "trait.name" not in fields
    assert events[0] == "Order Completed"
    assert "Product Viewed" in events


def test_a_rule_over_what_is_not_there_is_refused(cafe):
    with inside(cafe), pytest.raises(NotARule, match="shoe_size"):
        count_holding(cafe, {"field": "shoe_size", "operator": "=", "value": 42}, at=NOW)
    with inside(cafe), pytest.raises(NotARule):
        count_holding(cafe, {"field": "trait.x'] = '' OR 1 --", "operator": "is set"}, at=NOW)


def test_one_odd_value_does_not_break_a_saved_rule(cafe):
    bring(cafe, person("cyrus", visits="many"))

    assert found(cafe, {"field": "trait.visits", "operator": ">", "value": 2}) == ["ana", "bijan"]


def test_pages_go_on_behind_the_last_one(cafe):
    with inside(cafe):
        everybody = customers_holding(cafe, {"all": []}, at=NOW)
        first = customers_holding(cafe, {"all": []}, at=NOW, limit=2)
        rest = customers_holding(cafe, {"all": []}, at=NOW, after=first[-1])

    assert [*first, *rest] == everybody
    assert len(everybody) == 5


@dataclass(frozen=True)
class Event:
    name: str
    occurred_at: datetime
    touchpoint: str = ""
    channel: str = ""
    properties: dict = field(default_factory=dict)


def random_rule(random, depth=2):
    kind = (
        random.choice(["all", "any", "not", "field", "field", "did", "did not"])
        if depth
        else random.choice(["field", "did", "did not"])
    )
    if kind in ("all", "any"):
        return {kind: [random_rule(random, depth - 1) for _ in range(random.randrange(1, 4))]}
    if kind == "not":
        return {"not": random_rule(random, depth - 1)}
    if kind == "field":
        return random.choice(
            [
                {
                    "field": "trait.city",
                    "operator": random.choice(["=", "≠", "contains"]),
                    "value": random.choice(CITIES),
                },
                {
                    "field": "trait.age",
                    "operator": random.choice(["<", "≥", "="]),
                    "value": random.randrange(20, 40),
                },
                {"field": "trait.age", "operator": random.choice(["is set", "is not set"])},
            ]
        )
    form = {kind: random.choice(["Order Completed", "Product Viewed"])}
    if random.random() < 0.5:
        form["within"] = {"days": random.randrange(1, 60)}
    if random.random() < 0.4:
        form["where"] = {
            "field": "total",
            "operator": random.choice([">", "≤"]),
            "value": random.randrange(10),
        }
    if kind == "did" and random.random() < 0.5:
        form["times"] = {random.choice(["at least", "at most", "exactly"]): random.randrange(4)}
    return form


def test_the_question_finds_whom_python_finds(cast):
    random = Random(11)
    people, calls = {}, []
    for n in range(40):
        traits = {"city": random.choice(CITIES)} | (
            {"age": random.randrange(20, 40)} if random.random() < 0.8 else {}
        )
        events = [
            Event(
                random.choice(["Order Completed", "Product Viewed"]),
                NOW - timedelta(hours=random.randrange(1500)),
                properties={"total": random.randrange(10)},
            )
            for _ in range(random.randrange(5))
        ]
        people[f"u{n}"] = (traits, events)
        calls += [person(f"u{n}", **traits)]
        calls += [did(f"u{n}", one.name, at=one.occurred_at.isoformat(), **one.properties) for one in events]
    bring(cast.cafe, *calls)
    with inside(cast.cafe):
        refresh(cast.cafe)
        fields = customer_fields(cast.cafe)

    for _ in range(60):
        rule = random_rule(random)
        expected = sorted(
            user
            for user, (traits, events) in people.items()
            if holds(
                parse(rule),
                {f"trait.{name}": value for name, value in traits.items()},
                events=events,
                now=NOW,
                fields=fields,
            )
        )
        assert found(cast.cafe, rule) == expected, rule


def test_another_workspaces_customers_never_show(cafe, cast):
    make_customer(cast.clinic, name="مهمان")

    with inside(cast.clinic):
        ids = customers_holding(cast.clinic, {"all": []}, at=NOW)
        assert len(ids) == Customer.objects.filter(workspace=cast.clinic).count() == 3
    assert found(cast.clinic, {"did": "Order Completed"}) == ["ana"]
