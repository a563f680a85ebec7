"""Who is in a plan's share, and when their turn comes: decided by the customer and the plan's seed alone."""

from __future__ import annotations

import secrets
from hashlib import blake2b
from uuid import UUID

PARTS = 1_000_000


def new_seed() -> str:
    """Return a seed: plans draw independently of one another."""
    return secrets.token_hex(8)


def place_of(seed: str, customer_id: UUID) -> float:
    """Return the customer's place in [0, 1), the same every time and even over customers."""
    drawn = blake2b(UUID(str(customer_id)).bytes, key=seed.encode(), digest_size=8).digest()
    return int.from_bytes(drawn, "big") % PARTS / PARTS


def is_in_sample(seed: str, customer_id: UUID, percent: float) -> bool:
    """Tell whether the customer is among the `percent` (0 to 100) that are asked.

    A larger share takes the smaller one in: raising it asks more people, and nobody drops out.
    """
    return place_of(seed, customer_id) * 100 < percent


def day_of_round(seed: str, customer_id: UUID, days: int) -> int:
    """Return on which day of a round of `days` (from 0) the customer's turn is."""
    return int(place_of(f"{seed}:day", customer_id) * days)
