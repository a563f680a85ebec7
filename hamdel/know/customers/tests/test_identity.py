"""Who is it? Sightings in, customers out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hamdel.ground.facts.models import WaitingFact
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.know.customers.actions import CannotMerge, merge_customers, undo_merge
from hamdel.know.customers.identity import NOBODY, look_up, recognise
from hamdel.know.customers.models import Customer, Identifier, Merge
from hamdel.know.customers.sightings import sighting_of
from tests.cast import SOME_DAY


def see(workspace, *bodies, day=0):
    at = SOME_DAY + timedelta(days=day)
    sightings = [sighting_of({"type": "track", **body}, workspace_id=workspace.id, at=at) for body in bodies]
    with across_workspaces():
        return recognise(sightings)


def root(customer_id):
    customer = Customer.objects.get(id=customer_id)
    while customer.merged_into:
        customer = customer.merged_into
    return customer


@pytest.fixture(autouse=True)
def everywhere(cast):
    with across_workspaces():
        yield


def test_the_same_user_id_is_one_customer(cast):
    first, second = see(cast.cafe, {"userId": "u1"}, {"userId": "u1"})

    assert first == second
    assert see(cast.cafe, {"userId": "u1"}) == [first]


def test_two_workspaces_never_share_a_customer(cast):
    [ours] = see(cast.cafe, {"userId": "u1"})
    [theirs] = see(cast.clinic, {"userId": "u1"})

    assert ours != theirs


def test_an_event_without_any_identifier_belongs_to_nobody(cast):
    assert see(cast.cafe, {}) == [NOBODY]


def test_an_anonymous_visitor_who_identifies_stays_the_same_customer(cast):
    [visitor] = see(cast.cafe, {"anonymousId": "a1"})
    [known] = see(
        cast.cafe, {"type": "identify", "userId": "u1", "anonymousId": "a1", "traits": {"name": "مینا"}}
    )

    assert root(known).id == visitor
    assert root(known).name == "مینا"
    assert not root(known).is_anonymous


def test_an_anonymous_visitor_who_turns_out_known_is_merged_and_events_follow(cast):
    [known] = see(cast.cafe, {"userId": "u1"})
    [visitor] = see(cast.cafe, {"anonymousId": "a1"})

    see(cast.cafe, {"type": "identify", "userId": "u1", "anonymousId": "a1"})

    assert root(visitor).id == known
    fact = WaitingFact.objects.get(name="Customer Merged")
    assert fact.properties["absorbed"] == str(visitor)
    assert fact.properties["into"] == str(known)


def test_a_shared_browser_does_not_make_two_users_one(cast):
    see(cast.cafe, {"userId": "u1", "anonymousId": "a1"})
    first, second = see(cast.cafe, {"userId": "u1"}, {"userId": "u2", "anonymousId": "a1"})

    assert root(first) != root(second)


def test_phone_and_email_lead_to_the_customer_however_they_are_typed(cast):
    [first] = see(
        cast.cafe,
        {"type": "identify", "userId": "u1", "traits": {"phone": "۰۹۱۲ ۵۵۵ ۱۲ ۳۴", "email": "A@B.ir"}},
    )
    by_phone, by_email = see(
        cast.cafe,
        {"type": "identify", "traits": {"phone": "+98 912 555 1234"}},
        {"type": "identify", "traits": {"email": " a@b.IR "}},
    )

    assert root(by_phone) == root(by_email) == root(first)


def test_a_customer_may_have_many_phones(cast):
    see(cast.cafe, {"type": "identify", "userId": "u1", "traits": {"phones": ["09125551234", "09355551234"]}})

    assert Identifier.objects.filter(kind="phone", workspace=cast.cafe).count() == 2


def test_alias_makes_two_known_users_one(cast):
    old, new = see(cast.cafe, {"userId": "old"}, {"userId": "new"})

    see(cast.cafe, {"type": "alias", "userId": "new", "previousId": "old"})

    assert root(old).id == new
    assert Merge.objects.get().reason == "alias"


def test_undoing_a_merge_separates_the_customers_and_tells_analytics(cast):
    one, other = see(cast.cafe, {"userId": "u1"}, {"userId": "u2"})
    merge = merge_customers(
        Customer.objects.get(id=one), Customer.objects.get(id=other), by=cast.owner, at=SOME_DAY
    )

    undo_merge(merge, by=cast.owner, at=SOME_DAY)
    undo_merge(merge, by=cast.owner, at=SOME_DAY)

    assert root(other).id == other
    assert see(cast.cafe, {"userId": "u2"}) == [other]
    assert WaitingFact.objects.filter(name="Customer Separated").count() == 1


def test_a_merged_customer_is_not_merged_again(cast):
    one, other = see(cast.cafe, {"userId": "u1"}, {"userId": "u2"})
    merge_customers(Customer.objects.get(id=one), Customer.objects.get(id=other), by=cast.owner, at=SOME_DAY)

    with pytest.raises(CannotMerge):
        merge_customers(
            Customer.objects.get(id=one), Customer.objects.get(id=other), by=cast.owner, at=SOME_DAY
        )


def test_reading_the_same_events_again_leads_to_the_same_customers(cast):
    bodies = [
        {"anonymousId": "a1"},
        {"userId": "u1", "anonymousId": "a1"},
        {"type": "identify", "userId": "u2", "traits": {"email": "x@y.ir"}},
        {"type": "identify", "anonymousId": "a2", "traits": {"email": "x@y.ir"}},
        {"anonymousId": "a2"},
        {"type": "alias", "userId": "u2", "previousId": "u1"},
        {"userId": "u1"},
    ]

    first = see(cast.cafe, *bodies)

    assert see(cast.cafe, *bodies) == first
    assert see(cast.cafe, *bodies) == first


def test_what_a_member_has_separated_no_event_merges_again(cast):
    [known] = see(cast.cafe, {"userId": "u1"})
    [visitor] = see(cast.cafe, {"anonymousId": "a1"})
    both = {"type": "identify", "userId": "u1", "anonymousId": "a1"}
    see(cast.cafe, both)

    undo_merge(Merge.objects.get(), by=cast.owner, at=SOME_DAY)
    see(cast.cafe, both)

    assert root(visitor).id == visitor
    assert root(known).id == known


def test_looking_up_finds_what_was_recognised_and_writes_nothing(cast):
    bodies = [{"userId": "u1", "anonymousId": "a1"}, {"anonymousId": "a1"}, {"userId": "u9"}, {}]
    known = see(cast.cafe, *bodies[:2])
    before = Customer.objects.count()

    sightings = [sighting_of({"type": "track", **b}, workspace_id=cast.cafe.id, at=SOME_DAY) for b in bodies]

    assert look_up(sightings) == [*known, NOBODY, NOBODY]
    assert Customer.objects.count() == before
