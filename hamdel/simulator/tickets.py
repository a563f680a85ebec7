"""Conversations with support: who asks about what, how long the first human reply takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hamdel.simulator import truths
from hamdel.simulator.orders import NEVER, Orders
from hamdel.simulator.season import (
    DAY,
    HOUR,
    MINUTE,
    TICKET_HOURS,
    Moments,
    Season,
    clock,
    local_hour,
    local_midnight,
)
from hamdel.simulator.words.goods import TOPICS

TRACKING = 0  # place in TOPICS
PHONE = 1  # place among the channels: chat, phone, email
BOT_SECONDS = 8
MOST_REPLIES = 4


@dataclass(frozen=True)
class Tickets:
    """One entry per conversation."""

    order: NDArray[np.int64]
    customer: NDArray[np.int64]
    at: Moments
    topic: NDArray[np.int64]
    channel: NDArray[np.int64]
    bot_first: NDArray[np.bool_]
    first_reply: Moments  # by a human
    replies: NDArray[np.int64]  # by humans
    gap: Moments  # between them
    resolved: Moments  # NEVER: still open

    def __len__(self) -> int:
        return len(self.at)


def make_tickets(season: Season, orders: Orders, seed: int) -> Tickets:
    """Let customers write: more of those whose parcel is late."""
    random = np.random.default_rng([seed, 3])
    share = np.where(orders.late & ~orders.cancelled, truths.TICKET_AFTER_LATE, truths.TICKET_OTHERWISE)
    order = np.flatnonzero(random.random(len(orders)) < share)
    late = orders.late[order] & ~orders.cancelled[order]
    day = np.where(late, local_midnight(orders.promised[order]) + DAY, local_midnight(orders.at[order]) + DAY)
    at = day + clock(random, len(order), TICKET_HOURS)
    channel = random.choice(3, len(order), p=[0.62, 0.26, 0.12])
    kept = at < season.end
    order, at, late, channel = order[kept], at[kept], late[kept], channel[kept]
    other = random.integers(1, len(TOPICS), len(order))
    wait = waits(random, at)
    replies = random.choice(np.arange(1, MOST_REPLIES + 1), len(order), p=[0.5, 0.28, 0.14, 0.08])
    gap = random.integers(4 * MINUTE, 45 * MINUTE, len(order))
    resolved = at + wait + (replies - 1) * gap + random.integers(2 * MINUTE, 3 * HOUR, len(order))
    resolved[(random.random(len(order)) >= truths.RESOLVED) | (resolved >= season.end)] = NEVER
    return Tickets(
        order=order,
        customer=orders.customer[order],
        at=at,
        topic=np.where(late, TRACKING, other),
        channel=channel,
        bot_first=(channel != PHONE) & (random.random(len(order)) < truths.BOT_FIRST),
        first_reply=at + wait,
        replies=replies,
        gap=gap,
        resolved=resolved.astype(np.int64),
    )


def waits(random: np.random.Generator, at: Moments) -> Moments:
    """Return how long the first human reply takes: log-normal, in the evening so many times longer."""
    minutes = truths.FIRST_REPLY_MEDIAN_MINUTES * np.exp(random.normal(0, truths.FIRST_REPLY_SIGMA, len(at)))
    first, last = truths.EVENING
    hour = local_hour(at)
    evening = (hour >= first) & (hour < last)
    return (minutes * np.where(evening, truths.EVENING_TIMES_SLOWER, 1) * MINUTE).astype(np.int64)
