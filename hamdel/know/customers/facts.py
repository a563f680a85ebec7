"""What this slice announces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from hamdel.ground.facts import Fact


@dataclass(frozen=True, kw_only=True)
class CustomerMerged(Fact):
    """`absorbed` is from now on read as `into`."""

    name: ClassVar[str] = "Customer Merged"
    absorbed: UUID
    into: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class CustomerSeparated(Fact):
    """A merge was undone: `absorbed` is from now on read as `into` (mostly itself)."""

    name: ClassVar[str] = "Customer Separated"
    absorbed: UUID
    into: UUID
