"""The year as a whole: its size, its order, its honesty about who is who."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import phonenumbers
import pytest

from hamdel.simulator.comments import SENTENCES, TONES, comment, tone_of
from hamdel.simulator.season import Season
from hamdel.simulator.tests.conftest import NOW
from hamdel.simulator.year import simulate


def test_the_year_has_the_promised_size(year, events):
    total = sum(map(len, events.values()))

    assert total == len(year)
    assert 350_000 <= total <= 450_000
    assert len({e["userId"] for e in events["identify"]}) == 20_000


def test_events_come_in_order_of_time_within_the_year(year):
    times = [event["timestamp"] for block in year.events() for event in block]

    assert times == sorted(times)
    assert datetime.fromisoformat(times[0]).timestamp() * 1000 >= Season(NOW).start
    assert times[-1] < NOW.isoformat()
    assert times[-1] > (NOW - timedelta(hours=1)).isoformat()


def test_every_event_has_its_own_message_id_and_a_customer(events):
    ids = [event["messageId"] for found in events.values() for event in found]

    assert len(set(ids)) == len(ids)
    assert all(
        event.get("userId") or event.get("anonymousId") for found in events.values() for event in found
    )


def test_the_same_seed_gives_the_same_year():
    one, other, another = (simulate(NOW, seed=seed, customers=300, visitors=20) for seed in (5, 5, 6))

    assert list(one.events()) == list(other.events())
    assert list(one.events()) != list(another.events())


def test_phones_are_valid_yet_belong_to_no_mobile_operator(events):
    for event in events["identify"][:500]:
        if phone := event["traits"].get("phone"):
            assert re.fullmatch(r"09412\d{6}", phone)
            assert phonenumbers.is_valid_number(phonenumbers.parse(phone, "IR"))


def test_some_customers_have_two_phones_and_some_no_email(events):
    first = {e["userId"]: e["traits"] for e in events["identify"] if "name" in e["traits"]}
    second = [e for e in events["identify"] if "phones" in e["traits"]]

    assert 500 < len(second) < 1_500
    assert all(first[e["userId"]]["phone"] == e["traits"]["phones"][0] for e in second)
    assert 0.3 < sum("email" not in traits for traits in first.values()) / len(first) < 0.45


def test_nobody_without_an_address_is_asked_by_e_mail(events):
    addressed = {e["userId"] for e in events["identify"] if "email" in e["traits"]}
    asked = {e["userId"] for e in events["Survey Invited"] if e["properties"]["channel"] == "email"}

    assert len(asked) > 1_000
    assert asked <= addressed


def test_visits_before_somebody_is_known_are_anonymous(events):
    known_since = {e["anonymousId"]: e["timestamp"] for e in events["identify"] if "anonymousId" in e}
    anonymous = [e for e in events["page"] if "userId" not in e]

    assert len(anonymous) > 10_000
    assert all(e["timestamp"] < known_since.get(e["anonymousId"], "9") for e in anonymous)


def test_a_score_names_the_event_that_caused_it(events):
    happened = {
        e["messageId"]: e
        for name in ("Order Delivered", "Conversation Resolved", "Order Completed")
        for e in events[name]
    }

    for score in events["Score Given"]:
        cause = happened[score["properties"]["caused_by"]]
        assert cause["userId"] == score["userId"]
        assert cause["timestamp"] < score["timestamp"]


def test_nothing_happens_before_its_cause(events):
    ordered = {e["properties"]["order_id"]: e["timestamp"] for e in events["Order Completed"]}
    delivered = {e["properties"]["order_id"]: e["timestamp"] for e in events["Order Delivered"]}
    cancelled = {e["properties"]["order_id"] for e in events["Order Cancelled"]}

    assert all(at > ordered[order] for order, at in delivered.items())
    assert not cancelled & set(delivered)
    assert all(e["timestamp"] > delivered[e["properties"]["order_id"]] for e in events["Order Refunded"])


@pytest.mark.parametrize(("topic", "tone"), SENTENCES)
def test_comments_are_persian_sentences(topic, tone):
    for draw in range(0, 400, 7):
        words = comment(topic, tone, draw)
        assert re.search("[آ-ی]", words)
        assert not re.search("[يك]|  ", words)


def test_the_tone_follows_the_score():
    assert [tone_of("nps", score) for score in (0, 6, 7, 8, 9)] == [
        "upset",
        "upset",
        "so-so",
        "so-so",
        "glad",
    ]
    assert set(TONES) == {"nps", "csat", "ces2"}
