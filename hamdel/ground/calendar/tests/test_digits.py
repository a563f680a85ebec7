from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamdel.ground.calendar.digits import format_number, format_percent, to_latin, to_persian


def test_both_eastern_digits_become_latin():
    assert to_latin("۰۱۲۳۴۵۶۷۸۹ ٠١٢٣٤٥٦٧٨٩") == "0123456789 0123456789"


def test_arabic_digits_become_persian():
    assert to_persian("٤۴4") == "۴۴۴"


@given(st.integers(min_value=0))
def test_digits_survive_the_round_trip(number):
    assert int(to_latin(to_persian(str(number)))) == number


@given(st.text())
def test_changing_digits_twice_changes_nothing_more(text):
    assert to_persian(to_persian(text)) == to_persian(text)
    assert to_latin(to_latin(text)) == to_latin(text)


@pytest.mark.parametrize(
    ("value", "language", "decimals", "written"),
    [
        (12345.5, "fa", None, "۱۲٬۳۴۵٫۵"),
        (12345.5, "en", None, "12,345.5"),
        (1_000_000, "fa", None, "۱٬۰۰۰٬۰۰۰"),
        (-14.7, "en", 1, "−14.7"),
        (-14.7, "fa", 0, "\u200e−۱۵"),
        (2.5, "en", 0, "3"),
        (0.125, "en", None, "0.13"),
        (100.0, "en", None, "100"),
        (-0.01, "en", 1, "0.0"),
        (Decimal("1e3"), "en", None, "1,000"),
        (1e21, "en", None, "1,000,000,000,000,000,000,000"),
    ],
)
def test_number_is_written_as_people_write_it(value, language, decimals, written):
    assert format_number(value, language, decimals) == written


def test_sign_is_shown_when_asked_and_never_on_zero():
    assert [format_number(value, "en", signed=True) for value in (3, -3, 0)] == ["+3", "−3", "0"]


def test_percent_carries_its_own_mark():
    assert format_percent(12.34, "fa", 1) == "۱۲٫۳٪"
    assert format_percent(12.34, "en", 1, signed=True) == "+12.3%"


def test_what_is_not_a_number_is_refused():
    with pytest.raises(ValueError, match="cannot be written"):
        format_number(float("nan"), "en")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
def test_written_number_reads_back(value):
    written = to_latin(format_number(value, "fa", 2)).translate(str.maketrans("−٫", "-.", "٬\u200e"))

    assert Decimal(written) == value
