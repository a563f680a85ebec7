"""Visits to the site and the app: page by page, before and after the visitor is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hamdel.simulator.orders import NEVER, Orders
from hamdel.simulator.people import People
from hamdel.simulator.season import DAY, HOUR, MINUTE, SHOPPING_HOURS, Moments, Season, clock
from hamdel.simulator.words.goods import PRODUCTS

BROWSING = 0.35  # further visits in a year for each order in a year
LEAST_BROWSING = 0.35  # … and so many of everybody
PAGES = 1.05  # pages of a visit, on average
VIEWS = 0.55  # products looked at in a visit, on average


@dataclass(frozen=True)
class Visits:
    """One entry per visit. Customers count from 0; visitors who were never identified come after them."""

    who: NDArray[np.int64]
    at: Moments
    joined: Moments  # from when on the visitor is known
    in_app: NDArray[np.bool_]
    pages: NDArray[np.int64]
    views: NDArray[np.int64]
    first_good: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.at)


def make_visits(season: Season, people: People, orders: Orders, seed: int, visitors: int) -> Visits:
    """Make the visits in which orders are placed, the others, and those before anybody is known."""
    random = np.random.default_rng([seed, 7])
    placing = (orders.customer, orders.at - random.integers(4 * MINUTE, 25 * MINUTE, len(orders)))
    others = _others(season, people, orders, random, visitors)
    who, at = (np.concatenate(columns) for columns in zip(placing, *others, strict=True))
    in_app = np.concatenate([orders.in_app, random.random(len(who) - len(orders)) < 0.3])
    inside = (at >= season.start) & (at < season.end - 10 * MINUTE)
    who, at, in_app = who[inside], at[inside], in_app[inside]
    joined = np.concatenate([people.joined, np.full(visitors, NEVER)])
    return Visits(
        who=who,
        at=at,
        joined=joined[who],
        in_app=in_app & (at >= joined[who]),
        pages=1 + random.poisson(PAGES - 1, len(who)),
        views=random.poisson(VIEWS, len(who)),
        first_good=random.integers(0, len(PRODUCTS), len(who)),
    )


def _others(
    season: Season, people: People, orders: Orders, random: np.random.Generator, visitors: int
) -> list[tuple[NDArray[np.int64], Moments]]:
    browsing = LEAST_BROWSING + BROWSING * people.rates
    ahead = 1 - season.cumulative(people.joined)
    who = np.repeat(np.arange(len(people)), random.poisson(browsing * ahead))
    at = _moments(season, random, people.joined[who])
    # Nobody who left comes back.
    stays = (at > people.joined[who]) & (at < orders.left[who])
    before = np.repeat(
        np.flatnonzero(people.visited_before), 1 + random.poisson(0.8, int(people.visited_before.sum()))
    )
    earlier = people.joined[before] - random.integers(HOUR, 20 * DAY, len(before))
    strangers = np.repeat(len(people) + np.arange(visitors), 1 + random.poisson(0.7, visitors))
    passing = _moments(season, random, np.full(len(strangers), season.start))
    return [(who[stays], at[stays]), (before, earlier), (strangers, passing)]


def _moments(season: Season, random: np.random.Generator, since: Moments) -> Moments:
    day = season.busy_days(random, since)
    return season.midnights[day] + clock(random, len(since), SHOPPING_HOURS)
