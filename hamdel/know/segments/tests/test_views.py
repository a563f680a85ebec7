"""The pages of segments: built without script, shown with their customers, kept from strangers."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.segments.actions import NameTaken, create_segment
from hamdel.know.segments.models import Segment

PHONE = {"all": [{"field": "phone", "operator": "is set"}]}


@pytest.fixture
def enter(client, analytics_store):
    def entered(member):
        client.force_login(member.user)
        return client

    return entered


@pytest.fixture
def segment(cast):
    with inside(cast.cafe):
        return create_segment(cast.cafe, name="با تلفن", rule=PHONE, by=cast.owner, at=now())


def typed(**more):
    return {
        "name": "مشتریان تهرانی",
        "note": "",
        "rule.kind": "all",
        "rule.0.kind": "is",
        "rule.0.field": "phone",
        "rule.0.operator": "starts with",
        "rule.0.value": "+98",
        **more,
    }


def test_a_segment_is_built_by_plain_posts(enter, cast):
    client = enter(cast.analyst)

    begun = client.post("/know/segments/new/", typed(**{"rule.do": "add-did rule"}))
    saved = client.post("/know/segments/new/", typed())

    assert begun.status_code == 200
    page = begun.content.decode()
    assert 'name="rule.1.event"' in page
    assert "مشتریان تهرانی" in page
    assert saved.status_code == 302
    with inside(cast.cafe):
        kept = Segment.objects.get()
    assert kept.rule == {"all": [{"field": "phone", "operator": "starts with", "value": "+98"}]}
    assert kept.created_by_id == cast.analyst.id


def test_htmx_gets_only_the_builder(enter, cast):
    part = enter(cast.analyst).post(
        "/know/segments/new/", typed(**{"rule.do": "look rule"}), headers={"HX-Request": "true"}
    )

    assert part.content.decode().lstrip().startswith('<div class="rule"')


def test_what_is_missing_is_said_and_nothing_is_kept(enter, cast):
    client = enter(cast.analyst)

    unfinished = client.post("/know/segments/new/", typed(**{"rule.0.value": " "}))
    nameless = client.post("/know/segments/new/", typed(name=""))

    assert (unfinished.status_code, nameless.status_code) == (422, 422)
    assert "rule__row--wrong" in unfinished.content.decode()
    with inside(cast.cafe):
        assert Segment.objects.count() == 0


def test_a_name_is_taken_once(enter, cast, segment):
    answer = enter(cast.analyst).post("/know/segments/new/", typed(name="با تلفن"))

    assert answer.status_code == 422
    with inside(cast.cafe), pytest.raises(NameTaken):
        create_segment(cast.cafe, name="با تلفن", rule=PHONE, by=cast.owner, at=now())


def test_a_segment_shows_its_customers(enter, cast, segment):
    client = enter(cast.agent)

    page = client.get(f"/know/segments/{segment.id}/").content.decode()
    count = client.get(f"/know/segments/{segment.id}/count/").content.decode().strip()

    assert cast.customer.name in page
    assert cast.phoneless.name not in page
    assert count in {"1", "۱"}
    assert client.get("/know/segments/").status_code == 200
    assert client.get(f"/know/segments/{segment.id}/edit/").status_code == 403


def test_the_preview_counts_what_is_typed_so_far(enter, cast):
    client = enter(cast.analyst)

    page = client.post(
        "/know/segments/preview/", typed(**{"rule.1.kind": "is", "rule.1.field": ""})
    ).content.decode()

    assert cast.customer.name in page
    assert cast.phoneless.name not in page


def test_changing_and_deleting(enter, cast, segment):
    client = enter(cast.analyst)

    changed = client.post(f"/know/segments/{segment.id}/edit/", typed(name="نام تازه"))

    assert changed.status_code == 302
    with inside(cast.cafe):
        segment.refresh_from_db()
    assert segment.name == "نام تازه"
    client.post(f"/know/segments/{segment.id}/deletion/")
    with inside(cast.cafe):
        assert Segment.objects.count() == 0


def test_the_outsider_sees_nothing(enter, cast, segment):
    client = enter(cast.outsider)

    addresses = [f"/know/segments/{segment.id}/{rest}" for rest in ("", "count/", "edit/")]
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
    assert client.post(f"/know/segments/{segment.id}/deletion/").status_code == 404
    assert segment.name not in client.get("/know/segments/").content.decode()
