"""Scores asked of a real ClickHouse, over answers that can be counted by hand."""

from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from uuid import uuid4

import pytest
from django.utils import translation

from hamdel.ground.calendar.business import business_time_between
from hamdel.ground.calendar.days import day_of
from hamdel.ground.calendar.periods import Period, days
from hamdel.ground.workspaces.hours import hours_of
from hamdel.measure.metrics import scores
from hamdel.measure.metrics.answering import answer
from hamdel.measure.metrics.changes import Verdict
from hamdel.measure.metrics.question import ask_for
from hamdel.measure.metrics.registry import METRICS
from hamdel.measure.metrics.results import MetricGroup, OtherScale
from hamdel.measure.metrics.student import quantile_ranks
from hamdel.measure.metrics.tests.happenings import Place, bring, event, merge, moment, score

pytestmark = pytest.mark.usefixtures("analytics_store")

HERE, ELSEWHERE = Place(), Place()
AUGUST = Period(moment("2024-08-01 00:00"), moment("2024-09-01 00:00"))


def asked(metric, period=AUGUST, place=HERE, **more):
    return answer(ask_for(metric, period, **more), workspace=place)


def test_four_answers_make_an_nps_of_25():
    bring(*(score(HERE, "nps", value) for value in (10, 9, 7, 3)))
    bring(*(score(ELSEWHERE, "nps", value) for value in (0, 0, 0)))

    result = asked("nps")

    assert (result.value, result.n) == (25.0, 4)
    assert (result.low, result.high) == (scores.nps(2, 1, 1).low, scores.nps(2, 1, 1).high)
    assert result.verdict is Verdict.TOO_FEW
    assert asked("nps", place=ELSEWHERE).value == -100.0


def test_what_employees_say_is_a_figure_of_its_own():
    bring(
        *(score(HERE, "nps", value) for value in (10, 9)),
        *(score(HERE, "enps", value) for value in (10, 3, 2)),
    )

    assert (asked("nps").value, asked("nps").n) == (100.0, 2)
    assert (round(asked("enps").value, 1), asked("enps").n) == (-33.3, 3)


@pytest.mark.parametrize("metric", METRICS)
def test_no_answers_are_no_value(metric):
    result = asked(metric, bucket="week", by="channel")

    assert (result.value, result.n, result.low, result.high) == (None, 0, None, None)
    assert (result.verdict, result.groups) == (Verdict.TOO_FEW, ())
    assert [(point.value, point.n) for point in result.series] == [(None, 0)] * len(result.series)
    assert len(result.series) == 6


def test_edges_of_a_period_belong_to_its_start():
    bring(
        score(HERE, "nps", 10, "2024-07-31 23:59:59"),
        score(HERE, "nps", 0, "2024-08-01 00:00:00"),
        score(HERE, "nps", 10, "2024-08-31 23:59:59"),
        score(HERE, "nps", 0, "2024-09-01 00:00:00"),
    )

    assert (asked("nps").value, asked("nps").n) == (0.0, 2)


def test_score_taken_back_does_not_count():
    bring(score(HERE, "nps", 2), score(HERE, "nps", 9), score(HERE, "nps", 9))
    bring(score(HERE, "nps", 2, withdrawn=True))

    assert (asked("nps").value, asked("nps").n) == (100.0, 2)


@pytest.mark.parametrize("metric", ["nps", "csat_mean", "csat_top2", "ces2"])
def test_score_taken_back_later_breaks_no_bucket(metric):
    kind = metric.split("_")[0]
    bring(score(HERE, kind, 1, "2024-08-02 10:00"), score(HERE, kind, 5, "2024-08-12 10:00"))
    bring(*(score(HERE, kind, 5, "2024-08-12 10:00") for _ in range(3)))
    bring(score(HERE, kind, 1, "2024-08-12 10:00", withdrawn=True))

    result = asked(metric, bucket="week")

    assert result.n == 4
    assert sum(point.n for point in result.series if point.value is not None) <= 5


