"""The first page: what it shows, to whom, and what it says when there is nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now


def test_scores_stand_with_their_answers_interval_and_verdict(page, cafe):
    cafe.score("nps", *[10] * 8, *[7] * 2, *[0] * 2, touchpoint="delivery", channel="sms")
    cafe.score("nps", *[10] * 2, at=now() - timedelta(days=40))

    content = page("/?whole=1").content.decode()

    assert "50.0" in content
    assert "12 answers" in content
    assert "Too few answers" in content


def test_without_a_period_before_there_is_no_verdict(page, cafe):
    cafe.score("nps", *[10] * 30)

    content = page("/panels/headline/", HTTP_HX_REQUEST="true").content.decode()

    assert "30 answers" in content
    assert "verdict" not in content


def test_an_empty_workspace_is_led_to_its_first_steps(page, cafe, clinic):
    clinic.score("nps", 10)

    content = page("/?whole=1").content.decode()

    assert "Let us hear your customers" in content
    assert "Connect a source" in content
    assert "Create a survey" in content


def test_a_viewer_sees_scores_but_no_write_key_and_no_names(page, cast, cafe):
    cafe.bring(
        {"type": "identify", "userId": "u1", "traits": {"name": "Kaveh Ahangar"}},
        {
            "type": "track",
            "event": "Score Given",
            "userId": "u1",
            "properties": {
                "metric": "nps",
                "score": 2,
                "scale_min": 0,
                "scale_max": 10,
                "comment": "Too late again",
            },
        },
    )

    by_viewer = page("/?whole=1", by=cast.viewer).content.decode()
    by_owner = page("/?whole=1").content.decode()

    assert "Too late again" in by_viewer
    assert "Kaveh Ahangar" not in by_viewer
    assert "Kaveh Ahangar" in by_owner


def test_an_outsider_sees_nothing_of_it(page, cast, cafe, clinic):
    cafe.score("nps", 3, comment="Cold coffee", touchpoint="delivery")
    clinic.score("nps", 10)

    content = page("/", by=cast.outsider).content.decode()

    assert "Cold coffee" not in content
    assert "1 answer" in content
    assert 'value="delivery"' not in content


def test_filters_stand_in_the_address(page, cafe):
    cafe.score("nps", *[10] * 3, touchpoint="delivery", channel="sms")
    cafe.score("nps", *[0] * 2, touchpoint="support", channel="web")
    cafe.score("nps", 5, at=now() - timedelta(days=60), touchpoint="delivery")

    everything = page("/panels/spread/", HTTP_HX_REQUEST="true").content.decode()
    delivery = page("/panels/spread/?touchpoint=delivery", HTTP_HX_REQUEST="true").content.decode()
    of_both = page("/panels/spread/?touchpoint=delivery&channel=web", HTTP_HX_REQUEST="true").content.decode()
    longer = page(
        "/panels/spread/?period=last_90_days&touchpoint=delivery", HTTP_HX_REQUEST="true"
    ).content.decode()

    assert "Detractors 40%" in everything
    assert "Promoters 60%" in everything
    assert "Promoters 100%" in delivery
    assert "No answers in this period" in of_both
    assert "Promoters 75%" in longer


def test_an_empty_period_has_no_value_rather_than_zero(page, cafe):
    cafe.score("nps", 10, 0, at=now() - timedelta(days=100))

    content = page("/panels/headline/?period=today", HTTP_HX_REQUEST="true").content.decode()

    assert "no answers yet" in content
    assert "0.0" not in content


def test_small_groups_are_shown_but_not_ranked(page, cafe):
    cafe.score("csat", *[5] * 12, scale=(1, 5), touchpoint="delivery")
    cafe.score("csat", *[1] * 3, scale=(1, 5), touchpoint="support")

    content = page("/panels/touchpoints/", HTTP_HX_REQUEST="true").content.decode()

    bars, _, unranked = content.partition("Fewer than 10 answers, so not ranked")
    assert "Delivery" in bars
    assert "Support" not in bars
    assert "Support" in unranked


@pytest.mark.parametrize(
    "typed",
    [
        "from=9999/99/99",
        "from=1404/13/40&to=x",
        "from=0001-01-01&to=9999-12-31",
        "period=ever",
        "touchpoint=%00",
        "channel=" + "x" * 5000,
        "from=1600-01-01&to=1700-01-01",
    ],
)
def test_whatever_is_in_the_address_the_page_stands(page, cafe, typed):
    cafe.score("nps", 10)

    assert page(f"/?{typed}").status_code == 200


def test_a_panel_alone_is_a_page_to_a_browser_and_a_part_to_htmx(page, cafe):
    cafe.score("nps", 10)

    whole, part = page("/panels/nps/"), page("/panels/nps/", HTTP_HX_REQUEST="true")

    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert page("/panels/nonsense/").status_code == 404


def test_the_page_speaks_persian(page, cafe):
    cafe.score("nps", *[10] * 12, *[0] * 12, touchpoint="delivery")

    content = page("/", language="fa").content.decode()

    assert 'dir="rtl"' in content
    assert "۲۴ پاسخ" in content
    assert "نمای کلی" in content


def test_nobody_comes_in_without_logging_in(client, db):
    response = client.get("/")

    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]
