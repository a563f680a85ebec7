"""Templates fill in what they are given, and can do nothing else."""

from __future__ import annotations

import pytest

from hamdel.act.messages.wording import BadTemplate, check_template, render

CUSTOMER = {"customer": {"name": "سیده‌فاطمه <b>"}, "link": "https://x.example/i/abc/"}


def test_names_are_filled_in():
    assert (
        render("سلام {{ customer.name }}، {{ link }}", CUSTOMER)
        == "سلام سیده‌فاطمه <b>، https://x.example/i/abc/"
    )
    assert render("{{ nothing.at.all }}!", CUSTOMER) == "!"


def test_html_is_escaped_and_cannot_be_trusted_back():
    assert "&lt;b&gt;" in render("<p>{{ customer.name }}</p>", CUSTOMER, html=True)
    with pytest.raises(BadTemplate):
        render("{{ customer.name | safe }}", CUSTOMER, html=True)


@pytest.mark.parametrize("text", [
    "{% for i in (1..100000000) %}x{% endfor %}",
    "{% for i in (1..1000) %}{% for j in (1..1000) %}x{% endfor %}{% endfor %}",
    "{% assign a = 'xxxxxxxxxx' %}{% for i in (1..100) %}{% assign a = a | append: a %}{% endfor %}{{ a }}",
    "{% include 'settings' %}", "{% render 'x' %}", "{{ customer.name | nosuchfilter }}", "{% if %}", "{{ a", "x" * 20_001,
])  # fmt: skip
def test_what_runs_long_grows_large_or_is_broken_is_refused(text):
    with pytest.raises(BadTemplate):
        render(text, CUSTOMER)


def test_objects_are_out_of_reach():
    class Thing:
        secret = "key"

        def __str__(self):
            return "thing"

    assert render("{{ thing.secret }}{{ thing.__class__ }}", {"thing": Thing()}) == ""
    assert render("{{ thing }}", {"thing": Thing()}) == "thing"


def test_a_misspelt_name_is_found_before_anything_is_sent():
    check_template("{{ customer.name }}", CUSTOMER)
    with pytest.raises(BadTemplate, match="nmae"):
        check_template("{{ customer.nmae }}", CUSTOMER)
