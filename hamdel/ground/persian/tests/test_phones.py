import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamdel.ground.persian.phones import normal_phone


@pytest.mark.parametrize(
    "typed",
    [
        "09121234567",
        "9121234567",
        "+98 912 123 4567",
        "0098-912-1234567",
        "۰۹۱۲۱۲۳۴۵۶۷",
        "٠٩١٢١٢٣٤٥٦٧",
        "\u202a+98 912 123 4567\u202c",
        "(0912) 123-45-67",
    ],
)
def test_mobile_has_one_form_however_typed(typed):
    assert normal_phone(typed) == "+989121234567"


def test_landline_and_foreign_numbers_are_read():
    assert normal_phone("021-88776655") == "+982188776655"
    assert normal_phone("+44 20 7946 0958") == "+442079460958"
    assert normal_phone("020 7946 0958", region="GB") == "+442079460958"


def test_new_mobile_prefix_is_accepted():
    assert normal_phone("0960 123 4567") == "+989601234567"


@pytest.mark.parametrize("typed", ["", "110", "abc", "0912123", "09121234567890", "علی", "+999 123"])
def test_what_is_no_telephone_number_is_none(typed):
    assert normal_phone(typed) is None


@given(st.text())
def test_any_text_is_a_number_or_none_and_stays_so(text):
    number = normal_phone(text)

    assert number is None or normal_phone(number) == number
