"""The rules of the gate as one pure function of the policy, the ask, and how the customer stands.

The first rule that refuses is the reason: what never changes by waiting comes before what does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hamdel.act.contacts.asking import NORMAL
from hamdel.act.contacts.policy import SERVICE, SURVEY, WITHOUT_ADDRESS, Basis, Policy
from hamdel.act.contacts.quiet import end_of_quiet, is_quiet

# Of two words given at the same moment, the later in this list counts: to withdraw wins.
RANK = {"pending": 0, "given": 1, "confirmed": 2, "withdrawn": 3}
# What is said against an address that even service may not use.
NEVER_USED = frozenset({"hard_bounce", "soft_bounces", "by_hand"})


@dataclass(frozen=True)
class Said:
    """One consent or withdrawal; an empty channel or purpose means every one."""

    channel: str
    purpose: str
    state: str
    at: datetime


@dataclass(frozen=True)
class Past:
    """A contact that takes a slot, sent or to come."""

    id: UUID | None
    at: datetime
    purpose: str
    topic: str
    follows: UUID | None = None
    priority: int = NORMAL


@dataclass(frozen=True)
class Question:
    """An ask with everything filled in. `slot` is its own, when it has one and only whether it holds is asked."""

    channel: str
    purpose: str
    topic: str
    priority: int
    at: datetime
    address: str
    follows: UUID | None = None
    slot: UUID | None = None


@dataclass
class Standing:
    """How a customer stands, merged ones included, when somebody asks."""

    zone: ZoneInfo
    said: list[Said] = field(default_factory=list)
    unsubscribed: frozenset[str] = frozenset()
    block: str = ""
    refused_by: str = ""
    past: list[Past] = field(default_factory=list)


@dataclass(frozen=True)
class Decision:
    """Empty reason: allowed. `not_before` is when asking again makes sense."""

    reason: str = ""
    not_before: datetime | None = None


ALLOWED = Decision()


def decide(policy: Policy, question: Question, standing: Standing) -> Decision:
    """Return whether the customer may be contacted, and if not, why."""
    reason = (
        _address(question, standing.block)
        or _consent(policy, question, standing.said)
        or _unsubscribed(question, standing.unsubscribed)
        or standing.refused_by
    )
    if reason:
        return Decision(reason)
    if question.purpose == SERVICE:
        return ALLOWED
    return _too_often(policy, question, standing.past) or _quiet(policy, question, standing.zone) or ALLOWED


def _address(question: Question, block: str) -> str:
    if question.channel in WITHOUT_ADDRESS:
        return ""
    if not question.address:
        return "no_address"
    return block if question.purpose != SERVICE or block in NEVER_USED else ""


def _consent(policy: Policy, question: Question, said: Sequence[Said]) -> str:
    basis = policy.basis_of(question.purpose)
    fitting = [one for one in said if _fits(one, question, is_needed=basis != Basis.ALWAYS)]
    fitting.sort(key=lambda one: (one.at, RANK[one.state]))
    # What was said before the last withdrawal is over.
    firm = [one.state for one in fitting if one.state != "pending"]
    if firm and firm[-1] == "withdrawn":
        return "withdrawn"
    if basis in {Basis.ALWAYS, Basis.OPT_OUT}:
        return ""
    states = [one.state for one in fitting]
    since = states[len(states) - states[::-1].index("withdrawn") :] if "withdrawn" in states else states
    enough = {"confirmed"} if basis == Basis.DOUBLE else {"given", "confirmed"}
    if enough & set(since):
        return ""
    return "unconfirmed" if since else "no_consent"


def _fits(said: Said, question: Question, *, is_needed: bool) -> bool:
    """A purpose that needs no consent is ended only by name."""
    purposes = {question.purpose, ""} if is_needed else {question.purpose}
    return said.channel in {question.channel, ""} and said.purpose in purposes


def _unsubscribed(question: Question, topics: frozenset[str]) -> str:
    if question.purpose == SERVICE:
        return ""
    return "unsubscribed" if "" in topics or question.topic in topics else ""


def _too_often(policy: Policy, question: Question, past: Sequence[Past]) -> Decision | None:
    counted = [one for one in past if one.purpose != SERVICE]
    # A reminder belongs to what it reminds of, and so do the reminders before it.
    others = [one for one in counted if not _belongs(one, question)]
    if question.purpose == SURVEY and policy.cool_off_days:
        near = [
            one.at for one in others if one.purpose == SURVEY and abs(one.at - question.at) < policy.cool_off
        ]
        if near:
            return Decision("cool_off", max(near) + policy.cool_off)
    cap = policy.cap_of(question.topic)
    alike = [one.at for one in others if one.topic == question.topic]
    if question.topic and cap.most and fullest(alike, question.at, cap.span) > cap.most:
        return Decision("topic_cap")
    if policy.cap.most:
        together = fullest([one.at for one in counted], question.at, policy.cap.span)
        if together > policy.cap.most:
            return Decision("global_cap")
        if _takes_what_is_kept(policy, question, counted, together):
            return Decision("kept_for_higher")
    return None


def _takes_what_is_kept(policy: Policy, question: Question, past: Sequence[Past], together: int) -> bool:
    """What came after a slot was taken does not take it back: then only contacts no more important count with it."""
    if question.slot and question.priority < policy.kept_for:
        low = [one.at for one in past if one.priority < policy.kept_for]
        together = fullest(low, question.at, policy.cap.span)
    return together > policy.cap_for(question.priority)


def _belongs(past: Past, question: Question) -> bool:
    chain = {question.follows, question.slot} - {None}
    return past.id in chain or past.follows in chain


def fullest(moments: Sequence[datetime], at: datetime, span: timedelta) -> int:
    """Return how many contacts, one at `at` included, the fullest window of this length around `at` would hold."""
    near = sorted(moment for moment in moments if abs(moment - at) < span)
    ends = [at, *(moment for moment in near if moment > at)]
    return max(1 + sum(1 for moment in near if end - span < moment <= end) for end in ends)


def _quiet(policy: Policy, question: Question, zone: ZoneInfo) -> Decision | None:
    if question.channel in WITHOUT_ADDRESS or question.channel in policy.any_hour_channels:
        return None
    if not is_quiet(policy, zone, question.at):
        return None
    return Decision("quiet_hours", end_of_quiet(policy, zone, question.at))
