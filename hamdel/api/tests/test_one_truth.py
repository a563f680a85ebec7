"""One truth: the overview, the API, the raw events and the stored responses say the same, whichever way they are cut.

The raw events are read row by row and reckoned here, by calendars and formulas of other hands than ours.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from django.utils.timezone import now
from persiantools.jdatetime import JalaliDate

from hamdel.api.tests.test_surveys import answer, make
from hamdel.ground import analytics
from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.customers.actions import merge_customers
from hamdel.know.customers.models import Customer
from hamdel.know.forgetting.erasing import ask_to_erase, erase
from hamdel.listen.events.intake import SourceKey, take
from hamdel.listen.events.models import Source
from hamdel.listen.events.shipping import ship_everything
from hamdel.listen.surveys.actions import save_page
from hamdel.listen.surveys.models import Answer
from hamdel.measure.metrics.settling import settle
from hamdel.ui.formats import Display, shown_as
from hamdel.ui.score import written

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("analytics_store")]

TEHRAN = ZoneInfo("Asia/Tehran")
# Half an hour around the border of a Jalali and of a Gregorian month, and around midnight in Tehran and in UTC.
BORDERS = [
    datetime(2026, 9, 22, 20, 30, tzinfo=UTC),
    datetime(2026, 9, 30, 20, 30, tzinfo=UTC),
    datetime(2026, 10, 1, 0, 0, tzinfo=UTC),
    datetime(2026, 10, 22, 20, 30, tzinfo=UTC),
]
SPAN = {"from": "2026-08-23", "to": "2026-11-21"}
FIRST, LAST = datetime(2026, 8, 23, tzinfo=TEHRAN), datetime(2026, 11, 22, tzinfo=TEHRAN)
SCALES = {"nps": (0, 10), "csat": (1, 5), "ces1": (1, 5), "ces2": (1, 7)}
ASKED = {"nps": "nps", "csat": "csat_mean", "csat_top_two": "csat_top2", "ces1": "ces1", "ces2": "ces2"}


@dataclass(frozen=True)
class Given:
    """A score as it stands in the raw events; `sign` is −1 for one that was taken back."""

    metric: str
    score: float
    sign: int
    at: datetime
    touchpoint: str
    channel: str
    city: str


def scores_of_all_sorts(dice: Random, n: int) -> list[dict]:
    """Return calls by sixty customers: near borders, late, on every channel, some of them twice."""
    calls = []
    for number in range(n):
        metric = dice.choice(list(SCALES))
        low, high = SCALES[metric]
        at = dice.choice(BORDERS) + timedelta(seconds=dice.randrange(-1800, 1800))
        if dice.random() < 0.4:
            at = FIRST + timedelta(seconds=dice.randrange(90 * 86_400))
        properties = {
            "metric": metric,
            "score": dice.randint(low, high),
            "scale_min": low,
            "scale_max": high,
            "touchpoint": dice.choice(["delivery", "support", ""]),
            "channel": dice.choice(["sms", "web", "email"]),
            **({"city": dice.choice(["تهران", "شیراز"])} if dice.random() < 0.8 else {}),
        }
        call = {
            "type": "track",
            "event": "Score Given",
            "userId": f"u-{dice.randrange(60)}",
            "messageId": f"m-{number}",
            "timestamp": at.isoformat(),
            "properties": properties,
        }
        calls += [call, call] if dice.random() < 0.1 else [call]
        if dice.random() < 0.1:
            calls.append({**call, "event": "Score Withdrawn", "messageId": f"w-{number}"})
    return calls


@pytest.fixture
def told(program, cast, bring):
    """Fill the café with scores; then merge two customers, forget one, quarantine an event, bring some late."""
    dice = Random(7)
    bring(cast.cafe, *scores_of_all_sorts(dice, 400))
    bring(cast.clinic, *scores_of_all_sorts(Random(8), 30))
    settle(cast.cafe)
    late = [{**one, "messageId": f"late-{one['messageId']}"} for one in scores_of_all_sorts(dice, 40)]
    bring(cast.cafe, *late)
    with inside(cast.cafe):
        one, two, gone = Customer.objects.filter(identifiers__value__in=["u-1", "u-2", "u-3"]).order_by("id")
        merge_customers(one, two, by=cast.owner, at=now())
        erasure = ask_to_erase(gone, by=cast.owner, at=now())
        source = Source.objects.get(workspace=cast.cafe)
        wrong = {"type": "track", "event": "Score Given", "userId": "u-9", "timestamp": "no moment"}
        assert take([wrong], source=SourceKey(source.id, cast.cafe.id), received_at=now()).rejects
    ship_everything()
    erase(erasure, cast.cafe, at=now())
    return program


def raw(workspace) -> list[Given]:
    rows = analytics.ask_rendered(
        "test",
        "SELECT name, occurred_at, touchpoint, channel, properties FROM events"
        " WHERE workspace_id = {workspace_id:UUID} AND name IN ('Score Given', 'Score Withdrawn')",
        None,
        workspace=workspace,
        params={},
    )
    return [
        Given(
            metric=row["properties"]["metric"],
            score=float(row["properties"]["score"]),
            sign=1 if row["name"] == "Score Given" else -1,
            at=row["occurred_at"],
            touchpoint=row["touchpoint"],
            channel=row["channel"],
            city=row["properties"].get("city", ""),
        )
        for row in rows
    ]


def reckoned(key: str, given: list[Given]) -> tuple[float | None, int]:
    """Return the value and n of a metric, by its textbook formula."""
    metric = key.partition("_")[0]
    mine = [one for one in given if one.metric == metric and FIRST <= one.at < LAST]
    n = sum(one.sign for one in mine)
    if n == 0:
        return None, 0
    if key == "nps":
        net = sum(one.sign for one in mine if one.score >= 9) - sum(
            one.sign for one in mine if one.score <= 6
        )
        return 100 * net / n, n
    if key in {"csat_top_two", "ces2"}:
        least = 4 if key == "csat_top_two" else 5
        return 100 * sum(one.sign for one in mine if one.score >= least) / n, n
    return sum(one.sign * one.score for one in mine) / n, n


def month_of(at: datetime, calendar: str) -> tuple[int, int]:
    day = at.astimezone(TEHRAN).date()
    if calendar == "gregorian":
        return day.year, day.month
    jalali = JalaliDate(day)
    return jalali.year, jalali.month


def same(found: dict, expected: tuple[float | None, int]) -> bool:
    value, n = expected
    return (found["value"], found["n"]) == (value if value is None else pytest.approx(value, abs=0.051), n)


@pytest.mark.parametrize("key", ASKED)
def test_the_api_says_what_the_raw_events_say_however_they_are_cut(told, cast, key):
    given, path = raw(cast.cafe), f"/metrics/{ASKED[key]}"

    def asked(**more):
        found = told.get(path, **SPAN, **more)
        assert found.status_code == 200, found.json()
        return found.json()

    assert same(asked(), reckoned(key, given))
    for calendar in ("jalali", "gregorian"):
        by_month = defaultdict(list)
        for one in given:
            by_month[month_of(one.at, calendar)].append(one)
        series = asked(by="month", calendar=calendar)["series"]
        assert len(series) > 2
        for point in series:
            middle = datetime.fromisoformat(point["from"]) + timedelta(hours=1)
            assert same(point, reckoned(key, by_month[month_of(middle, calendar)])), (calendar, point)
        assert sum(point["n"] for point in series) == reckoned(key, given)[1]
    for dimension, name in (("touchpoint", "touchpoint"), ("channel", "channel"), ("property:city", "city")):
        groups = {group["key"]: group for group in asked(by=dimension)["groups"]}
        for value in {getattr(one, name) for one in given}:
            mine = reckoned(key, [one for one in given if getattr(one, name) == value])
            assert same(groups.get(value, {"value": None, "n": 0}), mine), (dimension, value)
            if value:
                assert same(asked(**{dimension: value}), mine), (dimension, value)


def test_the_overview_says_what_the_api_says(told, client, cast):
    client.cookies["language"] = "en"
    client.force_login(cast.owner.user)
    for more in ({}, {"touchpoint": "delivery"}, {"channel": "sms", "touchpoint": "support"}):
        page = client.get("/panels/headline/", {**SPAN, **more}, HTTP_HX_REQUEST="true").content.decode()
        for metric in ("nps", "csat_mean", "ces2"):
            found = told.get(f"/metrics/{metric}", **SPAN, **more).json()

            assert found["n"] > 0
            assert f"{found['n']} answers" in page
            assert formats_of(found["value"], found["unit"]) in page


def formats_of(value, unit):
    with translation.override("en"), shown_as(Display(language="en")):
        return written(value, unit)


def local_today():
    return now().astimezone(TEHRAN).date().isoformat()


def test_stored_responses_say_what_events_and_api_say(program, cast):
    """Edited, withdrawn and unfinished answers: PostgreSQL has the last word, and the log came to the same."""
    made, dice, first_day = make(program), Random(3), local_today()
    for _one in range(40):
        response = answer(cast.cafe, made["id"], dice.randint(0, 10))
        with inside(cast.cafe):
            if dice.random() < 0.4:
                save_page(response, 0, {"score": str(dice.randint(0, 10))}, at=now())
            if dice.random() < 0.5:
                save_page(response, 1, {}, at=now())
    ship_everything()

    with inside(cast.cafe):
        kept = list(Answer.objects.filter(question="score").values_list("value", flat=True))
    value = 100 * (sum(one >= 9 for one in kept) - sum(one <= 6 for one in kept)) / len(kept)
    metric = program.get("/metrics/nps", **{"from": first_day, "to": local_today()}).json()
    results = program.get(f"/surveys/{made['id']}/results", unfinished="true").json()
    [asked] = [one for one in results["questions"] if one["key"] == "score"]
    from_events = [one for one in raw(cast.cafe) if one.metric == "nps"]

    assert (metric["n"], asked["n"], sum(one.sign for one in from_events)) == (len(kept),) * 3
    assert metric["value"] == pytest.approx(value, abs=0.051)
    assert asked["score"]["value"] == pytest.approx(value, abs=0.051)
