"""Twenty thousand customers who do not exist."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hamdel.simulator import truths
from hamdel.simulator.season import DAY, HOUR, MINUTE, Moments, Season
from hamdel.simulator.words.names import FAMILIES, MEN, WOMEN
from hamdel.simulator.words.places import REGIONS

# 0941 2xx xx xx has the form of a mobile number and belongs to no mobile operator.
PHONES_FROM = 9_412_000_000
PHONES = 1_000_000
OLD_CUSTOMERS = 0.35  # joined before the year began
WITH_EMAIL = 0.62
SECOND_PHONE = 0.05
VISITED_BEFORE = 0.55  # of new customers were seen as anonymous visitors first


@dataclass(frozen=True)
class People:
    """One entry per customer in every array."""

    names: list[str]
    emails: list[str]
    phones: NDArray[np.int64]
    second_phones: NDArray[np.int64]  # 0: none
    regions: NDArray[np.int64]
    cities: list[str]
    rates: NDArray[np.float64]  # orders in a year
    joined: Moments
    old: NDArray[np.bool_]
    visited_before: NDArray[np.bool_]
    born: NDArray[np.int64]  # Jalali year

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def have_email(self) -> NDArray[np.bool_]:
        return np.array(self.emails, dtype=object) != ""


def make_people(season: Season, seed: int, count: int = truths.CUSTOMERS) -> People:
    """Make customers who join through the year."""
    random = np.random.default_rng([seed, 1])
    names, emails = _names(random, count)
    regions = random.choice(len(REGIONS), count, p=[region.share for region in REGIONS])
    phones = PHONES_FROM + random.permutation(PHONES)[: 2 * count]
    old = random.random(count) < OLD_CUSTOMERS
    # People join when they shop, so joining has the same seasons.
    joined = season.midnights[season.busy_days(random, np.full(count, season.start))]
    joined = joined + random.integers(7 * HOUR, 24 * HOUR, count)
    joined = np.minimum(joined, season.end - 5 * MINUTE)
    joined[old] = season.start - random.integers(30 * DAY, 900 * DAY, int(old.sum()))
    return People(
        names=names,
        emails=emails,
        phones=phones[:count],
        second_phones=np.where(random.random(count) < SECOND_PHONE, phones[count:], 0),
        regions=regions,
        cities=_cities(random, regions),
        rates=random.gamma(truths.ORDER_RATE_SHAPE, truths.ORDERS_PER_YEAR / truths.ORDER_RATE_SHAPE, count),
        joined=joined,
        old=old,
        visited_before=~old & (random.random(count) < VISITED_BEFORE),
        born=random.integers(1_338, 1_387, count),
    )


def _names(random: np.random.Generator, count: int) -> tuple[list[str], list[str]]:
    firsts = [*WOMEN, *MEN]
    # Some names are everywhere: weights fall like those of real name lists.
    weights = 1 / (np.concatenate([np.arange(len(WOMEN)), np.arange(len(MEN))]) + 8.0)
    first = random.choice(len(firsts), count, p=weights / weights.sum())
    fall = 1 / (np.arange(len(FAMILIES)) + 12.0)
    family = random.choice(len(FAMILIES), count, p=fall / fall.sum())
    with_email, number = random.random(count) < WITH_EMAIL, random.integers(10, 9_999, count)
    names, emails = [], []
    for place, (one, other) in enumerate(zip(first.tolist(), family.tolist(), strict=True)):
        names.append(f"{firsts[one][0]} {FAMILIES[other][0]}")
        # The top-level domain .example can never receive mail.
        address = f"{firsts[one][1]}.{FAMILIES[other][1]}{number[place]}{place % 97}@post.example"
        emails.append(address if with_email[place] else "")
    return names, emails


def _cities(random: np.random.Generator, regions: NDArray[np.int64]) -> list[str]:
    cities = np.empty(len(regions), dtype=object)
    for place, region in enumerate(REGIONS):
        here = np.flatnonzero(regions == place)
        choices = random.choice(len(region.cities), len(here), p=[share for _name, share in region.cities])
        cities[here] = [region.cities[choice][0] for choice in choices.tolist()]
    return cities.tolist()
