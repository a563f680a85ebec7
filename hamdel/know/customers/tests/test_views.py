"""The customer's page: what cannot wait, the story and its parts, and what stands beside it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import translation
from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.glance import glance_at
from hamdel.know.customers.models import Customer
from hamdel.know.customers.timeline import timeline_of
from hamdel.know.customers.traits import value_words
from hamdel.listen.events.intake import SourceKey, take
from hamdel.listen.events.log import append_to_log
from hamdel.listen.events.models import Source
from hamdel.listen.events.shipping import ship_everything


def bring(workspace, *events, user="sara"):
    """Bring these events of one customer in, an hour apart, the first is the oldest; return the customer."""
    begin = now() - timedelta(days=2)
    calls = [
        {
            "type": "page" if name == "Page Viewed" else "track",
            **({"name": given.get("name", "")} if name == "Page Viewed" else {"event": name}),
            "userId": user,
            "timestamp": (begin + timedelta(hours=place)).isoformat(),
            "properties": given,
        }
        for place, (name, given) in enumerate(events)
    ]
    with inside(workspace):
        source, _new = Source.objects.get_or_create(workspace=workspace, name="shop")
        intake = take(calls, source=SourceKey(source.id, workspace.id), received_at=now())
        assert intake.rejects == []
        append_to_log(connection, intake.rows)
    ship_everything()
    with inside(workspace):
        return Customer.objects.get(identifiers__value=user)


def order(number, total, currency="IRR"):
    return "Order Completed", {"order_id": number, "total": total, "currency": currency}


def score(metric, given, low, high):
    return "Score Given", {"metric": metric, "score": given, "scale_min": low, "scale_max": high}


@pytest.fixture
def page(client, cast):
    def opened(member, customer, **query):
        client.force_login(member.user)
        return client.get(f"/know/customers/{customer.id}/", query)

    return opened


def test_a_glance_counts_each_order_once_and_shows_the_last_score(cast, analytics_store):
    customer = bring(
        cast.cafe,
        order("1", 400_000), order("2", 90, "EUR"), order("1", 500_000),
        score("nps", 3, 0, 10), score("nps", 9, 0, 10), score("enps", 7, 0, 10),
    )  # fmt: skip

    with inside(cast.cafe), translation.override("en"):
        glance = glance_at(cast.cafe, customer)
        amounts = glance.amounts

    assert glance.order_count == 2
    assert amounts == ["90 EUR", "50,000 toman"]
    assert {each.label: (each.score, each.tone) for each in glance.scores} == {
        "NPS": ("9", "good"),
        "eNPS": ("7", "plain"),
    }


def test_a_glance_sees_nothing_of_another_workspace(cast, analytics_store):
    bring(cast.clinic, order("1", 400_000), score("nps", 3, 0, 10))
    customer = bring(cast.cafe, ("Cart Viewed", {}))

    with inside(cast.cafe):
        glance = glance_at(cast.cafe, customer)

    assert (glance.orders, glance.scores) == ([], [])


def test_pages_viewed_in_a_row_are_one_line(cast, analytics_store):
    views = [("Page Viewed", {"name": name}) for name in ("Home", "Shoes", "Home", "Help", "Prices")]
    customer = bring(cast.cafe, *views, order("1", 5), ("Page Viewed", {"name": "Home"}))

    with inside(cast.cafe), translation.override("en"):
        lines = [(str(moment.title), moment.text) for moment in timeline_of(cast.cafe, customer).moments]

    assert lines == [
        ("Viewed a page", "Home"),
        ("Ordered", "1"),
        ("Viewed 5 pages", "Home · Shoes · Help · …"),
    ]


def test_a_part_of_the_story_is_kept_by_its_older_pages(page, cast, analytics_store):
    customer = bring(cast.cafe, *(order(str(number), 5) for number in range(61)), ("Cart Viewed", {}))

    response = page(cast.agent, customer, story="orders")

    titles = {str(moment.title) for moment in response.context["story"].moments}
    assert titles == {"سفارش داد"}
    assert "&amp;story=orders" in response.content.decode()


def test_an_unknown_part_of_the_story_is_the_whole(page, cast, analytics_store):
    customer = bring(cast.cafe, order("1", 5), ("Cart Viewed", {}))

    response = page(cast.agent, customer, story="<script>")

    assert len(response.context["story"].moments) == 2


def test_common_traits_are_named_in_the_readers_language(page, cast):
    with inside(cast.cafe):
        cast.customer.traits = {"city": "تهران", "birth_year": 1373, "language": "fa", "shoe": {"size": 42}}
        cast.customer.save()

    traits = page(cast.agent, cast.customer).context["traits"]

    assert dict(traits) == {"شهر": "تهران", "سال تولد": "۱۳۷۳", "زبان": "فارسی", "shoe": "۴۲"}


@pytest.mark.parametrize(
    ("value", "words"),
    [(True, "بله"), ([1, "ب"], "۱، ب"), ("zz", "zz"), (12345.5, "۱۲٬۳۴۵٫۵")],
)
def test_a_value_of_any_shape_is_written(value, words):
    assert value_words("language", value) == words


def test_an_outsider_finds_no_customer(page, cast):
    assert page(cast.outsider, cast.customer).status_code == 404


def test_a_search_of_any_length_is_cut_to_what_anybody_is_called(client, cast):
    client.force_login(cast.owner.user)
    page = client.get("/know/customers/", {"q": "آ" * 3_000})

    assert page.status_code == 200
    assert page.context["typed"] == "آ" * 300
