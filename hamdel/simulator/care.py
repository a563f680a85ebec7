"""Cases of the last weeks: opened for low scores, worked by the shop's agents, most of them closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from hamdel.act.cases.actions import close_case, note_on_case, open_case
from hamdel.act.cases.models import Case, Closure
from hamdel.act.cases.reactions import FRESH, is_low
from hamdel.ground.facts import KnownEvent
from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.models import Customer, Identifier
from hamdel.listen.events.log import event_id
from hamdel.simulator.shop import Shop
from hamdel.simulator.strand import Event

LOOKED_BACK = timedelta(days=35)
MOST_CASES = 90
CLOSED = 0.86
Outcome = Closure.Outcome
OUTCOMES = (Outcome.RECOVERED, Outcome.EXPLAINED, Outcome.UNREACHABLE, Outcome.LOST)
OUTCOME_SHARES = (0.58, 0.17, 0.14, 0.11)
CALLS = (
    "زنگ زدم؛ از تأخیر ناراحت بود. عذرخواهی کردم و کد ارسال رایگان دادم.",
    "تماس گرفتم، گفت کسی خبرش نکرده بود. قرار شد پیگیری کنم.",
    "با مشتری صحبت شد؛ مشکل از بسته‌بندی بود و جایگزین فرستاده می‌شود.",
    "دو بار زنگ زدم تا جواب داد. توضیح دادم و پذیرفت.",
    "پیام گذاشتم و شماره‌ام را دادم.",
)
ENDINGS = {
    Outcome.RECOVERED: ("هزینهٔ ارسال برگشت و مشتری راضی شد.", "کالای سالم رسید؛ تشکر کرد."),
    Outcome.EXPLAINED: ("زمان تحویل در شهرستان توضیح داده شد.", "شرایط مرجوعی توضیح داده شد."),
    Outcome.UNREACHABLE: ("سه بار تماس در سه روز؛ پاسخ نداد.",),
    Outcome.LOST: ("گفت دیگر خرید نمی‌کند.", "پیشنهاد جبران را نپذیرفت."),
}


def low_scores(events: Iterable[Event], shop: Shop, *, now: datetime) -> list[Event]:
    """Return scores of the last weeks that ask for a call and are too old for the reaction to open a case."""
    since = (now - LOOKED_BACK).astimezone(UTC).isoformat()
    return [
        e
        for e in events
        if e.get("event") == "Score Given" and e["timestamp"] >= since and is_low(known(e, shop))
    ]


def some(scores: list[Event]) -> list[Event]:
    """Return as many of them as the shop had agents to call, evenly over time."""
    return scores[:: len(scores) // MOST_CASES + 1]


def known(event: Event, shop: Shop, customer: Customer | None = None) -> KnownEvent:
    properties: dict[str, Any] = event["properties"]
    at = datetime.fromisoformat(event["timestamp"])
    return KnownEvent(
        workspace_id=shop.workspace.id,
        event_id=event_id(shop.workspace.id, shop.past.id, event["messageId"]),
        customer_id=customer.id if customer else shop.workspace.id,
        type="track",
        name="Score Given",
        occurred_at=at,
        received_at=at,
        touchpoint=properties["touchpoint"],
        channel=properties["channel"],
        properties=properties,
    )


def work_cases(scores: list[Event], shop: Shop, *, now: datetime, seed: int) -> int:
    """Open a case for each score as it would have been then, call, and close most; return how many."""
    random = np.random.default_rng([seed, 9])
    with inside(shop.workspace):
        owners = {
            found.value: found.customer
            for found in Identifier.objects.filter(
                kind=Identifier.Kind.USER, value__in=[score["userId"] for score in scores]
            ).select_related("customer")
        }
        for score in scores:
            event = known(score, shop, owners[score["userId"]])
            case = open_case(shop.workspace, event, customer=owners[score["userId"]], at=event.occurred_at)
            work(case, shop, random, now=now)
    return len(scores)


def work(case: Case, shop: Shop, random: np.random.Generator, *, now: datetime) -> None:
    """Call the customer some working hours later and write down how it ended. A worked case stays as it is."""
    agent = case.owner or shop.agents[0]
    called_at = case.opened_at + timedelta(hours=float(random.gamma(2.0, 2.2)) + 0.3)
    call, ends, share = random.integers(len(CALLS)), random.random(), random.random()
    outcome = OUTCOMES[int(np.searchsorted(np.cumsum(OUTCOME_SHARES)[:-1], share))]
    closed_at = called_at + timedelta(hours=float(random.gamma(1.5, 16)))
    if case.notes.exists() or called_at > now:
        return
    note_on_case(case, CALLS[call], by=agent, at=called_at, is_contact=outcome != Outcome.UNREACHABLE)
    if ends < CLOSED and closed_at < now:
        words = ENDINGS[outcome]
        close_case(case, by=agent, outcome=outcome, note=words[call % len(words)], at=closed_at)


def fresh_since(now: datetime) -> datetime:
    """Return since when a score is so new that the reaction opens its case."""
    return now - FRESH