def test_score_outside_its_scale_counts_for_nothing():
    bring(score(HERE, "nps", 11), score(HERE, "nps", -1), score(HERE, "nps", 10))
    bring(score(HERE, "csat", 6, scale=(1, 5)), score(HERE, "csat", 4, scale=(1, 5)))

    assert (asked("nps").n, asked("csat_mean").n, asked("csat_mean").value) == (1, 1, 4.0)


def test_every_score_taken_back_leaves_no_value():
    bring(score(HERE, "nps", 2), score(HERE, "nps", 2, withdrawn=True))

    assert (asked("nps", by="channel").value, asked("nps", by="channel").groups) == (None, ())


def test_csat_has_a_mean_and_a_share_of_the_satisfied():
    bring(*(score(HERE, "csat", value, scale=(1, 5)) for value in (5, 5, 4, 3, 1)))

    assert asked("csat_mean").value == pytest.approx(3.6)
    assert asked("csat_top2").value == pytest.approx(60)
    assert asked("csat").metric.key == "csat_mean"


def test_score_without_a_scale_is_on_the_usual_one():
    bring(score(HERE, "csat", 5), score(HERE, "csat", 3, scale=(1, 5)))

    assert (asked("csat").value, asked("csat").scale, asked("csat").is_mixed) == (4.0, (1, 5), False)


def test_scales_are_never_mixed():
    bring(*(score(HERE, "csat", value, scale=(1, 5)) for value in (5, 4, 3)))
    bring(*(score(HERE, "csat", value, scale=(1, 7)) for value in (7, 6)))

    result = asked("csat_mean")

    assert (result.value, result.n, result.scale) == (4.0, 3, (1, 5))
    assert result.other_scales == (OtherScale((1, 7), 2),)
    assert asked("csat_mean", scale=(1, 7)).value == 6.5
    assert asked("csat_top2", scale=(1, 7)).value == 100.0


def test_nps_takes_answers_on_no_other_scale():
    bring(score(HERE, "nps", 5, scale=(1, 5)), score(HERE, "nps", 9))

    result = asked("nps")

    assert (result.value, result.n, result.other_scales) == (100.0, 1, (OtherScale((1, 5), 1),))


def test_effort_and_ease_point_different_ways():
    for at, efforts, eases in (("2024-07-15 10:00", (5, 4), (2, 3)), ("2024-08-15 10:00", (1, 2), (6, 7))):
        bring(*(score(HERE, "ces1", value, at, scale=(1, 5)) for value in efforts * 20))
        bring(*(score(HERE, "ces2", value, at, scale=(1, 7)) for value in eases * 20))

    effort, ease = asked("ces1"), asked("ces2")

    assert (effort.value, effort.verdict, effort.change.better) == (1.5, Verdict.DOWN, True)
    assert (ease.value, ease.verdict, ease.change.better) == (100.0, Verdict.UP, True)
    assert (effort.before.value, ease.before.value) == (4.5, 0.0)


def test_period_before_has_the_same_length():
    result = asked("nps", days(day_of(1403, 5, 1, "jalali"), day_of(1403, 5, 10, "jalali")))

    assert result.previous_period == days(day_of(1403, 4, 22, "jalali"), day_of(1403, 4, 31, "jalali"))


def test_day_that_begins_at_one_o_clock_has_its_own_answers():
    # 2 Farvardin 1401 lasted from 20:30 of the day before to 19:30 UTC.
    bring(
        score(HERE, "nps", 0, "2022-03-21 20:29:59"),
        score(HERE, "nps", 10, "2022-03-21 20:30:00"),
        score(HERE, "nps", 10, "2022-03-22 19:29:59"),
        score(HERE, "nps", 0, "2022-03-22 19:30:00"),
    )
    nowruz = days(day_of(1401, 1, 1, "jalali"), day_of(1401, 1, 3, "jalali"))

    with translation.override("en"):
        result = asked("nps", nowruz, bucket="day")

    assert [(point.label, point.value, point.n) for point in result.series] == [
        ("1 Farvardin 1401", -100.0, 1),
        ("2 Farvardin 1401", 100.0, 2),
        ("3 Farvardin 1401", -100.0, 1),
    ]


