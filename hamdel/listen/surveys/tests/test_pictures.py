"""Pictures of choices and rows, with the words that stand for them."""

from __future__ import annotations

import re

import pytest
from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.surveys.actions import create_survey, publish_survey
from hamdel.listen.surveys.tests.forms import choices, form_of, question_of, said

CAKE = {"value": "cake", "text": said("Cake"), "image": {"file": "cakefile", "alt": said("A round cake")}}
# Nothing but a picture: its words are what the choice is called.
TEA = {"value": "tea", "text": {}, "image": {"file": "teafile", "alt": said("A glass of tea")}}
PICTURED = [CAKE, TEA]


@pytest.fixture
def page(cast, client):
    """Publish a survey of one question and return its page in English."""

    def show(question):
        with inside(cast.cafe):
            made = create_survey(
                cast.cafe,
                name="Tastes",
                metric="",
                touchpoint="",
                definition=form_of([question]),
                by=cast.owner,
            )
            publish_survey(made, by=cast.owner, at=now())
        return client.get(f"/s/{made.public_id}/?lang=en").content.decode()

    return show


def pictures(html):
    return re.findall(r'<img src="/files/(\w+)" alt="([^"]*)"', html)


@pytest.mark.django_db
def test_a_ranking_shows_its_pictures_above_the_lists_each_with_the_name_it_has_there(page):
    html = page({**question_of("ranking"), "choices": PICTURED})

    # What is written below the picture already is not read out twice.
    assert pictures(html) == [("cakefile", "A round cake"), ("teafile", "")]
    assert re.findall(r'<img src="/files/\w+"[^>]*>([^<]+)</li>', html) == ["Cake", "A glass of tea"]
    assert html.count('<option value="tea">A glass of tea</option>') == 2


@pytest.mark.django_db
def test_a_ranking_without_pictures_has_no_gallery(page):
    assert "<li><img" not in page({**question_of("ranking"), "choices": choices("a", "b")})


@pytest.mark.django_db
def test_rows_of_a_matrix_show_their_pictures_and_columns_are_words(page):
    html = page({**question_of("matrix"), "rows": PICTURED, "choices": PICTURED})

    assert pictures(html) == [("cakefile", "A round cake"), ("teafile", "A glass of tea")]
    assert html.count("<span>A glass of tea</span>") == 2


@pytest.mark.django_db
def test_a_sum_is_shared_among_pictures(page):
    html = page({**question_of("constant_sum"), "choices": PICTURED})

    assert pictures(html) == [("cakefile", "A round cake"), ("teafile", "A glass of tea")]
