"""Events of support conversations and of surveys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from hamdel.simulator.comments import comment, tone_of
from hamdel.simulator.orders import NEVER, Orders
from hamdel.simulator.people import People
from hamdel.simulator.season import Moments
from hamdel.simulator.shop_story import order_id, user_id
from hamdel.simulator.strand import Event, Strand, strand
from hamdel.simulator.surveys import Round
from hamdel.simulator.tickets import BOT_SECONDS, MOST_REPLIES, Tickets
from hamdel.simulator.words.goods import TOPICS
from hamdel.simulator.words.names import STAFF
from hamdel.simulator.words.places import REGIONS

TICKET_CHANNELS = ("chat", "phone", "email")
AGENTS = tuple(name for name, _latin, role in STAFF if role == "agent")
# From a message id to the id its event will have in the log.
EventId = Callable[[str], str]


def conversations(tickets: Tickets) -> Iterator[Strand]:
    """Questions to support, replies of the bot and of people, and their ends."""
    customer, order = tickets.customer.tolist(), tickets.order.tolist()
    topic, channel = tickets.topic.tolist(), tickets.channel.tolist()

    def about(row: int, **properties: Any) -> Event:
        common = {
            "conversation_id": f"T-{row + 1}",
            "touchpoint": "support",
            "channel": TICKET_CHANNELS[channel[row]],
        }
        return {"userId": user_id(customer[row]), "properties": common | properties}

    def started(row: int) -> Event:
        return about(row, topic=TOPICS[topic[row]], order_id=order_id(order[row]))

    def replied(place: int) -> Event:
        row = place // MOST_REPLIES
        return about(row, by="human", agent=AGENTS[row % len(AGENTS)])

    steps = np.arange(MOST_REPLIES)
    everyone = np.ones(len(tickets), dtype=bool)
    yield strand("ticket", "Conversation Started", tickets.at, everyone, started)
    yield strand(
        "bot",
        "Reply Sent",
        tickets.at + BOT_SECONDS * 1000,
        tickets.bot_first,
        lambda row: about(row, by="bot"),
    )
    at = (tickets.first_reply[:, None] + steps * tickets.gap[:, None]).ravel()
    yield strand("reply", "Reply Sent", at, (steps < tickets.replies[:, None]).ravel(), replied)
    yield strand("solution", "Conversation Resolved", tickets.resolved, tickets.resolved != NEVER, about)


class Asking:
    """The events of one survey's invitations."""

    def __init__(
        self,
        asked: Round,
        orders: Orders,
        people: People,
        *,
        survey_id: str,
        event_id: EventId,
        tickets: Tickets,
    ) -> None:
        self.asked = asked
        self.survey_id = survey_id
        self.event_id = event_id
        self.of_support = asked.touchpoint == "support"
        self.customer, self.channel = asked.customer.tolist(), asked.channel.tolist()
        self.score, self.commented, self.cause = (
            asked.score.tolist(),
            asked.commented.tolist(),
            asked.cause.tolist(),
        )
        order = tickets.order[asked.cause] if self.of_support else asked.cause
        self.late = (orders.late[order] & (asked.touchpoint == "delivery")).tolist()
        self.region = people.regions[asked.customer].tolist()
        # A fixed scramble of the row chooses the words.
        self.draw = (np.arange(len(asked)) * 2_654_435_761 % 2**31).tolist()

    def about(self, row: int, **properties: Any) -> Event:
        common = {
            "survey_id": self.survey_id,
            "invitation_id": f"{self.asked.survey}-{row}",
            "touchpoint": self.asked.touchpoint,
            "channel": self.channel[row],
        }
        return {"userId": user_id(self.customer[row]), "properties": common | properties}

    def response(self, row: int) -> Event:
        return self.about(row, response_id=f"{self.asked.survey}-{row}")

    def scored(self, row: int) -> Event:
        low, high = self.asked.scale
        event = self.about(
            row, response_id=f"{self.asked.survey}-{row}", metric=self.asked.metric, question="score", score=self.score[row],
            scale_min=low, scale_max=high, region=REGIONS[self.region[row]].name,
            caused_by=self.event_id(self.cause_message(row)),
        )  # fmt: skip
        if self.asked.touchpoint == "delivery":
            event["properties"]["late"] = self.late[row]
        if self.commented[row]:
            event["properties"]["comment"] = self.words(row)
        return event

    def cause_message(self, row: int) -> str:
        """Return the message id of the event that the customer was asked about."""
        kind = {"delivery": "delivery", "support": "solution", "purchase": "order"}[self.asked.touchpoint]
        return f"{kind}-{self.cause[row]}"

    def words(self, row: int) -> str:
        topic = "late" if self.late[row] else self.asked.touchpoint
        return comment(topic, tone_of(self.asked.metric, self.score[row]), self.draw[row])

    def strands(self) -> Iterator[Strand]:
        asked, name = self.asked, self.asked.survey
        for moment, event, tell in (
            (asked.invited, "Survey Invited", self.about),
            (asked.delivered, "Survey Delivered", self.about),
            (asked.started, "Survey Started", self.about),
            (asked.completed, "Survey Completed", self.response),
        ):
            yield strand(f"{name}-{event.split()[1].lower()}", event, moment, happened(moment), tell)
        yield strand(f"{name}-score", "Score Given", asked.completed, happened(asked.completed), self.scored)


def happened(at: Moments) -> np.ndarray:
    return at != NEVER


def answers(
    rounds: list[Round],
    orders: Orders,
    people: People,
    tickets: Tickets,
    *,
    survey_ids: Mapping[str, str],
    event_id: EventId,
) -> Iterator[Strand]:
    """Yield the strands of every survey."""
    for asked in rounds:
        survey_id = survey_ids.get(asked.survey, asked.survey)
        yield from Asking(
            asked, orders, people, survey_id=survey_id, event_id=event_id, tickets=tickets
        ).strands()