def test_jalali_months_split_at_nowruz():
    bring(score(HERE, "csat", 1, "2025-03-20 20:29:00"), score(HERE, "csat", 5, "2025-03-20 20:31:00"))
    both = days(day_of(1403, 12, 1, "jalali"), day_of(1404, 1, 31, "jalali"))

    with translation.override("fa"):
        result = asked("csat", both, bucket="month")

    assert [(point.label, point.value) for point in result.series] == [("اسفند ۱۴۰۳", 1), ("فروردین ۱۴۰۴", 5)]
    assert (result.value, result.n) == (3, 2)


def test_groups_are_ranked_only_with_enough_answers():
    bring(*(score(HERE, "nps", 10, channel="sms") for _ in range(10)))
    bring(*(score(HERE, "nps", value, channel="web") for value in (10, 0) * 6))
    bring(*(score(HERE, "nps", 10, channel="kiosk") for _ in range(3)))
    bring(score(ELSEWHERE, "nps", 0, channel="sms"))

    groups = asked("nps", by="channel").groups

    assert [(group.key, group.value, group.n, group.is_ranked) for group in groups] == [
        ("sms", 100.0, 10, True),
        ("web", 0.0, 12, True),
        ("kiosk", 100.0, 3, False),
    ]


def test_less_effort_ranks_first():
    bring(*(score(HERE, "ces1", 4, channel="web") for _ in range(10)))
    bring(*(score(HERE, "ces1", 2, channel="app") for _ in range(10)))

    assert [group.key for group in asked("ces1", by="channel").groups] == ["app", "web"]


def test_any_property_can_group_and_filter():
    bring(score(HERE, "nps", 0, late=True, city="شیراز"), score(HERE, "nps", 10, late=False, city="شیراز"))
    bring(score(HERE, "nps", 10, late=False, city="تهران"))

    result = asked("nps", by="property:late", filters={"property:city": ["شیراز"]})

    assert {group.key: group.value for group in result.groups} == {"True": -100.0, "False": 100.0}
    assert (result.value, result.n) == (0.0, 2)


def test_property_kept_in_a_column_is_found_there():
    bring(score(HERE, "nps", 10, survey_id="s1"), score(HERE, "nps", 0, survey_id="s2"))

    assert asked("nps", filters={"property:survey_id": "s1"}).value == 100.0
    assert asked("nps", filters={"survey": "s2"}).value == -100.0


@pytest.mark.parametrize(
    "text",
    [
        "' OR 1=1 --",
        "\\",
        "{workspace_id:UUID}",
        "'); DROP TABLE events; --",
        "%s",
        "a\nb",
        "{0}",
        "\u200c«علی»",
        "[]",
    ],
)
def test_words_of_people_never_become_sql(text):
    bring(score(HERE, "nps", 10, touchpoint=text, **{text: text}), score(HERE, "nps", 0))

    by_column = asked("nps", by="touchpoint", filters={"touchpoint": text})
    by_property = asked("nps", by=f"property:{text}", filters={f"property:{text}": text})

    for result in (by_column, by_property):
        assert (result.value, result.n, [group.key for group in result.groups]) == (100.0, 1, [text])


def test_several_values_of_a_filter_are_any_of_them():
    bring(*(score(HERE, "nps", 10, channel=channel) for channel in ("sms", "web", "kiosk", "")))

    assert asked("nps", filters={"channel": ["sms", "web"]}).n == 2
    assert asked("nps", filters={"channel": [""]}).n == 1


