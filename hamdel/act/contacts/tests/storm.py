"""Random schedules against the gate: in memory against the oracle, and from concurrent senders against PostgreSQL.

Used small by the tests and in full by `bench/contact_gate.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from random import Random
from threading import Thread
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from hamdel.act.contacts.asking import Ask
from hamdel.act.contacts.deciding import Past, Question, Said, Standing, decide
from hamdel.act.contacts.gate import confirm, policy_of, reserve, settle
from hamdel.act.contacts.models import Contact
from hamdel.act.contacts.policy import Basis, Cap, Policy
from hamdel.act.contacts.standing import zone_of
from hamdel.act.contacts.tests import oracle
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.models import Customer

START = datetime(2026, 3, 1, tzinfo=UTC)
ZONES = [ZoneInfo(name) for name in ("Asia/Tehran", "Europe/Berlin", "America/New_York")]
PURPOSES = ["survey", "survey", "marketing", "follow_up", "service"]
CHANNELS, TOPICS, PRIORITIES = (
    ["sms", "email", "link"],
    ["", "delivery", "support", "store"],
    [10, 50, 80, 95],
)
DAYS = 30


def moment(random: Random) -> datetime:
    return START + timedelta(minutes=15 * random.randrange(DAYS * 96))


def policy(random: Random) -> Policy:
    def cap() -> Cap:
        return Cap(random.randrange(5), random.randrange(1, 10))

    return Policy(
        basis={purpose: random.choice([*Basis, Basis.OPT_OUT, Basis.OPT_OUT]) for purpose in PURPOSES},
        cap=cap(),
        topic_cap=cap(),
        topic_caps={"delivery": cap()} if random.random() < 0.3 else {},
        kept_slots=random.randrange(3),
        cool_off_days=random.choice([0, 0, 3, 14]),
        quiet_from=time(random.randrange(24), random.choice([0, 30])),
        quiet_until=time(random.randrange(24)),
        quiet_days=frozenset(random.sample(range(7), random.choice([0, 0, 1]))),
        any_hour_channels=frozenset({"email"} if random.random() < 0.3 else ()),
    )


def standing(random: Random) -> Standing:
    states = ["pending", "given", "confirmed", "withdrawn"]
    said = [
        Said(
            random.choice(["", *CHANNELS]),
            random.choice(["", *PURPOSES]),
            random.choice(states),
            moment(random),
        )
        for _ in range(random.choice([0, 0, 0, 1, 3]))
    ]
    block = random.choice(["", "", "", "", "hard_bounce", "complaint", "operator_blacklist"])
    unsubscribed = frozenset(random.sample(TOPICS, random.choice([0, 0, 0, 1])))
    return Standing(random.choice(ZONES), said, unsubscribed, block, random.choice(["", "", "", "open_case"]))


def play(random: Random, asks: int = 4) -> int:
    """Play one schedule: asks for one customer in any order of time. Return how many were allowed.

    AssertionError where the gate and the oracle disagree, or where a window holds too many in the end.
    """
    rules, how = policy(random), standing(random)
    if random.random() < 0.5:
        how.said, how.block, how.refused_by, how.unsubscribed = [], "", "", frozenset()
    for n in range(asks):
        follows = random.choice(how.past).id if how.past and random.random() < 0.2 else None
        question = Question(
            random.choice(CHANNELS),
            random.choice(PURPOSES),
            random.choice(TOPICS),
            random.choice(PRIORITIES),
            moment(random),
            "x" if random.random() < 0.95 else "",
            follows,
        )
        reason = decide(rules, question, how).reason
        assert reason == oracle.verdict(rules, question, how), (rules, question, how)
        if not reason:
            how.past.append(
                Past(
                    UUID(int=n + 1), question.at, question.purpose, question.topic, follows, question.priority
                )
            )
    counted = [past.at for past in how.past if past.purpose != "service"]
    assert not rules.cap.most or oracle.most_in_a_window(counted, rules.cap.days) <= rules.cap.most
    return len(how.past)


# Concurrent senders


def ask(random: Random, customers: Sequence[UUID]) -> Ask:
    return Ask(
        customer_id=random.choice(customers),
        channel=random.choice(CHANNELS),
        purpose=random.choice(PURPOSES),
        sender=f"sender-{random.randrange(9)}",
        topic=random.choice(TOPICS),
        priority=random.choice(PRIORITIES),
        at=moment(random),
        waits=random.random() < 0.3,
    )


def send(workspace: Workspace, customers: Sequence[UUID], seed: int, batches: int, size: int) -> None:
    """Ask for random customers, batch by batch; then fail some, confirm some at another time, send the rest."""
    random = Random(seed)
    for _ in range(batches):
        with inside(workspace):
            verdicts = reserve(workspace, [ask(random, customers) for _ in range(size)], at=START)
        slots = [verdict.contact_id for verdict in verdicts if verdict.contact_id]
        random.shuffle(slots)
        failed, again, sent = (
            slots[: len(slots) // 4],
            slots[len(slots) // 4 : len(slots) // 2],
            slots[len(slots) // 2 :],
        )
        with inside(workspace):
            confirm(workspace, again, at=moment(random))
        with inside(workspace):
            settle(workspace, failed, outcome="failed", at=START)
            settle(workspace, sent, outcome="sent", at=START)


def storm(workspace: Workspace, customers: Sequence[UUID], *, senders: int, batches: int, size: int) -> None:
    """Let so many senders ask at the same time, each by its own connection. Raises what any of them raised."""
    errors: list[BaseException] = []

    def run(seed: int) -> None:
        try:
            send(workspace, customers, seed, batches, size)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(seed,)) for seed in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def violations(workspace: Workspace) -> list[str]:
    """Return every broken rule among the contacts that hold a slot, each customer's by itself."""
    with inside(workspace):
        rules, rows = policy_of(workspace), defaultdict(list)
        zones = {one.id: zone_of(one, workspace) for one in Customer.objects.filter(workspace=workspace)}
        for contact in (
            Contact.objects.counted().filter(workspace=workspace).exclude(purpose="service").iterator()
        ):
            rows[contact.customer_id].append(contact)
    return [
        f"{customer}: {found}"
        for customer, held in rows.items()
        for found in _broken(rules, zones[customer], held)
    ]


def _broken(rules: Policy, zone: ZoneInfo, held: Sequence[Contact]) -> list[str]:
    broken = []
    moments = [contact.at for contact in held]
    if rules.cap.most and oracle.most_in_a_window(moments, rules.cap.days) > rules.cap.most:
        broken.append("too many in a window")
    low = [contact.at for contact in held if contact.priority < rules.kept_for]
    left = rules.cap.most - rules.kept_slots
    if rules.cap.most and left > 0 and oracle.most_in_a_window(low, rules.cap.days) > left:
        broken.append("a kept slot was taken")
    for topic in {contact.topic for contact in held} - {""}:
        cap = rules.topic_caps.get(topic, rules.topic_cap)
        alike = [contact.at for contact in held if contact.topic == topic]
        if cap.most and oracle.most_in_a_window(alike, cap.days) > cap.most:
            broken.append(f"too much about {topic}")
    surveys = sorted(contact.at for contact in held if contact.purpose == "survey")
    if any(later - sooner < rules.cool_off for sooner, later in pairwise(surveys)):
        broken.append("no rest after a survey")
    if any(contact.channel != "link" and oracle.quiet_at(rules, zone, contact.at) for contact in held):
        broken.append("woken up")
    return broken
