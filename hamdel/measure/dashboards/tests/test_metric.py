"""The page of one score."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from hamdel.measure.metrics.registry import METRICS


def test_a_score_is_explained_in_a_sentence(page, cafe):
    cafe.score("nps", *[10] * 12, *[0] * 4)
    cafe.score("nps", *[10] * 2, *[0] * 14, at=now() - timedelta(days=40))

    content = page("/measure/metrics/nps/").content.decode()

    assert "50.0 points, from 16 answers. With a confidence of 95%, the true value lies between" in content
    assert "The period before had −75.0 points, from 16 answers." in content
    assert "It rose by 125.0 points, more than chance would do, and that is good." in content


def test_the_same_in_persian(page, cafe):
    cafe.score("nps", *[10] * 12, *[0] * 4)

    content = page("/measure/metrics/nps/", language="fa").content.decode()

    assert "۵۰٫۰ امتیاز، بر پایهٔ ۱۶ پاسخ." in content
    assert "در بازهٔ پیش چیزی نیست که با آن مقایسه شود." in content


def test_an_empty_period_says_so(page, cafe):
    cafe.score("nps", 10, at=now() - timedelta(days=100))

    content = page("/measure/metrics/nps/").content.decode()

    assert "Nobody has answered in this period, so there is no value: not zero, none." in content


def test_a_score_is_broken_down_by_any_property(page, cafe):
    cafe.score("nps", *[10] * 12, city="Tehran")
    cafe.score("nps", *[0] * 12, city="Shiraz")
    cafe.score("nps", *[7] * 2, city="Yazd")

    content = page("/measure/metrics/nps/?by=property:city").content.decode()

    table = content.partition('id="groups"')[2].partition("</table>")[0]
    assert [city for city in ("Tehran", "Shiraz", "Yazd") if city in table] == ["Tehran", "Shiraz", "Yazd"]
    assert table.index("Tehran") < table.index("Shiraz") < table.index("Yazd")
    assert table.count("too few") == 1
    assert "by=property%3Acity" in content


def test_an_unknown_dimension_is_said_and_does_not_break_the_page(page, cafe):
    cafe.score("nps", 10)

    response = page("/measure/metrics/nps/?by=currency")

    assert response.status_code == 200
    assert "This metric cannot be grouped or filtered by it." in response.content.decode()


def test_the_planner_says_what_invitations_are_worth(page, cafe):
    cafe.score("nps", 10)

    content = page("/measure/metrics/nps/").content.decode()
    typed = page("/measure/metrics/nps/planner/?invitations=۱۲۰۰&rate=50&change=5", HTTP_HX_REQUEST="true")

    assert "600 invitations at 30% make about 180 answers, ±11 points." in content
    assert "To see a change of 10 points you need about 958 answers in each period" in content
    assert "1,200 invitations at 50% make about 600 answers, ±6 points." in typed.content.decode()


def test_the_planner_by_itself_is_on_the_page_of_its_score(page, cafe):
    led = page("/measure/metrics/nps/planner/?invitations=1200&rate=50&change=5")

    assert led.status_code == 302
    assert "1,200 invitations at 50% make about 600 answers" in page(led["Location"]).content.decode()


@pytest.mark.parametrize(
    "typed",
    ["invitations=0", "rate=101", "rate=nan", "change=-1", "invitations=1e400", "change=inf", "rate=٪"],
)
def test_a_planner_without_sense_says_so(page, cast, analytics_store, typed):
    content = page(f"/measure/metrics/nps/planner/?{typed}", HTTP_HX_REQUEST="true").content.decode()

    assert "Write numbers above zero, and a rate of at most 100 percent." in content


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_has_a_page(page, cafe, metric):
    cafe.score("nps", 10)

    for address in (
        f"/measure/metrics/{metric}/",
        f"/measure/metrics/{metric}/?period=last_365_days&bucket=week&touchpoint=x",
    ):
        assert page(address).status_code == 200


def test_an_outsider_sees_no_groups_of_others(page, cast, cafe, clinic):
    cafe.score("nps", *[10] * 12, city="Tehran")
    clinic.score("nps", 5)

    assert "Tehran" not in page("/measure/metrics/nps/?by=property:city", by=cast.outsider).content.decode()


def test_scores_are_listed_with_what_they_rest_on(page, cafe):
    cafe.score("nps", *[10] * 12)

    content = page("/measure/metrics/").content.decode()

    assert "12 answers" in content
    assert "Repeat purchase" in content
    assert page("/measure/metrics/joy/").status_code == 404