def test_bought_again_means_two_orders_in_the_period():
    once, twice, again = uuid4(), uuid4(), uuid4()
    bring(
        *(order(HERE, customer, number) for customer, number in ((once, "1"), (twice, "2"), (twice, "3"))),
        order(HERE, once, "1"),
        order(HERE, again, "4", "2024-07-20 10:00"),
        order(HERE, again, "5"),
        order(HERE, uuid4(), "6", guest="true"),
        order(ELSEWHERE, once, "7"),
    )

    result = asked("repeat_purchase")

    assert (result.n, result.value) == (3, pytest.approx(100 / 3))
    assert (result.low, result.high) == (scores.share(1, 3).low, scores.share(1, 3).high)
    assert (result.before.n, result.before.value) == (1, 0.0)


def order(place, customer, number, at="2024-08-02 10:00", **properties):
    return event(
        place,
        "Order Completed",
        at,
        customer=customer,
        properties={"order_id": number, "total": 5, **properties},
    )


def test_customer_who_buys_in_two_months_is_one_customer():
    loyal = uuid4()
    bring(order(HERE, loyal, "1", "2024-08-02 10:00"), order(HERE, loyal, "2", "2024-08-29 10:00"))

    result = asked("repeat_purchase", bucket="month", by="channel")

    assert (result.value, result.n) == (100.0, 1)
    assert [(point.value, point.n) for point in result.series] == [(0.0, 1), (0.0, 1)]
    assert result.groups == (MetricGroup("", 100.0, 1, *bounds(scores.share(1, 1)), is_ranked=False),)


def bounds(estimate):
    return estimate.low, estimate.high


def test_merged_customers_buy_as_one_until_they_are_separated():
    ali, ali_at_work, stranger = uuid4(), uuid4(), uuid4()
    bring(order(HERE, ali, "1"), order(HERE, ali_at_work, "2"), order(HERE, stranger, "3"))

    merge(HERE, ali_at_work, ali, 1)
    merge(ELSEWHERE, stranger, ali, 9)
    merged = asked("repeat_purchase")
    merge(HERE, ali_at_work, ali_at_work, 2)
    separated = asked("repeat_purchase")

    assert (merged.value, merged.n) == (50.0, 2)
    assert (separated.value, separated.n) == (0.0, 3)


def talk(place, number, *steps, topic="delivery", channel="chat"):
    """Events of one conversation; a step is (name, moment) or (name, moment, author)."""
    for name, at, *author in steps:
        words = {"conversation_id": number} | ({"by": author[0]} if author else {"topic": topic})
        yield event(place, name, at, channel="" if author else channel, properties=words)


def test_first_response_is_the_first_by_a_human():
    bring(
        *talk(
            HERE,
            "1",
            ("Conversation Started", "2024-08-02 10:00:00"),
            ("Reply Sent", "2024-08-02 10:00:05", "bot"),
            ("Reply Sent", "2024-08-02 10:10:00", "human"),
            ("Reply Sent", "2024-08-02 11:00:00", "human"),
        ),
        *talk(
            HERE,
            "2",
            ("Conversation Started", "2024-08-03 10:00"),
            ("Reply Sent", "2024-08-03 10:20", "human"),
        ),
        *talk(
            HERE, "3", ("Conversation Started", "2024-08-04 10:00"), ("Reply Sent", "2024-08-04 10:00", "bot")
        ),
        *talk(
            ELSEWHERE,
            "1",
            ("Conversation Started", "2024-08-02 10:00"),
            ("Reply Sent", "2024-08-02 10:01", "human"),
        ),
    )

    result = asked("first_response_median", by="topic")

    assert (result.value, result.n, result.waiting) == (900, 2, 1)
    assert (result.low, result.verdict) == (None, Verdict.TOO_FEW)
    assert [(group.key, group.value, group.n) for group in result.groups] == [("delivery", 900, 2)]


