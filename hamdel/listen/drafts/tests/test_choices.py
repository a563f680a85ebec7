"""One choice of a question: its condition, its picture, and answers taken over from an earlier question."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hamdel.ground.files.tests.test_files import png
from hamdel.listen.drafts.placing import address_of
from hamdel.listen.drafts.tests.test_parts import question, resave
from hamdel.listen.drafts.tests.test_views import add, at
from hamdel.listen.surveys.definition import check_definition


@pytest.fixture
def two(analyst, survey):
    """A question of several choices, and one of one choice on the page after it."""
    first = add(analyst, survey, "multiple")
    analyst.post(at(survey, "pages"), {"after": "p1"})
    response = analyst.post(at(survey, "questions"), {"kind": "single", "page": "p2"})
    return first, response["location"].partition("question%3A")[2].partition("&")[0]


def uploaded(content, name="shop.png"):
    return SimpleUploadedFile(name, content, content_type="image/png")


def test_answers_of_an_earlier_question_come_each_with_its_condition(analyst, survey, draft, two):
    first, later = two

    analyst.post(
        at(survey, "questions", later, "deed"), {"deed": "carry", "source": first, "which": "chosen"}
    )

    taken = question(draft, later)["choices"]
    assert [choice["shown_if"] for choice in taken] == [
        {"field": f"{first}.c{n}", "operator": "=", "value": True} for n in (1, 2, 3)
    ]
    assert [choice["text"] for choice in taken] == [c["text"] for c in question(draft, first)["choices"]]
    assert check_definition(draft()) == []


def test_what_was_not_chosen_and_words_of_ones_own_are_taken_over_as_well(analyst, survey, draft, two):
    first, later = two
    resave(analyst, survey, first, **{"other|fa": "جای دیگر"})

    analyst.post(at(survey, "questions", later, "deed"), {"deed": "carry", "source": first, "which": "left"})
    analyst.post(
        at(survey, "questions", later, "deed"), {"deed": "carry", "source": first, "which": "chosen"}
    )

    taken = question(draft, later)["choices"]
    assert taken[0]["shown_if"] == {"not": {"field": f"{first}.c1", "operator": "=", "value": True}}
    assert [choice["value"] for choice in taken] == ["c1", "c2", "c3", "c1_2", "c2_2", "c3_2", "other_words"]
    assert taken[-1]["text"] == {"fa": f"جای دیگر: {{{{{first}.other}}}}"}
    assert check_definition(draft()) == []


def test_only_earlier_pages_can_be_taken_over(analyst, survey, draft, two):
    first, later = two
    before = draft()

    analyst.post(
        at(survey, "questions", first, "deed"), {"deed": "carry", "source": later, "which": "chosen"}
    )

    assert draft() == before


def test_the_condition_of_a_choice_is_built_said_and_taken_away(analyst, survey, draft, two):
    first, later = two
    address = f"choice:{later}:choices:c2"
    rule = {
        "rule.kind": "all", "rule.0.kind": "is", "rule.0.field": f"{first}.c1", "rule.0.operator": "=",
        "rule.0.value": "true",
    }  # fmt: skip

    analyst.post(at(survey, "rules", address), rule)
    page = analyst.get(at(survey), {"at": f"question:{later}"}).content.decode()
    resave(analyst, survey, later)

    condition = {"all": [{"field": f"{first}.c1", "operator": "=", "value": True}]}
    assert question(draft, later)["choices"][1]["shown_if"] == condition
    assert "پرسش تازه: پاسخ ۱" in page
    analyst.post(at(survey, "rules", address), {"rule.kind": "all"})
    assert "shown_if" not in question(draft, later)["choices"][1]


def test_the_preview_shows_what_is_only_for_some(analyst, survey, two):
    first, later = two
    analyst.post(
        at(survey, "questions", later, "deed"), {"deed": "carry", "source": first, "which": "chosen"}
    )

    preview = analyst.get(at(survey, "preview"), {"page": "1", "lang": "fa"}).content.decode()

    assert preview.count('type="radio"') == 3


def test_a_picture_stands_beside_a_choice_with_words_or_as_decoration(analyst, survey, draft, two):
    address = at(survey, "pictures", f"choice:{two[1]}:choices:c1")

    analyst.post(address, {"image": uploaded(png()), "alt-fa": "فروشگاه"})
    resave(analyst, survey, two[1])
    said = question(draft, two[1])["choices"][0]["image"]
    analyst.post(address, {"decorative": "on", "alt-fa": "فروشگاه"})
    decorative = question(draft, two[1])["choices"][0]["image"]
    preview = analyst.get(at(survey, "preview"), {"page": "1"}).content.decode()
    analyst.post(address, {"deed": "remove"})

    assert said == {"file": decorative["file"], "alt": {"fa": "فروشگاه"}}
    assert decorative == {"file": said["file"], "decorative": True}
    assert f'<img src="/files/{said["file"]}" alt="" loading="lazy">' in preview
    assert "image" not in question(draft, two[1])["choices"][0]


def test_a_picture_without_words_keeps_the_survey_from_being_published(analyst, survey, draft, two):
    address = f"choice:{two[1]}:choices:c1"

    analyst.post(at(survey, "pictures", address), {"image": uploaded(png())})

    [problem] = check_definition(draft())
    assert problem.where == "pages[1].questions[0].choices[0].image.alt"
    assert address_of(draft(), problem) == address


def test_a_heavy_picture_beside_a_choice_is_refused_with_the_size_that_fits(analyst, survey, draft, two):
    address = at(survey, "pictures", f"choice:{two[1]}:choices:c1")

    page = analyst.post(address, {"image": uploaded(png() + b"\0" * 200_000)}, follow=True)

    assert "۱۵۰ کیلوبایت" in page.content.decode()
    assert "image" not in question(draft, two[1])["choices"][0]


def test_a_choice_that_is_gone_is_said_and_nothing_breaks(analyst, survey, two):
    for address in (
        f"choice:{two[1]}:choices:c9",
        f"choice:{two[1]}:text:c1",
        "choice:",
        "choice:nobody:choices:c1",
    ):
        page = analyst.post(at(survey, "pictures", address), {"alt-fa": "x"}, follow=True)

        assert "آن بخش دیگر نیست" in page.content.decode()
        assert analyst.get(at(survey), {"at": address}).status_code == 200


def test_an_outsider_puts_no_picture_anywhere(survey, draft, cast, two):
    stranger = Client()
    stranger.force_login(cast.outsider.user)
    before = draft()

    response = stranger.post(at(survey, "pictures", f"question:{two[0]}"), {"image": uploaded(png())})

    assert response.status_code == 404
    assert draft() == before


@pytest.mark.parametrize(
    ("kind", "part", "is_offered"),
    [
        ("ranking", "choices:c1", True),
        ("constant_sum", "choices:c1", True),
        ("matrix", "rows:r1", True),
        ("matrix", "choices:c1", False),
    ],
)
def test_pictures_are_offered_where_they_are_shown(analyst, survey, kind, part, is_offered):
    key = add(analyst, survey, kind)

    page = analyst.get(at(survey), {"at": f"choice:{key}:{part}"}).content.decode()

    assert ('name="image"' in page) is is_offered
