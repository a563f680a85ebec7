"""Orders, their deliveries, and customers who leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hamdel.simulator import truths
from hamdel.simulator.people import People
from hamdel.simulator.season import (
    DAY,
    DELIVERY_HOURS,
    MINUTE,
    SHOPPING_HOURS,
    Moments,
    Season,
    clock,
    local_midnight,
)
from hamdel.simulator.words.goods import PRODUCTS
from hamdel.simulator.words.places import REGIONS

ORDERS_ON_JOINING = 0.5
NEVER = np.iinfo(np.int64).max
MOST_LINES = 4


@dataclass(frozen=True)
class Orders:
    """One entry per order, sorted by customer and then time."""

    customer: NDArray[np.int64]
    at: Moments
    in_app: NDArray[np.bool_]
    goods: NDArray[np.int64]  # orders × MOST_LINES, −1: no such line
    quantity: NDArray[np.int64]
    total_rial: NDArray[np.int64]
    shipping_rial: NDArray[np.int64]
    promised: Moments
    delivered: Moments  # NEVER: cancelled, or not yet
    late: NDArray[np.bool_]
    delay_days: NDArray[np.int64]
    cancelled: NDArray[np.bool_]
    refunded: NDArray[np.bool_]
    # Per customer: when they left for good; NEVER: still here
    left: Moments

    def __len__(self) -> int:
        return len(self.at)


def make_orders(season: Season, people: People, seed: int) -> Orders:
    """Let everybody order at their own rate until they leave."""
    random = np.random.default_rng([seed, 2])
    customer, at = _wishes(season, people, random)
    late = random.random(len(at)) < _late_share(season, people.regions[customer], at)
    cancelled = random.random(len(at)) < truths.CANCELLED
    leaving = _leaves(random, customer, late & ~cancelled, cancelled)
    kept = _not_after_leaving(customer, leaving)
    customer, at, late, cancelled, leaving = (
        found[kept] for found in (customer, at, late, cancelled, leaving)
    )
    promised, delivered, delay = _deliveries(people.regions[customer], at, late, random)
    delivered[cancelled | (delivered >= season.end)] = NEVER
    left = np.full(len(people), NEVER, dtype=np.int64)
    left[customer[leaving]] = delivered[leaving]
    goods, quantity = _baskets(random, len(at))
    prices = np.array([product.price_rial for product in PRODUCTS] + [0])
    shipping = np.where(random.random(len(at)) < 0.4, 0, 650_000)
    return Orders(
        customer=customer,
        at=at,
        in_app=random.random(len(at)) < truths.APP_SHARE,
        goods=goods,
        quantity=quantity,
        total_rial=(prices[goods] * quantity).sum(axis=1) + shipping,
        shipping_rial=shipping,
        promised=promised,
        delivered=delivered,
        late=late,
        delay_days=delay,
        cancelled=cancelled,
        refunded=(delivered != NEVER) & (random.random(len(at)) < truths.REFUNDED),
        left=left,
    )


def _wishes(season: Season, people: People, random: np.random.Generator) -> tuple[NDArray[np.int64], Moments]:
    """Return who would order when, if nobody ever left."""
    ahead = 1 - season.cumulative(people.joined)
    customer = np.repeat(np.arange(len(people)), random.poisson(people.rates * ahead))
    day = season.busy_days(random, people.joined[customer] + DAY)
    at = season.midnights[day] + clock(random, len(customer), SHOPPING_HOURS)
    new = np.flatnonzero(~people.old & (random.random(len(people)) < ORDERS_ON_JOINING))
    customer = np.concatenate([customer, new])
    at = np.concatenate([at, people.joined[new] + random.integers(3 * MINUTE, 40 * MINUTE, len(new))])
    possible = (at < season.end) & (at > people.joined[customer])
    customer, at = customer[possible], at[possible]
    order = np.lexsort((at, customer))
    return customer[order], at[order]


def _late_share(season: Season, regions: NDArray[np.int64], at: Moments) -> NDArray[np.float64]:
    """Return the probability with which each order comes late."""
    rush = np.array([season.is_rush(day) for day in season.days])
    day = np.clip((at - season.start) // DAY, 0, len(rush) - 1)
    share = np.where(rush[day], truths.LATE_IN_RUSH, truths.LATE)
    broken = [region.key for region in REGIONS].index(truths.BROKEN_REGION)
    worse = (regions == broken) & (at >= season.months_ago(truths.BROKEN_MONTHS_AGO))
    return np.where(worse, truths.LATE_IN_BROKEN_REGION, share)


def _leaves(
    random: np.random.Generator,
    customer: NDArray[np.int64],
    late: NDArray[np.bool_],
    cancelled: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return after which deliveries the customer is gone: the second late one, or any by chance."""
    second = late & (running_count(customer, late) == 2)
    draw = random.random(len(customer))
    return (second & (draw < truths.LEAVE_AFTER_SECOND_LATE)) | (
        ~second & ~cancelled & (draw < truths.LEAVE_ANYWAY)
    )


def running_count(customer: NDArray[np.int64], marked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many marked entries each customer has had so far, this one included. Sorted by customer."""
    total = np.cumsum(marked)
    first = np.searchsorted(customer, customer)
    return total - np.where(first > 0, total[first - 1], 0)


def _not_after_leaving(customer: NDArray[np.int64], leaving: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return running_count(customer, leaving) - leaving == 0


def _deliveries(
    regions: NDArray[np.int64],
    at: Moments,
    late: NDArray[np.bool_],
    random: np.random.Generator,
) -> tuple[Moments, Moments, NDArray[np.int64]]:
    """Return the end of the promised day, the moment of delivery, and whole days of delay."""
    days = np.array([region.promised_days for region in REGIONS])[regions]
    promised = local_midnight(at) + (days + 1) * DAY - 1
    delay = np.where(late, random.geometric(0.4, len(at)), 0)
    early = np.where(late, 0, random.integers(0, 2, len(at)))
    day = local_midnight(promised) + (delay - early) * DAY
    return promised, day + clock(random, len(at), DELIVERY_HOURS), delay


def _baskets(random: np.random.Generator, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    liked = 1 / (np.arange(len(PRODUCTS)) % 11 + 2.0)
    goods = random.choice(len(PRODUCTS), (count, MOST_LINES), p=liked / liked.sum())
    lines = random.choice(np.arange(1, MOST_LINES + 1), count, p=[0.52, 0.28, 0.13, 0.07])
    goods[np.arange(MOST_LINES) >= lines[:, None]] = -1
    quantity = np.where(random.random((count, MOST_LINES)) < 0.8, 1, 2)
    return goods, np.where(goods < 0, 0, quantity)
