from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django import forms
from django.http import QueryDict
from django.utils.safestring import mark_safe

from hamdel.ui import fields, filters
from hamdel.ui.names import initials, tint

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Form(forms.Form):
    name = forms.CharField(help_text="Short.")
    note = forms.CharField(widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(choices=[("a", "A")])
    many = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)
    sure = forms.BooleanField()


def test_help_and_error_are_tied_to_the_input():
    shown = fields.shown_field(Form({})["name"])

    assert 'aria-describedby="id_name_help id_name_error"' in shown
    assert 'id="id_name_help"' in shown
    assert 'id="id_name_error"' in shown
    assert 'aria-invalid="true"' in shown


@pytest.mark.parametrize(
    ("name", "kind"),
    [("name", "text"), ("note", "area"), ("kind", "select"), ("many", "choices"), ("sure", "check")],
)
def test_each_widget_has_its_layout(name, kind):
    assert fields.kind(Form()[name]) == kind


def test_quotes_of_an_attribute_are_escaped_even_where_a_template_calls_it_safe():
    shown = fields.shown_field(Form()["name"], {"hx_vals": mark_safe('{"rule.do": "look"}')})

    assert 'hx-vals="{&quot;rule.do&quot;: &quot;look&quot;}"' in shown


def test_attributes_reach_the_input_with_hyphens():
    shown = fields.shown_field(Form()["name"], {"hx_get": "/x", "dir": "ltr"})

    assert 'hx-get="/x"' in shown
    assert 'dir="ltr"' in shown


def test_what_was_typed_is_escaped():
    shown = fields.shown_field(Form({"name": '"><script>'})["name"])

    assert "<script>" not in shown


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("سارا مرادی", "س\u200cم"),
        ("خانم دکتر سیده زهرا علوی‌نژاد", "ز\u200cن"),
        ("Sara Moradi", "S\u200cM"),
        ("dr. sara", "S"),
        ("sara@example.com", "S"),
        ("+98912", "9"),
        ("", ""),
        ("«»", ""),
    ],
)
def test_initials_are_those_people_would_write(name, letters):
    assert initials(name) == letters


def test_the_same_name_has_the_same_tint_for_ever():
    assert [tint("سارا مرادی"), tint(" سارا مرادی ")] == [tint("سارا مرادی")] * 2
    assert {tint(str(n)) for n in range(100)} == set(range(6))


CHOICE = filters.Choice("channel", "Channel", [("sms", "SMS"), ("email", "E-mail")])


def read(query):
    return filters.read(QueryDict(query), now=NOW, choices=[CHOICE])


def test_a_bar_without_a_question_shows_the_last_thirty_days():
    bar = read("")

    assert (bar.preset, bar["channel"], bar.is_filtered) == ("last_30_days", "", False)
    assert bar.period.length.days == 30


def test_dates_may_be_typed_in_either_calendar_and_any_digits():
    jalali, gregorian = read("from=۱۴۰۳/۰۵/۱۲&to=1403/05/13"), read("from=2024-08-02&to=2024-08-03")

    assert (jalali.period.start, jalali.period.end) == (gregorian.period.start, gregorian.period.end)
    assert jalali.preset == ""


def test_one_date_alone_is_one_day():
    assert read("from=1403/05/12").period.length.days == 1


@pytest.mark.parametrize(
    "query", ["from=soon&to=1403/05/12", "from=1403/05/12&to=1403/05/01", "from=1402/12/30"]
)
def test_dates_that_cannot_be_read_fall_back_and_say_so(query):
    bar = read(query)

    assert bar.error
    assert bar.preset == "last_30_days"


@pytest.mark.parametrize("query", ["period=forever", "channel=pigeon"])
def test_what_is_not_offered_is_not_taken(query):
    bar = read(query)

    assert (bar.preset, bar["channel"]) == ("last_30_days", "")


def test_an_offered_choice_is_taken():
    bar = read("channel=sms&period=today")

    assert (bar.preset, bar["channel"], bar.is_filtered) == ("today", "sms", True)