def test_reopened_conversation_starts_a_wait_of_its_own():
    bring(
        *talk(
            HERE,
            "1",
            ("Conversation Started", "2024-08-02 10:00"),
            ("Reply Sent", "2024-08-02 10:00:10", "bot"),
            ("Conversation Resolved", "2024-08-02 10:01"),
            ("Conversation Reopened", "2024-08-12 09:00"),
            ("Reply Sent", "2024-08-12 09:05", "human"),
        )
    )

    result = asked("first_response_median")

    assert (result.value, result.n, result.waiting) == (300, 1, 1)


def test_conversation_of_the_last_day_is_answered_after_the_period():
    bring(
        *talk(
            HERE,
            "1",
            ("Conversation Started", "2024-08-31 23:00"),
            ("Reply Sent", "2024-09-02 23:00", "human"),
        ),
        *talk(
            HERE,
            "2",
            ("Conversation Started", "2024-08-31 23:00"),
            ("Reply Sent", "2024-10-02 23:00", "human"),
        ),
        *talk(
            HERE,
            "3",
            ("Conversation Started", "2024-09-01 00:00"),
            ("Reply Sent", "2024-09-01 00:01", "human"),
        ),
    )

    result = asked("first_response_median")

    assert (result.value, result.n, result.waiting) == (48 * 3600, 1, 1)


def test_response_time_counts_only_working_hours():
    bring(
        # Wednesday 16:00 to Thursday 10:00 in Tehran: an hour that day, an hour the next.
        *talk(
            HERE,
            "1",
            ("Conversation Started", "2024-08-07 12:30"),
            ("Reply Sent", "2024-08-08 06:30", "human"),
        ),
        # Thursday 12:00 to Saturday 09:30: until 13:00 on Thursday, Friday off, half an hour on Saturday.
        *talk(
            HERE,
            "2",
            ("Conversation Started", "2024-08-08 08:30"),
            ("Reply Sent", "2024-08-10 06:00", "human"),
        ),
        # In the night, before anybody was there.
        *talk(
            HERE,
            "3",
            ("Conversation Started", "2024-08-10 20:00"),
            ("Reply Sent", "2024-08-11 01:00", "human"),
        ),
    )

    counted = asked("frt", by="touchpoint")

    assert (counted.metric.key, counted.n, counted.value) == ("first_response_open_median", 3, 5400)
    assert asked("first_response_open_p90").value == pytest.approx(5400 + 0.8 * 1800)
    assert asked("first_response_median").value == 18 * 3600


@pytest.mark.parametrize(
    "week", [{}, {"week": {str(day): [["00:00", "00:00"]] for day in range(7)}, "official": False}]
)
def test_response_time_in_open_hours_is_business_time(week):
    place, dice, waits = Place(hours=week), Random(7), []
    for number in range(60):
        start = datetime(2024, 8, 1, 3, 30, tzinfo=UTC) + timedelta(seconds=dice.randrange(20 * 86400))
        reply = start + timedelta(seconds=dice.randrange(5 * 86400))
        waits.append(business_time_between(start, reply, hours_of(place)).total_seconds())
        steps = (
            ("Conversation Started", f"{start:%Y-%m-%d %H:%M:%S}"),
            ("Reply Sent", f"{reply:%Y-%m-%d %H:%M:%S}", "human"),
        )
        bring(*talk(place, str(number), *steps))

    assert asked("frt", place=place).value == pytest.approx(median(waits))


@pytest.mark.parametrize("metric", ["first_response_median", "first_response_p90"])
def test_quantiles_of_clickhouse_are_those_of_the_pure_functions(metric):
    part = 0.5 if metric == "first_response_median" else 0.9
    waits = [(number * 37) % 1009 + 0.25 for number in range(1, 121)]
    start = moment("2024-08-05 08:00")
    bring(
        *(
            one
            for number, wait in enumerate(waits)
            for one in talk(
                HERE,
                str(number),
                ("Conversation Started", "2024-08-05 08:00"),
                ("Reply Sent", (start + timedelta(seconds=wait)).replace(tzinfo=None).isoformat(), "human"),
            )
        )
    )

    result = asked(metric)

    assert quantile_ranks(120, part) is not None
    known = scores.quantile(waits, part)
    assert (result.value, result.n) == (pytest.approx(known.value), known.n)
    assert bounds(result) == pytest.approx(bounds(known))


