"""The whole year, from the seed to events in order of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from hamdel.simulator import truths
from hamdel.simulator.care_story import EventId, answers, conversations
from hamdel.simulator.orders import Orders, make_orders
from hamdel.simulator.people import People, make_people
from hamdel.simulator.season import Season
from hamdel.simulator.shop_story import browsing, identities, shopping
from hamdel.simulator.strand import Event, Strand, count, woven
from hamdel.simulator.surveys import Round, after_delivery, after_purchase, after_support
from hamdel.simulator.tickets import Tickets, make_tickets
from hamdel.simulator.visits import Visits, make_visits


@dataclass(frozen=True)
class Year:
    """A year of the shop that ends at `season.now`."""

    season: Season
    people: People
    orders: Orders
    tickets: Tickets
    rounds: list[Round]
    visits: Visits
    strands: list[Strand]

    def __len__(self) -> int:
        return count(self.strands, before=self.season.end)

    def events(self) -> Iterator[list[Event]]:
        """Yield Segment-shaped events in order of time, some thousands at once."""
        return woven(self.strands, before=self.season.end)


def simulate(
    now: datetime,
    *,
    seed: int = truths.SEED,
    customers: int = truths.CUSTOMERS,
    visitors: int = truths.VISITORS,
    survey_ids: Mapping[str, str] | None = None,
    event_id: EventId = str,
) -> Year:
    """Make the year before `now`. The same arguments give the same events.

    `survey_ids` names the surveys "nps", "csat" and "ces" as the product knows them; `event_id` turns the message
    id of an event into the id it will have in the log, by which a score names what caused it.
    """
    season = Season(now)
    people = make_people(season, seed, customers)
    orders = make_orders(season, people, seed)
    tickets = make_tickets(season, orders, seed)
    rounds = [
        after_delivery(season, people, orders, seed),
        after_support(season, people, tickets, seed),
        after_purchase(season, orders, seed),
    ]
    visits = make_visits(season, people, orders, seed, visitors)
    strands = [
        *identities(season, people),
        *browsing(visits),
        *shopping(people, orders),
        *conversations(tickets),
        *answers(rounds, orders, people, tickets, survey_ids=survey_ids or {}, event_id=event_id),
    ]
    return Year(season, people, orders, tickets, rounds, visits, strands)
