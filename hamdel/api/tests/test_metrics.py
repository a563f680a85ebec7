"""Scores over the API, few enough to count by hand."""

from __future__ import annotations

import pytest


def nps(*scores, **properties):
    given = {"metric": "nps", "scale_min": 0, "scale_max": 10, "touchpoint": "delivery"}
    return [
        {
            "type": "track",
            "event": "Score Given",
            "userId": f"u{place}",
            "timestamp": properties.get("at", "2026-10-10T08:00:00Z"),
            "properties": {**given, **properties, "score": score},
        }
        for place, score in enumerate(scores)
    ]


def test_a_score_has_n_interval_verdict_and_series(program, cast, bring):
    bring(cast.cafe, *nps(10, 9, 8, 0))
    bring(cast.clinic, *nps(0, 0, 0))

    found = program.get(
        "/metrics/nps", **{"from": "2026-10-01", "to": "2026-11-01", "by": "month", "calendar": "gregorian"}
    ).json()

    assert {"metric", "value", "n", "low", "high", "verdict", "series"} <= found.keys()
    assert (found["metric"], found["value"], found["n"], found["verdict"]) == ("nps", 25.0, 4, "too_few")
    assert found["low"] < 25 < found["high"]
    assert [(point["value"], point["n"]) for point in found["series"]] == [(25.0, 4), (None, 0)]
    assert found["from"] == "2026-09-30T20:30:00Z"


def test_no_answer_is_no_value(program):
    found = program.get("/metrics/nps").json()

    assert (found["value"], found["n"], found["low"], found["high"]) == (None, 0, None, None)


def test_scores_are_grouped_and_filtered_by_any_property(program, cast, bring):
    bring(
        cast.cafe,
        *nps(10, city="Tehran"),
        *nps(0, 10, city="Shiraz", channel="sms", at="2026-10-11T08:00:00Z"),
    )
    period = {"from": "2026-10-01", "to": "2026-10-31"}

    by_city = program.get("/metrics/nps", by="property:city", **period).json()
    by_sms = program.get("/metrics/nps", channel="sms", **period).json()
    in_tehran = program.get("/metrics/nps", **{"property:city": "Tehran"}, **period).json()

    assert {group["key"]: (group["value"], group["n"]) for group in by_city["groups"]} == {
        "Tehran": (100.0, 1),
        "Shiraz": (0.0, 2),
    }
    assert by_sms["n"] == 2
    assert in_tehran["n"] == 1


def test_an_alias_is_answered_under_its_own_name(program):
    assert program.get("/metrics/csat").json()["metric"] == "csat_mean"


def test_the_metrics_are_listed(program):
    listed = program.get("/metrics").json()

    assert listed["next"] is None
    assert [item["metric"] for item in listed["items"]][:3] == ["nps", "csat_mean", "csat_top2"]
    assert listed["items"][0]["dimensions"] == ["touchpoint", "channel", "survey", "question"]


@pytest.mark.parametrize(
    "metric", ["ces2", "response_rate", "repeat_purchase", "first_response_median", "first_response_p90"]
)
def test_every_metric_answers_an_empty_workspace(program, metric):
    assert program.get(f"/metrics/{metric}", by="week").json()["value"] is None