def test_conversations_filter_by_where_they_started():
    bring(
        *talk(
            HERE,
            "1",
            ("Conversation Started", "2024-08-02 10:00"),
            ("Reply Sent", "2024-08-02 10:10", "human"),
        ),
        *talk(
            HERE,
            "2",
            ("Conversation Started", "2024-08-02 10:00"),
            ("Reply Sent", "2024-08-02 10:30", "human"),
            channel="phone",
        ),
    )

    assert asked("first_response_median", filters={"channel": "phone"}).value == 1800
    assert {group.key: group.value for group in asked("first_response_median", by="channel").groups} == {
        "chat": 600,
        "phone": 1800,
    }


def step(place, name, invitation, at, channel="sms"):
    words = {"survey_id": "s1", "invitation_id": invitation}
    return event(place, f"Survey {name}", at, channel=channel, properties=words)


def test_response_rate_counts_delivered_invitations_only():
    bring(
        *(step(HERE, "Invited", number, "2024-08-02 10:00") for number in ("a", "b", "c", "blocked")),
        *(step(HERE, "Delivered", number, "2024-08-02 10:01") for number in ("a", "b", "c")),
        step(HERE, "Started", "b", "2024-08-02 11:00"),
        step(HERE, "Completed", "a", "2024-08-03 10:00", channel="web"),
        step(HERE, "Completed", "c", "2024-12-03 10:00"),
        step(HERE, "Completed", "", "2024-08-03 10:00"),
        step(ELSEWHERE, "Delivered", "a", "2024-08-02 10:00"),
    )

    result = asked("response_rate", by="channel", filters={"survey": "s1"})

    assert (result.n, result.value) == (3, pytest.approx(100 / 3))
    assert [(group.key, group.n) for group in result.groups] == [("sms", 3)]


def test_invitation_belongs_to_the_day_of_its_delivery():
    bring(
        step(HERE, "Delivered", "a", "2024-08-31 10:00"),
        step(HERE, "Completed", "a", "2024-09-05 10:00"),
        step(HERE, "Delivered", "b", "2024-07-31 10:00"),
        step(HERE, "Completed", "b", "2024-08-05 10:00"),
    )

    assert (asked("response_rate").value, asked("response_rate").n) == (100.0, 1)


def test_invitation_of_this_week_does_not_count_yet_answered_or_not():
    today = datetime.now(UTC)

    def days_ago(days):
        return f"{today - timedelta(days=days):%Y-%m-%d %H:%M:%S}"

    bring(
        step(HERE, "Delivered", "old", days_ago(8)),
        step(HERE, "Delivered", "new", days_ago(2)),
        step(HERE, "Delivered", "answered", days_ago(2)),
        step(HERE, "Completed", "answered", days_ago(1)),
    )

    result = asked("response_rate", Period(today - timedelta(days=20), today))

    assert (result.value, result.n) == (0.0, 1)


def test_answer_as_json_has_what_the_api_promises():
    bring(*(score(HERE, "nps", value, channel="sms") for value in (10, 9, 7, 3)))

    plain = asked("nps", bucket="month", by="channel").as_json()

    assert {"metric", "value", "n", "low", "high", "verdict", "series"} <= plain.keys()
    assert (plain["metric"], plain["value"], plain["n"], plain["verdict"]) == ("nps", 25.0, 4, "too_few")
    assert plain["from"] == "2024-08-01T00:00:00Z"
    assert sum(point["n"] for point in plain["series"]) == 4
    assert plain["groups"][0]["key"] == "sms"
