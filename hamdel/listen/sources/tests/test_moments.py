from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from hamdel.listen.sources.moments import NotAMoment, moment_reader

TEHRAN = ZoneInfo("Asia/Tehran")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-11-23T10:00:00Z", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ("2017-09-10 03:27:54+00:00", datetime(2017, 9, 10, 3, 27, 54, tzinfo=UTC)),
        ("2026-11-23 10:00:00", datetime(2026, 11, 23, 6, 30, tzinfo=UTC)),
        ("2026-11-23", datetime(2026, 11, 22, 20, 30, tzinfo=UTC)),
        ("2026/1/5 9:05", datetime(2026, 1, 5, 5, 35, tzinfo=UTC)),
        ("۱۴۰۵/۰۹/۰۲", datetime(2026, 11, 22, 20, 30, tzinfo=UTC)),
        ("1405-9-2 10:00:30", datetime(2026, 11, 23, 6, 30, 30, tzinfo=UTC)),
        ("١٤٠٥/٠٩/٠٢ ١٠:٠٠", datetime(2026, 11, 23, 6, 30, tzinfo=UTC)),
        (date(2026, 11, 23), datetime(2026, 11, 22, 20, 30, tzinfo=UTC)),
        (datetime(2026, 11, 23, 10), datetime(2026, 11, 23, 6, 30, tzinfo=UTC)),  # noqa: DTZ001
        # Summer time was kept until 2022: the same clock meant an hour less.
        ("۱۴۰۱/۰۲/۱۸ ۱۲:۰۰", datetime(2022, 5, 8, 7, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_the_zone_of_the_mapping(cell, expected):
    assert moment_reader(TEHRAN)(cell) == expected


def test_a_bare_day_may_mean_its_end():
    assert moment_reader(TEHRAN, at="23:59:59")("1405/09/02") == datetime(
        2026, 11, 23, 20, 29, 59, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("cell", "unit"), [("1763892000", "seconds"), (1763892000000, "milliseconds"), ("۱۷۶۳۸۹۲۰۰۰", "seconds")]
)
def test_a_count_from_1970_is_read(cell, unit):
    assert moment_reader(TEHRAN, unit=unit)(cell) == datetime(2025, 11, 23, 10, tzinfo=UTC)


def test_an_own_format_is_read():
    assert moment_reader(TEHRAN, form="%d.%m.%Y %H:%M")("۲۳.۱۱.۲۰۲۶ ۱۰:۰۰") == datetime(
        2026, 11, 23, 6, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "cell", ["", "yesterday", "1405/13/01", "1404/12/30", "2026-02-30", "2026-11-23 25:00", "12/05/2026"]
)
def test_what_is_no_moment_is_refused(cell):
    with pytest.raises(NotAMoment):
        moment_reader(TEHRAN)(cell)


@pytest.mark.parametrize("cell", ["nan", "inf", "1e400", "soon"])
def test_what_is_no_count_is_refused(cell):
    with pytest.raises(NotAMoment):
        moment_reader(TEHRAN, unit="seconds")(cell)
