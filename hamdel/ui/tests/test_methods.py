"""Addresses of buttons, opened as if they were pages."""

from __future__ import annotations

import pytest

from hamdel.ui.methods import page_above

CASES = [
    ("/ui/language/", "/"),
    ("/ui/theme/", "/"),
    ("/act/cases/25/closure/", "/act/cases/25/"),
    (
        "/listen/surveys/018f0000-0000-7000-8000-000000000000/publication/",
        "/listen/surveys/018f0000-0000-7000-8000-000000000000/",
    ),
]


@pytest.mark.parametrize(("path", "above"), CASES)
@pytest.mark.parametrize(
    ("language", "words"), [("fa", "این نشانی صفحه نیست"), ("en", "This address is not a page")]
)
def test_a_button_s_address_says_so_and_leads_back(client, path, above, language, words):
    client.cookies["language"] = language

    answer = client.get(path)

    page = answer.content.decode()
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert words in page
    assert f'href="{above}"' in page
    assert f'<html lang="{language}"' in page


def test_a_program_that_takes_no_page_gets_none(client):
    answer = client.get("/ui/theme/", headers={"accept": "application/json"})

    assert (answer.status_code, answer.content) == (405, b"")


def test_what_may_be_asked_is_told_without_a_page(client):
    answer = client.options("/ui/theme/")

    assert (answer.status_code, answer["Allow"], answer.content) == (405, "POST", b"")


@pytest.mark.parametrize(
    ("path", "above"),
    [*CASES, ("/", "/"), ("/nonsense/", "/"), ("/listen/surveys/x/y/z/", "/listen/surveys/")],
)
def test_the_page_above_is_the_nearest_there_is(path, above):
    assert page_above(path) == above
