"""How the shop reached its customers in the last weeks: channels, plans, invitations, messages, and whom the gate held back.

That somebody was invited, opened and answered is an event of the year already. Here it gets the rows that people look
at one by one, so nothing of it is announced again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

from hamdel.act.contacts.models import Address, Consent, Contact, Rulebook, Unsubscription
from hamdel.act.contacts.policy import SURVEY, Cap, Policy, as_json
from hamdel.act.messages.accounts import connect_account
from hamdel.act.messages.connectors import connector_named
from hamdel.act.messages.models import Attempt, ChannelAccount, Message
from hamdel.ground.access.models import digest
from hamdel.ground.ids import id_named
from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.models import Customer, Identifier
from hamdel.listen.feedback.noting import note_feedback
from hamdel.listen.invitations.models import Invitation, Plan
from hamdel.listen.invitations.sending import SENDER, new_token
from hamdel.listen.invitations.wording import Asked, asked, content_for
from hamdel.simulator import truths
from hamdel.simulator.shop import Shop
from hamdel.simulator.strand import Event
from hamdel.simulator.words import sentences as said

LOOKED_BACK = timedelta(days=21)
STEPS = ("Survey Invited", "Survey Delivered", "Survey Started", "Survey Completed")
CAUSE = "Order Delivered"
ON_THE_WIRE = timedelta(seconds=4)
CHANNELS = ("sms", "email")
# Survey → the plan's name, its event, and how many minutes after it people are asked.
PLANS = {
    "nps": ("یک روز پس از تحویل", CAUSE, 24 * 60),
    "csat": ("پس از حل شدن گفت‌وگو", "Conversation Resolved", 30),
}
DRAFT = "مشتریان ماندگار، هر سه ماه"
# Names under .example lead nowhere: whatever somebody tries from the demo reaches nobody.
ACCOUNTS: dict[str, dict[str, Any]] = {
    "http_sms": {
        "name": "خط خدماتی", "sender": "30007890", "line_type": "service", "url": "https://sms.toranj.example/send",
        "method": "POST", "number_format": "national", "body_kind": "json", "body": '{"to": "{to}", "text": "{text}"}',
        "headers": "Authorization: Bearer {key}", "success": "status = 200", "id_place": "body.id", "key": "demo",
        "cost_rial_per_segment": 1_150, "stop_words": "لغو", "per_second": 20,
    },
    "email": {
        "name": "ایمیل فروشگاه", "from_email": "salam@toranj.example", "from_name": "کاشانهٔ ترنج", "provider": "smtp",
        "host": "mail.toranj.example", "port": 587, "security": "starttls", "username": "salam", "password": "demo",
        "per_second": 5,
    },
}  # fmt: skip
PROBLEMS = {"sms": "not_delivered", "email": "bounced"}
# What customers said without being asked: where it was heard, what about, in which words.
HEARD = (
    ("interview", "delivery", said.LATE), ("social", "delivery", said.BAD_GOODS), ("social", "support", said.GOOD_SUPPORT),
    ("call", "support", said.SLOW_SUPPORT), ("interview", "purchase", said.EASY_CHECKOUT), ("visit", "purchase", said.HARD_CHECKOUT),
)  # fmt: skip
MOST_HEARD = 30


def recent(events: Iterable[Event], *, now: datetime) -> list[Event]:
    """Return what is told here again: invitations and deliveries of the last weeks."""
    since = (now - LOOKED_BACK).astimezone(UTC).isoformat()
    wanted = {*STEPS, CAUSE}
    return [event for event in events if event.get("event") in wanted and event["timestamp"] >= since]


def reach(events: Sequence[Event], shop: Shop, *, now: datetime) -> dict[str, UUID]:
    """Keep how the shop reached its customers; done again it adds nothing. Returns the invitations by their names."""
    with inside(shop.workspace):
        reaching = Reaching(shop, now, _customers(events))
        for event in events:
            reaching.add(event)
        if not Plan.objects.in_workspace(shop.workspace).exists():
            reaching.keep()
        return reaching.kept()


def _customers(events: Sequence[Event]) -> dict[str, Customer]:
    users = {event["userId"] for event in events}
    known = Identifier.objects.filter(kind=Identifier.Kind.USER, value__in=users).select_related("customer")
    return {found.value: found.customer for found in known}


@dataclass
class Journey:
    """One invitation: who, about which survey, on which channel, and when it came to which step."""

    survey: str
    channel: str
    user: str
    name: str
    at: dict[str, datetime] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        return id_named(f"invitation {self.name}", at=self.at[STEPS[0]])


class Reaching:
    """The rows of the last weeks, gathered and then kept in bulk."""

    def __init__(self, shop: Shop, now: datetime, people: Mapping[str, Customer]) -> None:
        self.shop, self.now, self.people = shop, now, people
        self.key_of = {str(survey.id): key for key, survey in shop.surveys.items()}
        self.journeys: dict[str, Journey] = {}
        self.deliveries: list[Event] = []
        self.rows: dict[type, list[Any]] = {
            kind: [] for kind in (Contact, Invitation, Message, Attempt, Address, Consent, Unsubscription)
        }

    def add(self, event: Event) -> None:
        if event["event"] == CAUSE:
            self.deliveries.append(event)
            return
        about = event["properties"]
        key = self.key_of[about["survey_id"]]
        if key not in PLANS or about["channel"] not in CHANNELS:
            return
        journey = self.journeys.setdefault(
            about["invitation_id"], Journey(key, about["channel"], event["userId"], about["invitation_id"])
        )
        journey.at[event["event"]] = datetime.fromisoformat(event["timestamp"])

    def keep(self) -> None:
        accounts = self.open_channels()
        plans = self.make_plans()
        surveys = {key: self.shop.surveys[key] for key in plans}
        about = {
            key: asked(survey, survey.current.asks, self.shop.workspace) for key, survey in surveys.items()
        }
        for journey in self.journeys.values():
            if STEPS[0] in journey.at and journey.user in self.people:
                self.tell(journey, plans[journey.survey], about[journey.survey], accounts[journey.channel])
        self.hold_back(plans["nps"])
        for kind, rows in self.rows.items():
            kind.objects.bulk_create(rows, batch_size=1_000, ignore_conflicts=True)  # type: ignore[attr-defined]
        self.hear()

    def kept(self) -> dict[str, UUID]:
        """Return the id of each invitation that is kept, by its name in the year."""
        ids = {name: journey.id for name, journey in self.journeys.items() if STEPS[0] in journey.at}
        known = set(Invitation.objects.filter(id__in=ids.values()).values_list("id", flat=True))
        return {name: made for name, made in ids.items() if made in known}

    def open_channels(self) -> dict[str, ChannelAccount]:
        """Make the shop's accounts and its rules of contact, which are those the year was made by."""
        policy = Policy(
            cool_off_days=0,
            cap=Cap(6, 7),
            topic_cap=Cap(6, 7),
            topic_caps={"delivery": Cap(1, truths.REST_DAYS)},
        )
        Rulebook.objects.get_or_create(
            workspace=self.shop.workspace,
            defaults={"policy": as_json(policy), "changed_at": self.now, "changed_by": self.shop.owner},
        )
        made = {}
        for name, cleaned in ACCOUNTS.items():
            connector = connector_named(name)
            assert connector is not None, f"the connector {name} is part of the product"
            account = connect_account(
                self.shop.workspace, connector, {"is_on": True, **cleaned}, by=self.shop.owner, at=self.begin
            )
            ChannelAccount.objects.filter(id=account.id).update(last_success_at=self.now)
            made[connector.channel] = account
        return made

    @property
    def begin(self) -> datetime:
        return self.now - timedelta(days=truths.DAYS)

    def make_plans(self) -> dict[str, Plan]:
        workspace, owner = self.shop.workspace, self.shop.owner
        common = {"workspace": workspace, "created_by": owner, "created_at": self.begin}
        Plan.objects.create(
            **common, name=DRAFT, survey=self.shop.surveys["nps"], whom=Plan.Whom.SEGMENT, repeat_days=91,
            channels=["sms"],
        )  # fmt: skip
        return {
            key: Plan.objects.create(
                **common, name=name, survey=self.shop.surveys[key], state=Plan.State.RUNNING, event=event,
                wait_minutes=minutes, channels=list(CHANNELS), starts_at=self.begin,
                same_survey_days=truths.REST_DAYS if key == "nps" else 0,
            )
            for key, (name, event, minutes) in PLANS.items()
        }  # fmt: skip

    def tell(self, journey: Journey, plan: Plan, about: Asked, account: ChannelAccount) -> None:
        """Write down one invitation with its message, what the gateway said, and its line in the ledger."""
        customer, secret = self.people[journey.user], new_token()
        address = customer.phone if journey.channel == "sms" else customer.email
        if not address:
            return
        asked_at = journey.at[STEPS[0]]
        row = _invitation(journey, plan, customer, secret)
        content = content_for(plan, about, customer, channel=journey.channel, secret=secret)
        arrived = journey.at.get(STEPS[1])
        problem = "" if arrived else PROBLEMS[journey.channel]
        connector = connector_named(account.connector)
        segments = connector.segments(content) if connector else 1
        went = Contact.State.SENT if arrived else Contact.State.FAILED
        contact = _contact(row, customer, address, at=asked_at, state=went)
        message = Message(
            id=id_named(f"message {journey.name}", at=asked_at), workspace_id=row.workspace_id, account=account,
            customer=customer, channel=journey.channel, purpose=plan.purpose, topic=row.touchpoint,
            touchpoint=row.touchpoint, address=address, content=content.as_json(), secrets={"link": secret},
            state=Message.State.DELIVERED if arrived else Message.State.FAILED, reference=row.reference,
            provider_id=f"{_draw(journey.name) % 10**9}", contact_id=contact.id, segments=segments, tries=1,
            cost_rial=segments * account.cost_rial_per_segment, problem=problem, created_at=asked_at,
            not_before=asked_at, on_wire_at=row.sent_at, sent_at=row.sent_at, delivered_at=arrived,
            ended_at=None if arrived else row.sent_at,
        )  # fmt: skip
        row.contact_id = contact.id
        self.rows[Contact].append(contact)
        self.rows[Invitation].append(row)
        self.rows[Message].append(message)
        self.rows[Attempt].append(_attempt(message))
        if problem == "bounced":
            self.rows[Address].append(
                Address(
                    workspace_id=row.workspace_id, channel="email", address=address.lower(),
                    block=Address.Block.HARD_BOUNCE, blocked_at=row.sent_at, note=problem,
                )
            )  # fmt: skip

    def hold_back(self, plan: Plan) -> None:
        """Write down who was not asked after a delivery: who had been asked within their rest, or wants no surveys."""
        asked_users = {journey.user for journey in self.journeys.values()}
        for event in self.deliveries:
            at = datetime.fromisoformat(event["timestamp"]) + plan.wait
            customer = self.people.get(event["userId"])
            if at > self.now or customer is None or event["userId"] in asked_users:
                continue
            asked_users.add(event["userId"])
            reason = self.reason_of(customer, event, at=at)
            row = Invitation(
                id=id_named(f"refused {event['messageId']}", at=at), workspace_id=plan.workspace_id, plan=plan,
                survey_id=plan.survey_id, customer=customer, state=Invitation.State.REFUSED, reason=reason,
                channel=CHANNELS[0], touchpoint="delivery", created_at=at - plan.wait, due_at=at,
                expires_at=at + timedelta(days=plan.link_lives_days),
            )  # fmt: skip
            self.rows[Invitation].append(row)
            self.rows[Contact].append(
                _contact(row, customer, customer.phone, at=at, state=Contact.State.REFUSED, reason=reason)
            )

    def reason_of(self, customer: Customer, event: Event, *, at: datetime) -> str:
        """Return why the gate says no, and let it be so."""
        draw, before = _draw(event["messageId"]) % 100, at - timedelta(days=2)
        same = {"workspace_id": customer.workspace_id, "customer": customer, "source": "page", "at": before}
        if draw < 100 * truths.WITHDRAWN:
            self.rows[Consent].append(Consent(**same, purpose=SURVEY, state=Consent.State.WITHDRAWN))
            return "withdrawn"
        if draw < 100 * (truths.WITHDRAWN + truths.UNSUBSCRIBED):
            self.rows[Unsubscription].append(Unsubscription(**same, topic="delivery"))
            return "unsubscribed"
        return "topic_cap"

    def hear(self) -> None:
        """Let members write down what customers said without being asked."""
        heard = self.deliveries[:: len(self.deliveries) // MOST_HEARD + 1]
        for place, event in enumerate(heard):
            kind, touchpoint, words = HEARD[place % len(HEARD)]
            if customer := self.people.get(event["userId"]):
                note_feedback(
                    customer, text=words[_draw(event["messageId"]) % len(words)], kind=kind, touchpoint=touchpoint,
                    by=self.shop.agents[place % len(self.shop.agents)],
                    at=min(datetime.fromisoformat(event["timestamp"]) + timedelta(hours=9), self.now),
                )  # fmt: skip


def _invitation(journey: Journey, plan: Plan, customer: Customer, secret: str) -> Invitation:
    at, state = journey.at, Invitation.State
    states = (state.SENT, state.DELIVERED, state.STARTED, state.COMPLETED)
    reached = [one for step, one in zip(STEPS, states, strict=True) if step in at]
    asked_at, has_arrived = at[STEPS[0]], STEPS[1] in at
    return Invitation(
        id=journey.id, workspace_id=plan.workspace_id, plan=plan,
        survey_id=plan.survey_id, customer=customer, state=reached[-1] if has_arrived else state.FAILED,
        reason="" if has_arrived else PROBLEMS[journey.channel], channel=journey.channel,
        channel_place=CHANNELS.index(journey.channel), touchpoint=plan.survey.touchpoint, digest=digest(secret),
        created_at=asked_at - plan.wait, due_at=asked_at, queued_at=asked_at, sent_at=asked_at + ON_THE_WIRE,
        delivered_at=at.get(STEPS[1]), opened_at=at.get(STEPS[2]), started_at=at.get(STEPS[2]),
        completed_at=at.get(STEPS[3]), expires_at=asked_at + timedelta(days=plan.link_lives_days),
    )  # fmt: skip


def _contact(
    row: Invitation, customer: Customer, address: str, *, at: datetime, state: str, reason: str = ""
) -> Contact:  # fmt: skip
    return Contact(
        id=id_named(f"contact {row.id}", at=at), workspace_id=row.workspace_id, customer=customer, channel=row.channel,
        purpose=SURVEY, topic=row.touchpoint, sender=SENDER, priority=50, address=address, reference=row.reference,
        state=state, reason=reason, at=at, asked_at=at, settled_at=None if reason else at + ON_THE_WIRE,
    )  # fmt: skip


def _attempt(message: Message) -> Attempt:
    """Return what was said with the gateway about a message."""
    went = not message.problem
    answers = {
        "sms": ("200 accepted", "200 blocked"),
        "email": ("250 2.0.0 queued", "550 5.1.1 no such user"),
    }
    return Attempt(
        id=id_named(f"attempt {message.id}", at=message.sent_at or message.created_at), workspace_id=message.workspace_id,
        message=message, at=message.sent_at or message.created_at, problem=message.problem,
        outcome=Attempt.Outcome.ACCEPTED if went else Attempt.Outcome.FAILED, request=f"To: {message.address}",
        answer=answers[message.channel][0 if went else 1], milliseconds=40 + _draw(str(message.id)) % 400,
    )  # fmt: skip


def _draw(name: str) -> int:
    """Return a number that belongs to a name."""
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big")
