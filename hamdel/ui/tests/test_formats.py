from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import engines
from django.utils import translation

from hamdel.ui import formats
from hamdel.ui.formats import Display

FA, EN = Display(language="fa"), Display("gregorian", language="en")
NOON = datetime(2024, 8, 2, 8, 30, tzinfo=UTC)
KEEP_LEFT = "\u200e"


@pytest.fixture(scope="module", autouse=True)
def _persian_words():
    """Formats speak through the catalogue; compile it where it is not yet."""
    from hamdel.ui import catalogues

    catalogues.compile_all()


def shown(template, display=EN, **context):
    with formats.shown_as(display):
        return engines["django"].from_string("{% load hamdel %}" + template).render(context)


@pytest.mark.parametrize(
    ("template", "fa", "en"),
    [
        ("{{ 1234567|number }}", "۱٬۲۳۴٬۵۶۷", "1,234,567"),
        ("{{ 12.345|number:1 }}", "۱۲٫۳", "12.3"),
        ("{{ 38.4|percent }}", "۳۸٪", "38%"),
        ("{{ 38.4|percent:1 }}", "۳۸٫۴٪", "38.4%"),
        ("{{ 4.2|signed:1 }}", f"{KEEP_LEFT}+۴٫۲", "+4.2"),
        ("{{ nothing|number }}", "—", "—"),
        ("{{ nothing|percent }}", "—", "—"),
        ("{{ 'A12'|digits }}", "A۱۲", "A12"),
        ("{{ noon|day }}", "۱۲ مرداد ۱۴۰۳", "2 Aug 2024"),
        ("{{ noon|day_number }}", "۱۴۰۳/۰۵/۱۲", "2024-08-02"),
        ("{{ nothing|day }}", "—", "—"),
        ("{{ 45|duration }}", "۴۵ ثانیه", "45 s"),
        ("{{ 11520|duration }}", "۳ ساعت و ۱۲ دقیقه", "3 h 12 min"),
        ("{{ 180000|duration }}", "۲ روز و ۲ ساعت", "2 d 2 h"),
        ("{{ nothing|duration }}", "—", "—"),
        ("{{ 1250000|money }}", "۱۲۵٬۰۰۰ تومان", "125,000 toman"),
        ("{{ 1250000|money:'rial' }}", "۱٬۲۵۰٬۰۰۰ ریال", "1,250,000 rial"),
    ],
)
def test_a_filter_writes_for_its_reader(template, fa, en):
    context = {"noon": NOON, "nothing": None}

    assert (shown(template, FA, **context), shown(template, EN, **context)) == (fa, en)


def test_a_moment_is_local_and_can_be_read_by_programs():
    html = shown("{{ noon|moment }}", EN, noon=NOON)

    assert html == '<time datetime="2024-08-02T08:30:00+00:00">2 Aug 2024, 12:00</time>'


def test_a_phone_is_grouped_and_kept_from_left_to_right():
    number = shown("{{ '+989121234567'|phone }}", FA)

    assert number == '<bdi dir="ltr" class="ltr">۰۹۱۲\u00a0۱۲۳\u00a0۴۵۶۷</bdi>'


def test_a_phone_of_another_country_stays_whole():
    assert "+4915112345678" in shown("{{ '+4915112345678'|phone }}", EN)


def test_what_stands_in_a_phone_is_escaped():
    assert "<b>" not in shown("{{ value|phone }}", EN, value="<b>1</b>")


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=-1), "in 1 day"),
        (timedelta(days=40), "23 Jun 2024"),
    ],
)
def test_ago_says_how_long_until_a_date_says_more(before, words):
    with formats.shown_as(EN):
        assert formats.ago(NOON - before, NOON) == words


def test_what_is_shown_elsewhere_does_not_leak():
    with formats.shown_as(EN):
        with formats.shown_as(FA):
            inside = formats.number(1)
        after = formats.number(1)

    assert (inside, after) == ("۱", "1")


def test_without_a_language_of_its_own_a_display_follows_the_page():
    with formats.shown_as(Display()), translation.override("en"):
        assert formats.number(12) == "12"
    with formats.shown_as(Display()), translation.override("fa"):
        assert formats.number(12) == "۱۲"


def test_persian_may_read_gregorian_dates():
    with formats.shown_as(Display("gregorian", language="fa")):
        assert formats.day(date(2024, 8, 2)) == "۲ اوت ۲۰۲۴"
