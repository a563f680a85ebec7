"""Whatever definitions and answers there are: no page breaks, nothing wrong is stored, no link is guessed."""

from __future__ import annotations

import time
from statistics import median
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils.timezone import now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hamdel.ground.access.models import new_secret
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.surveys.actions import create_survey, publish_survey
from hamdel.listen.surveys.asked import Asked
from hamdel.listen.surveys.definition import (
    Kind,
    WrongAnswer,
    check_definition,
    in_words,
    read_answer,
    read_definition,
)
from hamdel.listen.surveys.links import Link, Visit
from hamdel.listen.surveys.models import Response
from hamdel.listen.surveys.taking import Submission, Unknown, take
from hamdel.listen.surveys.tests.forms import EVERY_KIND, form_of, question_of, said

QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# What a browser can send: any letters but lone halves of them.
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
scalars = st.none() | st.booleans() | st.integers(-5, 200) | st.floats() | words
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3)
)
NAMES = ("key", "kind", "text", "help", "image", "required", "shown_if", "metric", "look", "low_label", "choices", "other",
         "none", "fewest", "most", "rows", "several", "low", "high", "step", "unit", "total", "pattern", "right",
         "points", "feedback")  # fmt: skip


@st.composite
def crooked(draw) -> dict[str, Any]:
    """A definition of a good question with some parts replaced by anything."""
    question = question_of(draw(st.sampled_from(list(EVERY_KIND))))
    question |= draw(st.dictionaries(st.sampled_from(NAMES), anything, max_size=3))
    more = draw(
        st.dictionaries(
            st.sampled_from(["languages", "pages", "ends", "quotas", "quiz"]), anything, max_size=1
        )
    )
    return {**form_of([question]), **more}


@given(anything | crooked())
@settings(max_examples=500, deadline=None)
def test_any_json_is_looked_at_without_stumbling_and_what_passes_can_be_read_and_shown(form):
    problems = check_definition(form)

    if not problems:
        asks = read_definition(form)
        assert asks.way(asks.facts({})).pages is not None
        assert asks.end(asks.facts({}))
        for question in asks.questions:
            if question.kind != Kind.HIDDEN:
                assert render_to_string("respond/question.html", {"q": Asked(asks, question, "fa")})


def fields_of(kind: str) -> st.SearchStrategy[dict[str, str]]:
    names = [*EVERY_KIND[kind][1], "q", "q.a", "q.other", "q.none", "q.1", "q.price", "q.d", "q.m", "q.y"]
    values = words | st.sampled_from(
        ["a", "b", "other", "none", "bad", "1", "۹", "1405", "-1", "1e9", "NaN", "٣"]
    )
    return st.dictionaries(st.sampled_from(names), values, max_size=6)


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_whatever_is_typed_is_refused_with_a_word_or_stored_as_its_kind(data):
    kind = data.draw(st.sampled_from(list(EVERY_KIND)))
    asks = read_definition(form_of([question_of(kind)]))
    typed = data.draw(fields_of(kind))

    try:
        found = read_answer(asks.questions[0], typed)
    except WrongAnswer as wrong:
        assert wrong.code
        return

    value = found.get("q")
    fits = {
        Kind.SCORE: int, Kind.SINGLE: str, Kind.MULTIPLE: list, Kind.MATRIX: dict, Kind.RANKING: list,
        Kind.SLIDER: int | float, Kind.NUMBER: int | float, Kind.CONSENT: bool, Kind.CONSTANT_SUM: dict, Kind.FILE: list,
    }  # fmt: skip
    assert value is None or isinstance(value, fits.get(Kind(kind), str))
    for language in ("fa", "en", "ar"):
        assert isinstance(in_words(asks, asks.questions[0], found, language), str)


@pytest.fixture
def whole(cast):
    questions = [{**question_of(kind), "key": f"q{n}"} for n, kind in enumerate(EVERY_KIND)]
    pages = [[question] for question in questions] + [
        [{**question_of("text"), "key": "last", "text": said("{{q1}}?")}]
    ]
    with inside(cast.cafe):
        made = create_survey(
            cast.cafe, name="S", metric=None, touchpoint="", definition=form_of(*pages), by=cast.owner
        )
        publish_survey(made, by=cast.owner, at=now())
    return made


@QUIET
@given(
    query=st.dictionaries(words, words, max_size=3),
    page=words,
    typed=st.dictionaries(words, words, max_size=5),
)
def test_no_post_and_no_query_breaks_the_server(whole, query, page, typed):
    client = Client()
    answer = client.post(f"/s/{whole.public_id}/", {**typed, "page": page}, query_params=query)
    asked = client.get(f"/s/{whole.public_id}/", {**query, "page": page})

    assert answer.status_code in {303, 410, 422}
    assert asked.status_code == 200


def test_a_scanner_that_follows_everything_on_every_page_leaves_nothing(whole):
    client, seen = Client(), set()
    waiting = [f"/s/{whole.public_id}/", f"/s/{whole.public_id}/?score=9&q=x&channel=email"]
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        client.head(address)
        page = client.get(address).content.decode()
        links = [part.partition('"')[0].replace("&amp;", "&") for part in page.split('href="?')[1:]]
        waiting += [f"/s/{whole.public_id}/?{link}" for link in links]

    assert len(seen) > 3
    with across_workspaces():
        assert Response.objects.count() == 0


def test_random_tokens_hit_nothing_and_take_as_long_as_near_ones(whole, personal_secret):
    def guess(secret: str) -> float:
        began = time.perf_counter()
        outcomes = take([Submission(Visit(Link.PERSONAL, secret, now()), {}, "0") for _ in range(20)])
        assert {type(outcome) for outcome in outcomes} == {Unknown}
        return time.perf_counter() - began

    near = personal_secret[:-1] + ("A" if personal_secret[-1] != "A" else "B")
    times = [(guess(new_secret()), guess(near)) for _ in range(60)]

    far_time, near_time = (median(pair[side] for pair in times) for side in (0, 1))
    # Found by digest: how much of a guess is right makes no difference.
    assert 0.5 < far_time / near_time < 2
