"""No rule is ever broken: over random schedules, and by senders that ask at the same time."""

from __future__ import annotations

from random import Random

import pytest

from hamdel.act.contacts.actions import change_policy, unsubscribe, withdraw_consent
from hamdel.act.contacts.models import Contact
from hamdel.act.contacts.policy import Basis, Cap, Policy
from hamdel.act.contacts.tests import storm
from hamdel.ground.workspaces.tenancy import inside
from tests.cast import SOME_DAY, make_customer


def test_random_schedules_agree_with_the_oracle():
    random = Random(3)

    allowed = sum(storm.play(random) for _ in range(3_000))

    # As many were let through as make the agreement worth something.
    assert allowed > 2_000


@pytest.mark.django_db(transaction=True)
def test_concurrent_senders_break_no_rule(cast):
    cafe = cast.cafe
    people = [
        make_customer(cafe, name=f"n{n}", phone=f"+98912{n:07d}", email=f"n{n}@example.ir") for n in range(12)
    ]
    with inside(cafe):
        # Some live elsewhere: clocks go forward in New York and in Berlin while these schedules run.
        for person, place in zip(
            people[2:8], ["America/New_York", "Europe/Berlin", "Pacific/Kiritimati"] * 2, strict=True
        ):
            person.traits["timezone"] = place
            person.save(update_fields=["traits"])
        change_policy(
            cafe,
            Policy(
                basis=dict.fromkeys(storm.PURPOSES, Basis.OPT_OUT),
                cap=Cap(3, 4),
                topic_cap=Cap(2, 5),
                cool_off_days=6,
            ),
            by=cast.owner,
            at=SOME_DAY,
        )
        withdraw_consent(people[0], source="test", at=SOME_DAY)
        unsubscribe(people[1], topic="delivery", source="test", at=SOME_DAY)

    storm.storm(cafe, [person.id for person in people], senders=6, batches=8, size=25)

    assert storm.violations(cafe) == []
    with inside(cafe):
        held = Contact.objects.counted().exclude(purpose="service")
        assert Contact.objects.count() == 6 * 8 * 25
        assert held.count() > 50
        assert not held.filter(customer=people[0]).exists()
        assert not held.filter(customer=people[1], topic="delivery").exists()
        assert set(Contact.objects.refused().values_list("reason", flat=True)) > {"global_cap", "cool_off"}
