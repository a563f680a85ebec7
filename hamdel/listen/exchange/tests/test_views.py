"""Uploading surveys, the report, and the API."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.exchange.models import SurveyImport
from hamdel.listen.exchange.tests.test_command import GOOD
from hamdel.listen.surveys.models import Survey


@pytest.fixture
def analyst(client, cast):
    client.force_login(cast.analyst.user)
    return client


def upload(client, *files):
    given = [
        SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
        for name, content in files
    ]
    return client.post(reverse("exchange:imports"), {"files": given})


def test_an_uploaded_file_leads_to_its_report(analyst, cast):
    lossy = json.loads(GOOD) | {
        "pages": [
            {
                "elements": [
                    {"type": "signaturepad", "name": "s", "title": "Sign"},
                    {"type": "text", "name": "a"},
                ]
            }
        ]
    }

    response = upload(analyst, ("coffee.json", json.dumps(lossy)))

    assert response.status_code == 302
    page = analyst.get(response.url).content.decode()
    assert "signaturepad" in page
    assert "Coffee" in page
    assert "Coffee" in analyst.get(reverse("exchange:imports")).content.decode()


def test_a_file_that_cannot_be_read_is_named_with_its_reason(analyst, cast):
    response = upload(analyst, ("bad.qsf", b"{"), ("coffee.json", GOOD))

    page = response.content.decode()
    assert response.status_code == 422
    assert "bad.qsf" in page
    assert "Coffee" in page


def test_no_file_at_all_is_said(analyst):
    assert analyst.post(reverse("exchange:imports"), {}).status_code == 422


def test_others_see_nothing_of_it(client, analyst, cast):
    upload(analyst, ("coffee.json", GOOD))
    with inside(cast.cafe):
        made = SurveyImport.objects.get()

    statuses = []
    for who in (cast.outsider, cast.viewer):
        client.force_login(who.user)
        statuses += [
            client.get(reverse("exchange:import", args=[made.id])).status_code,
            client.get(reverse("exchange:export", args=[made.survey_id])).status_code,
        ]

    assert statuses == [404, 404, 403, 200]


def test_a_survey_can_leave(analyst, cast):
    upload(analyst, ("coffee.json", GOOD))
    with inside(cast.cafe):
        survey = Survey.objects.get()

    response = analyst.get(reverse("exchange:export", args=[survey.id]))

    assert response["Content-Disposition"].startswith("attachment")
    assert [page["elements"][0]["name"] for page in response.json()["pages"]] == ["nps", "why"]
