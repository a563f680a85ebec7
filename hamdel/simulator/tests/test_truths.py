"""Each planted truth is found again in the events, by counting alone: no array of the simulator is looked at."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from math import sqrt
from statistics import mean, median
from zoneinfo import ZoneInfo

import pytest

from hamdel.simulator import truths
from hamdel.simulator.season import Season, midnight
from hamdel.simulator.tests.conftest import NOW
from hamdel.simulator.words.places import REGIONS

TEHRAN = ZoneInfo("Asia/Tehran")
SIGMAS = 3.3  # one false alarm in a thousand


def moment(event) -> datetime:
    return datetime.fromisoformat(event["timestamp"])


def nps(scores) -> float:
    return 100 * (sum(score >= 9 for score in scores) - sum(score <= 6 for score in scores)) / len(scores)


def nps_error(scores) -> float:
    promoters, detractors = mean(score >= 9 for score in scores), mean(score <= 6 for score in scores)
    return 100 * sqrt((promoters + detractors - (promoters - detractors) ** 2) / len(scores))


@pytest.fixture(scope="session")
def scores(events):
    """Scores by metric: lists of (properties, moment)."""
    found = defaultdict(list)
    for event in events["Score Given"]:
        found[event["properties"]["metric"]].append((event["properties"], moment(event)))
    return found


def values(scores, **wanted):
    return [p["score"] for p, _at in scores if all(p[name] == value for name, value in wanted.items())]


@pytest.mark.parametrize("channel", ["sms", "email", "web"])
def test_a_late_delivery_costs_the_planted_points_in_every_channel(scores, channel):
    on_time, late = (values(scores["nps"], late=late, channel=channel) for late in (False, True))

    cost = nps(on_time) - nps(late)

    error = sqrt(nps_error(on_time) ** 2 + nps_error(late) ** 2)
    assert cost == pytest.approx(truths.LATE_COSTS_NPS_POINTS, abs=SIGMAS * error)
    assert cost > SIGMAS * error


def test_the_cost_over_all_channels_is_found_within_eight_points(scores):
    on_time, late = (values(scores["nps"], late=late) for late in (False, True))

    assert nps(on_time) - nps(late) == pytest.approx(truths.LATE_COSTS_NPS_POINTS, abs=8)


def test_the_web_answers_higher_than_sms_and_mail_do(scores):
    web = values(scores["nps"], late=False, channel="web")
    others = [s for name in ("sms", "email") for s in values(scores["nps"], late=False, channel=name)]

    error = sqrt(nps_error(web) ** 2 + nps_error(others) ** 2)
    assert nps(web) - nps(others) == pytest.approx(truths.WEB_GIVES_NPS_POINTS, abs=SIGMAS * error)


def test_the_mix_of_channels_changed_in_the_planted_month(events):
    changed = Season(NOW).months_ago(truths.MIX_MONTHS_AGO) / 1000
    invited = [e for e in events["Survey Invited"] if e["properties"]["touchpoint"] == "delivery"]

    for after, expected in ((False, truths.MIX_BEFORE), (True, truths.MIX_AFTER)):
        counts = Counter(
            e["properties"]["channel"] for e in invited if (moment(e).timestamp() >= changed) == after
        )
        shares = [counts[name] / counts.total() for name in truths.CHANNELS]
        assert shares == pytest.approx(expected, abs=0.02)


def test_slow_first_replies_cost_csat_as_planted(events, scores):
    waits = human_waits(events)
    solved = {e["messageId"]: e["properties"]["conversation_id"] for e in events["Conversation Resolved"]}
    by_wait = defaultdict(list)
    for properties, _at in scores["csat"]:
        wait = waits[solved[properties["caused_by"]]]
        limit = next(limit for limit, _shares in truths.CSAT_BY_WAIT if wait <= limit)
        by_wait[limit].append(properties["score"])

    for limit, shares in truths.CSAT_BY_WAIT:
        expected = truths.mean_csat(shares)
        spread = sqrt(sum(share * (score - expected) ** 2 for score, share in enumerate(shares, 1)))
        assert mean(by_wait[limit]) == pytest.approx(
            expected, abs=SIGMAS * spread / sqrt(len(by_wait[limit]))
        )
        assert len(by_wait[limit]) > 100


def human_waits(events) -> dict[str, float]:
    """Return minutes from the start of each conversation to the first reply of a human."""
    started = {e["properties"]["conversation_id"]: moment(e) for e in events["Conversation Started"]}
    waits: dict[str, float] = {}
    for event in events["Reply Sent"]:
        key = event["properties"]["conversation_id"]
        if event["properties"]["by"] == "human" and key not in waits:
            waits[key] = (moment(event) - started[key]).total_seconds() / 60
    return waits


def test_evening_tickets_wait_the_planted_times_longer(events):
    waits = human_waits(events)
    by_part = defaultdict(list)
    for event in events["Conversation Started"]:
        if (key := event["properties"]["conversation_id"]) in waits:
            evening = moment(event).astimezone(TEHRAN).hour >= truths.EVENING[0]
            by_part[evening].append(waits[key])

    assert median(by_part[False]) == pytest.approx(truths.FIRST_REPLY_MEDIAN_MINUTES, rel=0.08)
    assert median(by_part[True]) / median(by_part[False]) == pytest.approx(
        truths.EVENING_TIMES_SLOWER, rel=0.12
    )


def test_the_courier_of_the_south_is_worse_since_the_planted_month(events):
    ordered = {e["properties"]["order_id"]: moment(e).timestamp() * 1000 for e in events["Order Completed"]}
    season = Season(NOW)
    broken = season.months_ago(truths.BROKEN_MONTHS_AGO)
    # An order that is still on its way is late more often than not: look at those that had time to arrive.
    settled = season.end - timedelta(days=14) / timedelta(milliseconds=1)
    south = next(region.name for region in REGIONS if region.key == truths.BROKEN_REGION)
    late = defaultdict(list)
    for event in events["Order Delivered"]:
        at = ordered[event["properties"]["order_id"]]
        if broken <= at < settled:
            late[event["properties"]["region"] == south].append(event["properties"]["late"])

    assert mean(late[True]) == pytest.approx(truths.LATE_IN_BROKEN_REGION, abs=0.04)
    assert mean(late[False]) == pytest.approx(truths.LATE, abs=0.02)


def test_customers_with_two_late_deliveries_leave_with_the_planted_probability(events):
    """Silence for ninety days is leaving or chance; those whose second delivery was on time show the chance."""
    orders = defaultdict(list)
    for event in events["Order Completed"]:
        orders[event["userId"]].append(moment(event))
    delivered = defaultdict(list)
    for event in events["Order Delivered"]:
        delivered[event["userId"]].append((moment(event), event["properties"]["late"]))

    def silent(customer, since) -> bool:
        return not any(since < at <= since + timedelta(days=90) for at in orders[customer])

    gone, stayed = defaultdict(list), defaultdict(list)
    for customer, parcels in delivered.items():
        lates = 0
        for number, (at, late) in enumerate(parcels, 1):
            lates += late
            if at > NOW - timedelta(days=90):
                break
            if late and lates == 2:
                gone[number].append(silent(customer, at))
            elif lates < 2:
                stayed[number].append(silent(customer, at))
    # Who has had more parcels orders more often: compare at the same number of parcels.
    weights = {number: len(found) for number, found in gone.items() if len(found) >= 10}
    chance = sum(mean(stayed[number]) * weight for number, weight in weights.items()) / sum(weights.values())
    seen = sum(sum(gone[number]) for number in weights) / sum(weights.values())
    chance = (chance - truths.LEAVE_ANYWAY) / (1 - truths.LEAVE_ANYWAY)

    assert (seen - chance) / (1 - chance) == pytest.approx(truths.LEAVE_AFTER_SECOND_LATE, abs=0.08)


def test_the_days_before_nowruz_are_as_busy_as_planted(events):
    season = Season(NOW)
    per_day = Counter(moment(e).astimezone(TEHRAN).date() for e in events["Order Completed"])

    def pace(days) -> float:
        # Weekends and growth are taken out; what is left is the season.
        return mean(
            per_day[day]
            / (1 + truths.GROWTH * season.days.index(day) / len(season.days))
            / (truths.FRIDAY if day.weekday() == 4 else 1)
            for day in days
        )

    rush = [day for day in season.days if season.is_rush(day)]
    rest = [day for day in season.days if season.is_rest(day)]
    # More customers every week: compare with the ordinary weeks on both sides.
    around = [season.nowruz + timedelta(days=n) for n in (*range(-60, -20), *range(13, 53))]

    assert pace(rush) / pace(around) == pytest.approx(truths.NOWRUZ_RUSH, rel=0.12)
    assert pace(rest) / pace(around) == pytest.approx(truths.NOWRUZ_REST, rel=0.15)


def test_buying_in_the_app_is_harder_as_planted(scores):
    for channel, shares in (("web", truths.CES_WEB), ("app", truths.CES_APP)):
        found = values(scores["ces2"], channel=channel)
        easy = 100 * mean(score >= 5 for score in found)

        expected = truths.easy_share(shares)
        error = sqrt(expected * (100 - expected) / len(found))
        assert easy == pytest.approx(expected, abs=SIGMAS * error)


def test_months_ago_is_the_first_midnight_of_a_jalali_month():
    # 23 November 2026 is 2 Azar 1405; four months before Azar comes Mordad, which began on 23 July.
    assert Season(NOW).months_ago(4) == midnight(datetime(2026, 7, 23, tzinfo=UTC).date())
