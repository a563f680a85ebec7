"""Surveys from elsewhere over the API."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from hamdel.listen.exchange.tests.test_command import GOOD


def post(program, content):
    return program.client.post(
        "/api/v1/surveys/import",
        {"file": SimpleUploadedFile("coffee.json", content)},
        **program.headers,
    )


def test_a_file_becomes_a_draft(program):
    response = post(program, GOOD.encode())

    assert response.status_code == 201
    made = response.json()
    assert (made["format"], made["questions"], made["error"]) == ("surveyjs", 2, None)
    assert program.get(f"/surveys/{made['survey']}").json()["name"] == "Coffee"


def test_a_broken_file_is_an_error_in_words(program):
    response = post(program, b"{")

    assert response.status_code == 400
    assert response.json()["code"] == "unreadable_survey"
    assert "line 1" in response.json()["message"]
