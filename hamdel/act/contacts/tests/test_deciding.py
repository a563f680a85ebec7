"""The pure rules against the naive oracle, over random policies and random customers."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from hamdel.act.contacts.deciding import Past, Question, Said, Standing, decide
from hamdel.act.contacts.policy import Basis, Cap, Policy, as_json, from_json
from hamdel.act.contacts.quiet import end_of_quiet, is_quiet
from hamdel.act.contacts.tests import oracle

START = datetime(2026, 3, 1, tzinfo=UTC)
ZONES = [
    ZoneInfo(name) for name in ("Asia/Tehran", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati")
]
PURPOSES = ["survey", "marketing", "follow_up", "service"]
CHANNELS = ["sms", "email", "link"]
TOPICS = ["", "delivery", "support"]
IDS = [UUID(int=n) for n in range(1, 6)]

# Coarse steps, so that edges of windows are met often; a part of them off the grid.
moments = st.integers(0, 40 * 8).map(lambda n: START + timedelta(hours=3 * n)) | st.integers(
    0, 40 * 86400
).map(lambda n: START + timedelta(seconds=n))
clocks = st.integers(0, 47).map(lambda n: time(n // 2, 30 * (n % 2)))
caps = st.builds(Cap, st.integers(0, 4), st.integers(1, 10))
policies = st.builds(
    Policy,
    basis=st.fixed_dictionaries({purpose: st.sampled_from(Basis) for purpose in PURPOSES}),
    cap=caps,
    topic_cap=caps,
    topic_caps=st.dictionaries(st.sampled_from(TOPICS[1:]), caps, max_size=1),
    kept_slots=st.integers(0, 3),
    cool_off_days=st.integers(0, 20),
    quiet_from=clocks,
    quiet_until=clocks,
    quiet_days=st.frozensets(st.integers(0, 6), max_size=2),
    any_hour_channels=st.frozensets(st.sampled_from(CHANNELS), max_size=1),
)
questions = st.builds(
    Question,
    channel=st.sampled_from(CHANNELS),
    purpose=st.sampled_from(PURPOSES),
    topic=st.sampled_from(TOPICS),
    priority=st.sampled_from([10, 79, 80, 95]),
    at=moments,
    address=st.sampled_from(["+989121234567"] * 9 + [""]),
    follows=st.none() | st.sampled_from(IDS),
    slot=st.none() | st.just(UUID(int=9)),
)
said = st.builds(
    Said,
    channel=st.sampled_from(["", *CHANNELS]),
    purpose=st.sampled_from(["", *PURPOSES]),
    state=st.sampled_from(["pending", "given", "confirmed", "withdrawn"]),
    at=moments,
)
past = st.builds(
    Past,
    id=st.sampled_from(IDS),
    at=moments,
    purpose=st.sampled_from(PURPOSES),
    topic=st.sampled_from(TOPICS),
    follows=st.none() | st.sampled_from([*IDS, UUID(int=9)]),
    priority=st.sampled_from([10, 79, 80, 95]),
)
standings = st.builds(
    Standing,
    zone=st.sampled_from(ZONES),
    said=st.lists(said, max_size=4),
    unsubscribed=st.frozensets(st.sampled_from(TOPICS), max_size=1),
    block=st.sampled_from(["", "", "", "hard_bounce", "complaint", "operator_blacklist"]),
    refused_by=st.sampled_from(["", "", "", "open_case"]),
    past=st.lists(past, max_size=6),
)


@settings(max_examples=1_500, deadline=None)
@given(policies, questions, standings)
def test_the_rules_agree_with_the_oracle(policy, question, standing):
    assert decide(policy, question, standing).reason == oracle.verdict(policy, question, standing)


@settings(max_examples=500, deadline=None)
@given(policies, questions, st.lists(past, max_size=7), st.sampled_from(ZONES))
def test_often_is_judged_alike_where_nothing_else_refuses(policy, question, contacts, zone):
    """Random customers are mostly refused for their words; these have said nothing and may be asked."""
    always = Policy(**{**policy.__dict__, "basis": dict.fromkeys(PURPOSES, Basis.OPT_OUT)})
    standing = Standing(zone, past=contacts)

    assert decide(always, question, standing).reason == oracle.verdict(always, question, standing)


@settings(max_examples=200, deadline=None)
@given(policies, st.sampled_from(ZONES), moments)
def test_quiet_ends_at_the_first_moment_that_is_not_quiet(policy, zone, at):
    end = end_of_quiet(policy, zone, at)

    if end is None:
        assert all(is_quiet(policy, zone, at + timedelta(minutes=15 * n)) for n in range(9 * 96))
        return
    assert not oracle.quiet_at(policy, zone, end)
    minutes = int((end - at).total_seconds() // 60)
    assert all(oracle.quiet_at(policy, zone, at + timedelta(minutes=n)) for n in range(0, minutes, 5))


# Nights in which clocks jump: forward at 2:00 and back at 3:00, in the south the other way round and by half an hour,
# and at midnight, so that a day begins at 1:00.
JUMPS = [
    ("Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 7, 18, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 10, 31, 18, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 2, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 2, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 9, 5, 16, tzinfo=UTC)),
    ("Africa/Cairo", datetime(2026, 4, 23, 12, tzinfo=UTC)),
    ("Asia/Tehran", datetime(2022, 9, 21, 8, tzinfo=UTC)),
]


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(JUMPS),
    clocks,
    clocks,
    st.frozensets(st.integers(0, 6), max_size=2),
    st.integers(0, 36 * 4),
)
def test_in_nights_when_clocks_jump_quiet_ends_at_its_first_moment(jump, start, until, days, quarters):
    name, noon = jump
    policy, zone = Policy(quiet_from=start, quiet_until=until, quiet_days=days), ZoneInfo(name)
    at = noon + timedelta(minutes=15 * quarters)

    end = end_of_quiet(policy, zone, at)

    quiet = (
        n for n in range(12 * 24 * 12) if not oracle.quiet_at(policy, zone, at + timedelta(minutes=5 * n))
    )
    assert end == at + timedelta(minutes=5 * next(quiet))


@given(policies)
def test_a_policy_is_read_back_as_it_was_written(policy):
    assert from_json(as_json(policy)) == policy


def test_a_rulebook_that_says_nothing_is_the_default():
    assert from_json({}) == Policy()
