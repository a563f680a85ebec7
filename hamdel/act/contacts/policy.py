"""What a workspace lets its senders do: read from the JSON a rulebook keeps, written back the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

SURVEY, MARKETING, FOLLOW_UP, SERVICE = "survey", "marketing", "follow_up", "service"
PURPOSES = {
    SURVEY: _("Surveys"),
    MARKETING: _("Marketing"),
    FOLLOW_UP: _("Follow-up of a case"),
    SERVICE: _("Service the customer asked for"),
}
# What the pages call the channels; one that is not here is called by its own name.
CHANNELS = {
    "sms": _("SMS"),
    "email": _("E-mail"),
    "telegram": _("Telegram"),
    "bale": _("Bale"),
    "push": _("Web push"),
    "ivr": _("Phone call"),
    "link": _("Link"),
}
# Nobody is disturbed and nothing is addressed: the customer comes to these by themselves, or a program does.
WITHOUT_ADDRESS = frozenset({"link", "web", "qr", "kiosk", "widget", "webhook"})
MOST_DAYS = 365


class Basis(StrEnum):
    """What must have been said before a purpose may contact anybody."""

    ALWAYS = "always"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    DOUBLE = "double"


BASES = {
    Basis.ALWAYS: _("No consent is needed"),
    Basis.OPT_OUT: _("Allowed until the customer objects"),
    Basis.OPT_IN: _("Only with consent"),
    Basis.DOUBLE: _("Only with consent that was confirmed"),
}
DEFAULT_BASIS = {
    SURVEY: Basis.OPT_OUT,
    MARKETING: Basis.OPT_IN,
    FOLLOW_UP: Basis.OPT_OUT,
    SERVICE: Basis.ALWAYS,
}


@dataclass(frozen=True)
class Cap:
    """At most `most` contacts within any `days` days; 0 means no cap."""

    most: int
    days: int

    @property
    def span(self) -> timedelta:
        return timedelta(days=self.days)


@dataclass(frozen=True)
class Policy:
    """The rules of a workspace. Hours are the customer's own; weekdays count from Monday as 0."""

    basis: Mapping[str, Basis] = field(default_factory=lambda: dict(DEFAULT_BASIS))
    cap: Cap = Cap(3, 7)
    topic_cap: Cap = Cap(1, 7)
    topic_caps: Mapping[str, Cap] = field(default_factory=dict)
    # Of the cap, this many slots are left to asks of `kept_for` priority or more. A cap that is not larger keeps none.
    kept_slots: int = 1
    kept_for: int = 80
    cool_off_days: int = 14
    quiet_from: time = time(21)
    quiet_until: time = time(9)
    quiet_days: frozenset[int] = frozenset()
    any_hour_channels: frozenset[str] = frozenset()
    most_soft_bounces: int = 3
    # Reasons of registered refusers that this workspace has turned off.
    ignored_refusers: frozenset[str] = frozenset()

    @property
    def cool_off(self) -> timedelta:
        return timedelta(days=self.cool_off_days)

    @property
    def longest(self) -> timedelta:
        """Return how far around a moment contacts can matter."""
        days = [
            self.cap.days,
            self.topic_cap.days,
            self.cool_off_days,
            *(c.days for c in self.topic_caps.values()),
        ]
        return timedelta(days=max(days))

    def basis_of(self, purpose: str) -> Basis:
        """Return what a purpose needs; one we do not know needs consent."""
        return self.basis.get(purpose, Basis.OPT_IN)

    def cap_of(self, topic: str) -> Cap:
        return self.topic_caps.get(topic, self.topic_cap)

    def cap_for(self, priority: int) -> int:
        """Return how many contacts the window may hold with one of this priority among them."""
        is_kept_from = priority < self.kept_for and self.cap.most > self.kept_slots
        return self.cap.most - self.kept_slots if is_kept_from else self.cap.most


def as_json(policy: Policy) -> dict[str, Any]:
    """Return what a rulebook keeps."""
    return {
        "basis": {purpose: basis.value for purpose, basis in policy.basis.items()},
        "cap": _pair(policy.cap),
        "topic_cap": _pair(policy.topic_cap),
        "topic_caps": {topic: _pair(cap) for topic, cap in policy.topic_caps.items()},
        "kept_slots": policy.kept_slots,
        "kept_for": policy.kept_for,
        "cool_off_days": policy.cool_off_days,
        "quiet_from": policy.quiet_from.isoformat("minutes"),
        "quiet_until": policy.quiet_until.isoformat("minutes"),
        "quiet_days": sorted(policy.quiet_days),
        "any_hour_channels": sorted(policy.any_hour_channels),
        "most_soft_bounces": policy.most_soft_bounces,
        "ignored_refusers": sorted(policy.ignored_refusers),
    }


def from_json(kept: Mapping[str, Any]) -> Policy:
    """Return the policy a rulebook keeps; what it does not say is as by default."""
    found: dict[str, Any] = {name: read(kept[name]) for name, read in READ.items() if name in kept}
    basis = {**DEFAULT_BASIS, **{purpose: Basis(said) for purpose, said in kept.get("basis", {}).items()}}
    topics = {topic: Cap(*pair) for topic, pair in kept.get("topic_caps", {}).items()}
    return Policy(basis=basis, topic_caps=topics, **found)


def _pair(cap: Cap) -> list[int]:
    return [cap.most, cap.days]


READ: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("kept_slots", "kept_for", "cool_off_days", "most_soft_bounces"), int),
    **dict.fromkeys(("quiet_days", "any_hour_channels", "ignored_refusers"), frozenset),
    **dict.fromkeys(("quiet_from", "quiet_until"), time.fromisoformat),
    **dict.fromkeys(("cap", "topic_cap"), lambda pair: Cap(*pair)),
}
