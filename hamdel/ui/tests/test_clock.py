"""Times of day are read however they are typed."""

from __future__ import annotations

from datetime import time

import pytest
from django import forms
from django.utils import translation

from hamdel.ui.clock import ClockField


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("09:30", time(9, 30)), ("۹:۳۰", time(9, 30)), ("٠٩٣٠", time(9, 30)), ("930", time(9, 30)), ("9.30", time(9, 30)),
        (" 21 : 05 ", time(21, 5)), ("21:05:00", time(21, 5)), ("۷", time(7)), ("00:00", time(0)), ("24:00", time(0)), ("23:59", time(23, 59)),
    ],
)  # fmt: skip
def test_a_time_is_read_in_any_digits_and_without_a_colon(typed, found):
    assert ClockField().clean(typed) == found


@pytest.mark.parametrize("typed", ["25:00", "9:60", "24:01", "noon", "9:3", "12345", "-1", "9 pm"])
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(forms.ValidationError):
        ClockField().clean(typed)


def test_nothing_is_nothing_and_midnight_is_something():
    assert ClockField(required=False).clean("") is None
    assert ClockField().clean(time(0)) == time(0)
    with pytest.raises(forms.ValidationError):
        ClockField().clean("")


def test_a_time_is_shown_in_the_digits_of_the_reader_and_unchanged_is_unchanged():
    class Shop(forms.Form):
        opens = ClockField(initial=time(9))

    with translation.override("fa"):
        assert 'value="۰۹:۰۰"' in str(Shop()["opens"])
        assert not Shop({"opens": "۰۹:۰۰"}).has_changed()
    with translation.override("en"):
        assert 'value="09:00"' in str(Shop()["opens"])
