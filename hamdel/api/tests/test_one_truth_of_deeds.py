"""One truth about deeds: repeat purchase, response rate and first response say on the overview and in the API what the
log in PostgreSQL and the events in ClickHouse say, reckoned here row by row.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.utils.timezone import now

from hamdel.api.tests.test_one_truth import BORDERS, FIRST, LAST, SPAN, TEHRAN, formats_of, month_of, same
from hamdel.ground import analytics
from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.actions import merge_customers
from hamdel.know.customers.models import Customer, Identifier
from hamdel.know.forgetting.erasing import ask_to_erase, erase
from hamdel.listen.events.models import LoggedEvent
from hamdel.listen.events.shipping import ship_everything
from hamdel.measure.metrics.settling import settle

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("analytics_store")]

CHANNELS = ("sms", "web", "phone")
PATIENCE, FRESH = timedelta(days=30), timedelta(days=7)
OPENS, CLOSES = 9, 17
METRICS = ("repeat_purchase", "response_rate", "first_response_median", "first_response_open_median", "first_response_open_p90")  # fmt: skip
PANELS = {
    "headline": ("response_rate",),
    "loyalty": ("repeat_purchase",),
    "replies": ("first_response_open_median", "first_response_open_p90"),
}


def call(name: str, at: datetime, number: str, user: int, **properties: str) -> dict:
    return {
        "type": "track", "event": name, "userId": f"u-{user}", "messageId": f"{name}-{number}",
        "timestamp": at.isoformat(), "properties": properties,
    }  # fmt: skip


def some_moment(dice: Random) -> datetime:
    """Return a whole second of the span or around it, often near a border of months."""
    if dice.random() < 0.4:
        return dice.choice(BORDERS) + timedelta(seconds=dice.randrange(-1800, 1800))
    hour = dice.randrange(86_400) if dice.random() < 0.3 else dice.randrange(8 * 3600, 17 * 3600)
    return FIRST.astimezone(UTC) + timedelta(seconds=dice.randrange(-3, 93) * 86_400 + hour)


def deeds_of_all_sorts(dice: Random, first: int, n: int) -> list[dict]:
    calls = []
    for number in range(first, first + n):
        user, channel = dice.randrange(40), dice.choice(CHANNELS)
        guest = {"guest": "true"} if dice.random() < 0.1 else {}
        order = {"order_id": f"o-{dice.randrange(80)}", "channel": channel, "total": "10", **guest}
        calls.append(call("Order Completed", some_moment(dice), str(number), user, **order))
        calls += asking(dice, str(number), user, channel)
        calls += talk(dice, str(number), user, channel)
    # What is yet to come has not happened.
    return [one for one in calls if datetime.fromisoformat(one["timestamp"]) < now()]


def asking(dice: Random, number: str, user: int, channel: str) -> list[dict]:
    words = {"survey_id": "s-1", "invitation_id": f"i-{number}", "channel": channel}
    at = some_moment(dice)
    calls = [call("Survey Invited", at, number, user, **words)]
    if dice.random() < 0.9:
        at += timedelta(minutes=1)
        calls.append(call("Survey Delivered", at, number, user, **words))
    if dice.random() < 0.6:
        # Some answer before the gateway says that it was delivered, some only after a month.
        answered = at + timedelta(seconds=dice.choice([-30, 3600, 86_400 * 20, 86_400 * 31]))
        calls.append(call("Survey Completed", answered, number, user, **words))
    return calls


def talk(dice: Random, number: str, user: int, channel: str) -> list[dict]:
    words = {"conversation_id": f"c-{number}", "topic": "delivery", "channel": channel}
    at = some_moment(dice)
    calls = [call("Conversation Started", at, number, user, **words)]
    for turn in range(dice.randrange(4)):
        at += timedelta(seconds=dice.choice([5, 600, 7200, 86_400 * 2, 86_400 * 31]))
        if dice.random() < 0.25:
            calls.append(call("Conversation Reopened", at, f"{number}-{turn}", user, **words))
        else:
            by = {"by": dice.choice(["human", "human", "bot"])}
            calls.append(call("Reply Sent", at, f"{number}-{turn}", user, **words, **by))
    return calls


@pytest.fixture
def done(program, cast, bring):
    """Fill the café with deeds; then bring some late, merge two customers and forget one."""
    with inside(cast.cafe):
        cast.cafe.hours = {"week": {str(day): [[f"0{OPENS}:00", f"{CLOSES}:00"]] for day in range(7)}, "official": False}  # fmt: skip
        cast.cafe.save()
    dice = Random(11)
    bring(cast.cafe, *deeds_of_all_sorts(dice, 0, 160))
    bring(cast.clinic, *deeds_of_all_sorts(Random(12), 0, 20))
    settle(cast.cafe)
    bring(cast.cafe, *deeds_of_all_sorts(dice, 160, 20))
    with inside(cast.cafe):
        one, two, gone = Customer.objects.filter(identifiers__value__in=["u-1", "u-2", "u-3"]).order_by("id")
        merge_customers(one, two, by=cast.owner, at=now())
        erasure = ask_to_erase(gone, by=cast.owner, at=now())
    ship_everything()
    erase(erasure, cast.cafe, at=now())
    return program


@dataclass(frozen=True)
class Deed:
    """An event as it stands in a store; `whose` is the customer it counts for today."""

    name: str
    at: datetime
    whose: str
    said: tuple[tuple[str, str], ...]

    def __getitem__(self, name: str) -> str:
        return dict(self.said).get(name, "")


NAMES = {
    "Order Completed", "Survey Delivered", "Survey Completed", "Conversation Started", "Conversation Reopened", "Reply Sent",
}  # fmt: skip
PARTS = ("order_id", "guest", "invitation_id", "conversation_id", "by", "channel")


def in_the_log(workspace) -> list[Deed]:
    """Read the deeds out of PostgreSQL."""
    with inside(workspace):
        roots = {one.id: one.merged_into_id for one in Customer.objects.all()}
        owner = {one.value: one.customer_id for one in Identifier.objects.filter(kind="user")}
        bodies = [json.loads(body) for body in LoggedEvent.objects.filter(workspace=workspace).exclude(body="").values_list("body", flat=True)]  # fmt: skip
    found = []
    for body in bodies:
        if body["name"] in NAMES:
            whose = owner[body["userId"]]
            while roots[whose]:
                whose = roots[whose]
            said = tuple((part, body["properties"][part]) for part in PARTS if part in body["properties"])
            moment = datetime.fromisoformat(body["occurredAt"])
            found.append(Deed(body["name"], moment.astimezone(UTC), str(whose), said))
    return found


def in_clickhouse(workspace) -> list[Deed]:
    """Read the same out of the events in ClickHouse."""
    rows = analytics.ask_rendered(
        "test",
        "SELECT name, occurred_at, customer_id, channel, properties FROM events WHERE workspace_id = {workspace_id:UUID}"
        " AND name IN {names:Array(String)}",
        None,
        workspace=workspace,
        params={"names": sorted(NAMES)},
    )
    with inside(workspace):
        roots = {one.id: one.merged_into_id for one in Customer.objects.all()}
    found = []
    for row in rows:
        whose = row["customer_id"]
        while roots[whose]:
            whose = roots[whose]
        words = {**row["properties"], "channel": row["channel"]}
        said = tuple((part, words[part]) for part in PARTS if words.get(part))
        found.append(Deed(row["name"], row["occurred_at"].astimezone(UTC), str(whose), said))
    return found


# What counts: each thing with the moment it belongs to, its channel, and what is measured of it.

Counted = list[tuple[datetime, str, object]]


def orders(deeds: list[Deed]) -> Counted:
    bought = [one for one in deeds if one.name == "Order Completed" and one["guest"] != "true"]
    return [(one.at, one["channel"], (one.whose, one["order_id"])) for one in bought]


def askings(deeds: list[Deed]) -> Counted:
    delivered, completed = {}, defaultdict(list)
    for one in deeds:
        if one.name == "Survey Delivered":
            delivered[one["invitation_id"]] = one
        elif one.name == "Survey Completed":
            completed[one["invitation_id"]].append(one.at)
    found: Counted = []
    for number, one in delivered.items():
        is_answered = any(-timedelta(days=1) <= at - one.at < PATIENCE for at in completed[number])
        if one.at < now() - FRESH:
            found.append((one.at, one["channel"], is_answered))
    return found


def waits(deeds: list[Deed]) -> Counted:
    """Return each round of each conversation with the moments it was opened and answered."""
    talks = defaultdict(list)
    for one in deeds:
        if one["conversation_id"]:
            talks[one["conversation_id"]].append(one)
    found: Counted = []
    for steps in talks.values():
        started = sorted(one.at for one in steps if one.name == "Conversation Started")[:1]
        openings = sorted(started + [one.at for one in steps if one.name == "Conversation Reopened"])
        replies = sorted(one.at for one in steps if one.name == "Reply Sent" and one["by"] == "human")
        for opened, following in zip(
            openings, [*openings[1:], datetime.max.replace(tzinfo=UTC)], strict=True
        ):
            answered = next((at for at in replies if opened <= at < following), None)
            if answered and answered - opened < PATIENCE:
                found.append((opened, steps[0]["channel"], (opened, answered)))
    return found


def open_seconds(opened: datetime, answered: datetime) -> float:
    """Return the part of a wait within working hours, day by day."""
    day, total = opened.astimezone(TEHRAN).date(), 0.0
    while day <= answered.astimezone(TEHRAN).date():
        opens = datetime(day.year, day.month, day.day, OPENS, tzinfo=TEHRAN)
        closes = datetime(day.year, day.month, day.day, CLOSES, tzinfo=TEHRAN)
        total += max(0.0, (min(closes, answered) - max(opens, opened)).total_seconds())
        day += timedelta(days=1)
    return total


def quantile(values: list[float], level: float) -> float:
    ordered = sorted(values)
    place = level * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def counted_for(metric: str, deeds: list[Deed]) -> Counted:
    if metric == "repeat_purchase":
        return orders(deeds)
    return askings(deeds) if metric == "response_rate" else waits(deeds)


def reckoned(metric: str, things: Counted) -> tuple[float | None, int]:
    """Return the value and n of a metric, by its textbook formula."""
    measured = [what for _at, _channel, what in things]
    if metric == "repeat_purchase":
        bought = Counter(whose for whose, _order in set(measured))
        return (100 * sum(n > 1 for n in bought.values()) / len(bought), len(bought)) if bought else (None, 0)
    if not measured:
        return None, 0
    if metric == "response_rate":
        return 100 * sum(measured) / len(measured), len(measured)
    by_clock = metric == "first_response_median"
    lasted = [(b - a).total_seconds() if by_clock else open_seconds(a, b) for a, b in measured]
    return quantile(lasted, 0.9 if metric.endswith("p90") else 0.5), len(lasted)


def test_both_stores_hold_the_same_deeds(done, cast):
    log, events = in_the_log(cast.cafe), in_clickhouse(cast.cafe)

    assert len(log) > 500
    assert Counter(log) == Counter(events)


@pytest.mark.parametrize("metric", METRICS)
def test_the_api_says_what_the_log_says_however_it_is_cut(done, cast, metric):
    things = [one for one in counted_for(metric, in_the_log(cast.cafe)) if FIRST <= one[0] < LAST]

    def asked(**more):
        found = done.get(f"/metrics/{metric}", **SPAN, **more)
        assert found.status_code == 200, found.json()
        return found.json()

    assert same(asked(), reckoned(metric, things))
    assert asked()["n"] > 20
    for calendar in ("jalali", "gregorian"):
        series = asked(by="month", calendar=calendar)["series"]
        assert len(series) > 2
        starts = [datetime.fromisoformat(point["from"]) for point in series]
        parts = defaultdict(list)
        for one in things:
            parts[bisect_right(starts, one[0]) - 1].append(one)
        for place, point in enumerate(series):
            assert same(point, reckoned(metric, parts[place])), (calendar, point)
            # The months themselves are those of other hands than ours.
            assert len({month_of(at, calendar) for at, _channel, _what in parts[place]}) <= 1
    groups = {group["key"]: group for group in asked(by="channel")["groups"]}
    for channel in CHANNELS:
        mine = reckoned(metric, [one for one in things if one[1] == channel])
        assert same(groups.get(channel, {"value": None, "n": 0}), mine), channel
        assert same(asked(channel=channel), mine), channel


def test_the_overview_says_what_the_api_says_of_deeds(done, client, cast):
    client.cookies["language"] = "en"
    client.force_login(cast.owner.user)
    for panel, metrics in PANELS.items():
        # Orders and conversations are those of the whole company there, whatever is chosen of surveys.
        for more in ({}, {"channel": "sms"}) if panel == "headline" else ({},):
            page = client.get(f"/panels/{panel}/", {**SPAN, **more}, HTTP_HX_REQUEST="true").content.decode()
            for metric in metrics:
                found = done.get(f"/metrics/{metric}", **SPAN, **more).json()

                assert found["n"] > 0
                assert f"{found['n']} " in page, (panel, metric)
                assert formats_of(found["value"], found["unit"]) in page, (panel, metric)
