from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.utils import translation

PAGE = """{% extends "respond/base.html" %}{% block title %}t{% endblock %}{% block content %}
<form method="post">{% include "respond/steps.html" with step=1 of=3 %}
{% include "respond/scale.html" with name="score" text=question steps=steps look=look low_label="a" high_label="b" error=error %}
{% include "respond/choices.html" with name="why" text=question choices=choices error="" %}
{% include "respond/text.html" with name="more" text=question value=typed error="" %}
<button>OK</button></form>{% endblock %}"""


class Page(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.text, self.tags = text, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def named(self, tag, **attributes):
        return [a for t, a in self.tags if t == tag and attributes.items() <= a.items()]


def page(language="fa", *, low=0, high=10, chosen=None, **more):
    steps = [(score, score == chosen) for score in range(low, high + 1)]
    context = {"steps": steps, "question": "چقدر احتمال دارد؟", "choices": [("x", "الف", False)], **more}
    with translation.override(language):
        return Page(engines["django"].from_string(PAGE).render(context))


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("look", ["", "stars", "faces"])
def test_a_page_of_questions_is_light_and_asks_nothing_of_others(language, look):
    shown = page(language, look=look, low=1, high=5)

    assert len(shown.text.encode()) <= 12_000
    assert shown.named("script") == shown.named("img") == []
    # Without one of its own the browser would ask the server for an icon.
    assert shown.named("link") == [{"rel": "icon", "href": "data:,"}]
    assert "@import" not in shown.text
    assert "url(" not in shown.text


def test_the_style_alone_is_small():
    assert len(render_to_string("respond/style.css").encode()) <= 8_500


@pytest.mark.parametrize(("language", "direction"), [("fa", "rtl"), ("en", "ltr")])
def test_a_page_says_its_language_and_direction(language, direction):
    assert page(language).named("html") == [{"lang": language, "dir": direction}]


def test_every_score_of_the_scale_can_be_chosen_once():
    shown = page(chosen=7)

    radios = shown.named("input", type="radio", name="score")

    assert [radio["value"] for radio in radios] == [str(score) for score in range(11)]
    assert [radio["value"] for radio in radios if "checked" in radio] == ["7"]


def test_scores_are_written_in_the_digits_of_the_page():
    assert re.findall(r"<span>(\S+?)</span></label>", page("fa").text)[:3] == ["۰", "۱", "۲"]
    assert re.findall(r"<span>(\S+?)</span></label>", page("en").text)[:3] == ["0", "1", "2"]


@pytest.mark.parametrize("look", ["stars", "faces"])
def test_pictures_have_their_number_for_those_who_listen(look):
    assert re.findall(r"<b>(\d)</b>", page("en", look=look, low=1, high=5).text) == list("12345")


def test_an_error_is_tied_to_its_question():
    shown = page(error="Please choose an answer.")

    assert shown.named("fieldset", **{"aria-describedby": "score-error"})
    assert shown.named("p", id="score-error", role="alert")


def test_what_was_typed_is_escaped():
    assert "<b>bold" not in page(typed="<b>bold</b>").text
