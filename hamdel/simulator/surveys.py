"""Three surveys of the shop: whom they were sent, who answered, and what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hamdel.simulator import truths
from hamdel.simulator.orders import NEVER, Orders
from hamdel.simulator.people import WITH_EMAIL, People
from hamdel.simulator.season import DAY, HOUR, MINUTE, Moments, Season
from hamdel.simulator.tickets import Tickets

DETRACTOR_SHARES = (0.08, 0.06, 0.08, 0.14, 0.14, 0.28, 0.22)  # of 0 to 6
PASSIVE_SHARES = (0.42, 0.58)  # of 7 and 8
PROMOTER_SHARES = (0.45, 0.55)  # of 9 and 10


@dataclass(frozen=True)
class Round:
    """Invitations of one survey and what came of them. One entry per invitation, in every array."""

    survey: str
    metric: str
    touchpoint: str
    scale: tuple[int, int]
    customer: NDArray[np.int64]
    cause: NDArray[np.int64]  # the order or the ticket asked about
    channel: NDArray[np.object_]
    invited: Moments
    delivered: Moments
    started: Moments  # NEVER: did not
    completed: Moments
    score: NDArray[np.int64]
    commented: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.invited)


def after_delivery(season: Season, people: People, orders: Orders, seed: int) -> Round:
    """NPS, a day after a delivery."""
    random = np.random.default_rng([seed, 4])
    cause = np.flatnonzero(orders.delivered != NEVER)
    invited = orders.delivered[cause] + random.integers(20 * HOUR, 30 * HOUR, len(cause))
    rested = _rested(orders.customer[cause], invited)
    cause, invited = cause[rested], invited[rested]
    after = invited >= season.months_ago(truths.MIX_MONTHS_AGO)
    shares = np.where(after[:, None], truths.MIX_AFTER, truths.MIX_BEFORE)
    channel = _channels(random, truths.CHANNELS, shares, people.have_email[orders.customer[cause]])
    # A kiosk stands at the counter where parcels are collected.
    invited = np.where(channel == "kiosk", orders.delivered[cause] + MINUTE, invited)
    promoters, detractors = nps_shares(orders.late[cause], channel == "web")
    return _round(
        season, random, ("nps", "nps", "delivery", (0, 10)), customer=orders.customer[cause], cause=cause,
        channel=channel, invited=invited, score=_nps_scores(random, promoters, detractors),
    )  # fmt: skip


def after_support(season: Season, people: People, tickets: Tickets, seed: int) -> Round:
    """CSAT, soon after a conversation is resolved."""
    random = np.random.default_rng([seed, 5])
    cause = np.flatnonzero((tickets.resolved != NEVER) & (random.random(len(tickets)) < 0.92))
    invited = tickets.resolved[cause] + random.integers(5 * MINUTE, 50 * MINUTE, len(cause))
    mix = np.tile((0.4, 0.1, 0.5), (len(cause), 1))
    channel = _channels(random, ("sms", "email", "web"), mix, people.have_email[tickets.customer[cause]])
    wait = (tickets.first_reply - tickets.at)[cause] / MINUTE
    limits = [limit for limit, _shares in truths.CSAT_BY_WAIT[:-1]]
    shares = np.array([shares for _limit, shares in truths.CSAT_BY_WAIT])[np.searchsorted(limits, wait)]
    return _round(
        season, random, ("csat", "csat", "support", (1, 5)), customer=tickets.customer[cause], cause=cause,
        channel=channel, invited=invited, score=1 + _draw(random, shares),
    )  # fmt: skip


def after_purchase(season: Season, orders: Orders, seed: int) -> Round:
    """CES 2.0, on the page that confirms an order."""
    random = np.random.default_rng([seed, 6])
    cause = np.flatnonzero(random.random(len(orders)) < truths.CES_ASKED)
    in_app = orders.in_app[cause]
    channel = np.where(in_app, "app", "web").astype(object)
    shares = np.where(in_app[:, None], truths.CES_APP, truths.CES_WEB)
    return _round(
        season, random, ("ces", "ces2", "purchase", (1, 7)), customer=orders.customer[cause], cause=cause,
        channel=channel, invited=orders.at[cause] + random.integers(2_000, 20_000, len(cause)),
        score=1 + _draw(random, shares),
    )  # fmt: skip


def nps_shares(late: NDArray[np.bool_], on_web: NDArray[np.bool_]) -> tuple[NDArray, NDArray]:
    """Return the shares of promoters and of detractors that each answer is drawn with."""
    shift = np.where(on_web, truths.WEB_SHIFT, 0)
    promoters = np.where(late, truths.NPS_LATE[0], truths.NPS_ON_TIME[0]) + shift
    detractors = np.where(late, truths.NPS_LATE[1], truths.NPS_ON_TIME[1]) - shift
    return promoters, detractors


def _nps_scores(random: np.random.Generator, promoters: NDArray, detractors: NDArray) -> NDArray[np.int64]:
    draw, count = random.random(len(promoters)), len(promoters)
    low = random.choice(7, count, p=DETRACTOR_SHARES)
    middle = 7 + random.choice(2, count, p=PASSIVE_SHARES)
    high = 9 + random.choice(2, count, p=PROMOTER_SHARES)
    return np.where(draw < detractors, low, np.where(draw < 1 - promoters, middle, high))


def _draw(random: np.random.Generator, shares: NDArray) -> NDArray[np.int64]:
    """Draw a place in each row of shares."""
    return (random.random(len(shares))[:, None] > np.cumsum(shares, axis=1)[:, :-1]).sum(axis=1)


def _channels(
    random: np.random.Generator, names: tuple[str, ...], shares: NDArray, have_email: NDArray[np.bool_]
) -> NDArray[np.object_]:
    """Draw the channel of each invitation from its row of shares, which holds for all of them together.

    Nobody gets an e-mail without an address: they get an SMS, and those with an address so many more e-mails.
    """
    sms, email = names.index("sms"), names.index("email")
    both = shares[:, sms] + shares[:, email]
    mine = shares.copy()
    mine[:, email] = np.where(have_email, shares[:, email] / WITH_EMAIL, 0)
    mine[:, sms] = both - mine[:, email]
    return np.array(names, dtype=object)[_draw(random, mine)]


def _rested(customer: NDArray[np.int64], invited: Moments) -> NDArray[np.bool_]:
    """Return which invitations leave their customer the rest between two of them."""
    allowed = np.zeros(len(invited), dtype=bool)
    last: dict[int, int] = {}
    for place in np.lexsort((invited, customer)).tolist():
        who, when = int(customer[place]), int(invited[place])
        if when - last.get(who, -NEVER // 2) >= truths.REST_DAYS * DAY:
            allowed[place] = True
            last[who] = when
    return allowed


def _round(
    season: Season,
    random: np.random.Generator,
    about: tuple[str, str, str, tuple[int, int]],
    *,
    customer: NDArray[np.int64],
    cause: NDArray[np.int64],
    channel: NDArray[np.object_],
    invited: Moments,
    score: NDArray[np.int64],
) -> Round:
    """Let those who get the invitation answer or not; who answers does not depend on what they think.

    `about`: the survey, its metric, the touchpoint it asks about, and the ends of its scale.
    """
    count = len(invited)
    arrives = random.random(count) < np.array([truths.DELIVERED[name] for name in channel])
    delivered = np.where(arrives, invited + random.integers(500, 20_000, count), NEVER)
    starts = arrives & (
        random.random(count) < np.array([truths.ANSWERED[name] / truths.FINISHED for name in channel])
    )
    delay = np.where(np.isin(channel, ("kiosk", "web", "app")), 30_000, 5 * HOUR)
    moment = np.where(arrives, delivered, 0) + (random.exponential(1, count) * delay).astype(np.int64)
    started = np.where(starts & (moment < season.end), moment, NEVER)
    done = np.where(started != NEVER, started, 0) + random.integers(8_000, 90_000, count)
    finishes = (started != NEVER) & (random.random(count) < truths.FINISHED) & (done < season.end)
    known = invited < season.end
    commented = random.random(count) < truths.COMMENTED
    columns = (
        customer,
        cause,
        channel,
        invited,
        delivered,
        started,
        np.where(finishes, done, NEVER),
        score,
        commented,
    )
    return Round(*about, *(column[known] for column in columns))  # type: ignore[arg-type]
