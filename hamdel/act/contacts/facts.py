"""What this slice announces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hamdel.ground.facts import Fact


@dataclass(frozen=True, kw_only=True)
class AboutConsent(Fact):
    """What every fact of a consent carries; an empty channel or purpose means every one."""

    name: ClassVar[str] = "Consent"
    purpose: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(AboutConsent):
    """The customer said yes, and confirmed it where that is asked for."""

    name: ClassVar[str] = "Consent Given"


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(AboutConsent):
    """The customer said no."""

    name: ClassVar[str] = "Consent Withdrawn"


@dataclass(frozen=True, kw_only=True)
class Unsubscribed(Fact):
    """The customer wants no more of a topic; without one, of anything but service."""

    name: ClassVar[str] = "Unsubscribed"
    topic: str = ""
    source: str = ""
